import { LEGACY_OBJECTS } from './legacy-objects';

const RELATIONS = LEGACY_OBJECTS.filter(({ kind }) => kind !== 'procedure' && kind !== 'function').map(
  ({ name }) => name,
);

/**
 * Does a view's text name a legacy relation of the schema? Late-binding views must qualify what they read by its schema, so
 * nothing else is looked for; a name in a comment counts too, which only asks a person to look.
 * Source: Redshift Developer Guide, CREATE VIEW (WITH NO SCHEMA BINDING)
 *
 * @param schema in lower case
 */
export function namesLegacy(definition: string, schema: string): boolean {
  const text = definition.toLowerCase().replaceAll('"', '');
  return new RegExp(`(?<![\\w$])${schema}\\s*\\.\\s*(?:${RELATIONS.join('|')})(?![\\w$])`).test(text);
}
