import type { DeploymentEnvironment } from './environment';
import { IntrinsicResolver, isRecord, TemplateError, type RawTemplate } from './intrinsics';
import { Properties } from './properties';
import { isKnownType, namePropertyOf, takesPart, type ResourceIdentity } from './resource-types';

/** A resource that is created (its condition holds), its properties resolved. */
export interface TemplateResource {
  logicalId: string;
  type: string;
  properties: Properties;
  /** Undefined for types nothing refers to. */
  identity: ResourceIdentity | undefined;
}

/** Resolves every resource of a template; throws TemplateError for a type the rehearsal does not know. */
export function resolveResources(
  template: RawTemplate,
  environment: DeploymentEnvironment,
): { resources: TemplateResource[]; resolver: IntrinsicResolver } {
  const resolver = new IntrinsicResolver(template, environment);
  const created = Object.entries(template.Resources).filter(
    ([logicalId, { Condition }]) =>
      Condition === undefined || resolver.condition(Condition, `Resources.${logicalId}.Condition`),
  );
  const unknown = created.filter(([, { Type }]) => !isKnownType(Type));
  if (unknown.length > 0) {
    const list = unknown.map(([logicalId, { Type }]) => `${logicalId} (${Type})`).join(', ');
    throw new TemplateError('Resources', `not simulated: ${list}`);
  }
  const resources = created.map(([logicalId, { Type, Properties: raw }]) => {
    const path = `Resources.${logicalId}`;
    // What takes no part is not resolved either: it may refer to what only a real account has.
    const resolved = takesPart(Type) ? resolver.resolve(raw ?? {}, `${path}.Properties`) : {};
    if (!isRecord(resolved)) throw new TemplateError(path, 'its properties are no object');
    return {
      logicalId,
      type: Type,
      properties: new Properties(resolved, `${path}.Properties`),
      identity: namePropertyOf(Type) === undefined ? undefined : resolver.identity(logicalId, path),
    };
  });
  return { resources, resolver };
}
