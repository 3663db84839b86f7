/** A template as far as its dependencies go. */
export interface TemplateWithResources {
  Resources: Record<string, unknown>;
}

/**
 * A circle of references between resources, as logical ids, or undefined. CloudFormation refuses one, but only when it
 * deploys. Follows Ref, Fn::GetAtt, Fn::Sub and DependsOn.
 */
export function findCycle(template: TemplateWithResources): string[] | undefined {
  const edges = new Map(
    Object.entries(template.Resources).map(([id, resource]) => [
      id,
      [...referencesOf(resource)].filter((target) => target in template.Resources && target !== id),
    ]),
  );
  const done = new Set<string>();
  const visit = (id: string, path: string[]): string[] | undefined => {
    const at = path.indexOf(id);
    if (at !== -1) return [...path.slice(at), id];
    if (done.has(id)) return undefined;
    for (const target of edges.get(id) ?? []) {
      const cycle = visit(target, [...path, id]);
      if (cycle !== undefined) return cycle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of edges.keys()) {
    const cycle = visit(id, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function referencesOf(value: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(walk);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    for (const [key, member] of Object.entries(node)) {
      if (key === 'Ref' || key === 'DependsOn') [member].flat().forEach((id) => found.add(String(id)));
      if (key === 'Fn::GetAtt') found.add(String(Array.isArray(member) ? member[0] : String(member).split('.')[0]));
      if (key === 'Fn::Sub') {
        const text = String(Array.isArray(member) ? member[0] : member);
        for (const [, name] of text.matchAll(/\$\{([^!}.]+)[^}]*\}/g)) if (name !== undefined) found.add(name);
      }
      walk(member);
    }
  };
  walk(value);
  return found;
}
