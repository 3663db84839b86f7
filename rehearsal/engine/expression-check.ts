import { FUNCTION_NAMES } from './functions';

/** What `$states` offers besides `input` and `context`, which are always there. */
export type StatesMember = 'input' | 'context' | 'result' | 'errorOutput';

type Node = Record<string, unknown>;

/**
 * Finds in a parsed expression what Step Functions does not offer there: an unknown variable or function, `$eval`, a
 * member of `$states` that this field does not have, and references to a root document (`$`, `$$`, a bare name), of
 * which there is none. Source: Developer Guide, transforming-data.
 *
 * @param known names of the workflow's variables
 */
export function checkExpression(
  ast: unknown,
  members: ReadonlySet<StatesMember>,
  known: ReadonlySet<string>,
): string[] {
  const problems = new Set<string>();
  const own = new Set<string>();
  collectOwnNames(ast, own);

  const variable = (name: string, focused: boolean): void => {
    if (name === '$') problems.add('$$ refers to a root document, and there is none');
    else if (name === '') {
      if (!focused) problems.add('$ refers to a root document, and there is none');
    } else if (name !== 'states' && !own.has(name) && !known.has(name) && !FUNCTION_NAMES.has(name)) {
      problems.add(name === 'eval' ? 'the function $eval is not supported' : `$${name} is not defined`);
    }
  };

  const walk = (node: unknown, focused: boolean): void => {
    if (Array.isArray(node)) {
      for (const member of node) walk(member, focused);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const { type } = node as Node;
    if (type === 'variable') variable(String((node as Node)['value']), focused);
    else if (type === 'name' && !focused) {
      problems.add(`${String((node as Node)['value'])} refers to a root document, and there is none`);
    }
    if (type === 'path') {
      const steps = (node as { steps: Node[] }).steps;
      steps.forEach((step, index) => walk(step, focused || index > 0));
      const [first, second] = steps;
      if (first?.['type'] === 'variable' && first['value'] === 'states' && second?.['type'] === 'name') {
        const member = String(second['value']);
        if (!members.has(member as StatesMember)) problems.add(`$states.${member} is not available in this field`);
      }
      walk((node as Node)['group'], true);
      return;
    }
    for (const [key, member] of Object.entries(node)) {
      // A filter, a sort term, a grouping is evaluated for each item; so is what a transform changes.
      const inner = ['stages', 'predicate', 'terms', 'group', 'pattern', 'update', 'delete'].includes(key);
      if (typeof member === 'object') walk(member, focused || inner);
    }
  };
  walk(ast, false);
  return [...problems];
}

/** Names an expression binds itself: parameters of its functions, `:=`, `@$name`, `#$name`. Their scopes are not told apart. */
function collectOwnNames(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const member of node) collectOwnNames(member, names);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { type, arguments: parameters, lhs, focus, index } = node as Node;
  if (type === 'lambda' && Array.isArray(parameters)) {
    for (const parameter of parameters as Node[]) names.add(String(parameter['value']));
  }
  if (type === 'bind') names.add(String((lhs as Node)['value']));
  if (typeof focus === 'string') names.add(focus);
  if (typeof index === 'string') names.add(index);
  for (const member of Object.values(node)) if (typeof member === 'object') collectOwnNames(member, names);
}
