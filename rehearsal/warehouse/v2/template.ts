import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lower case, because Redshift folds identifiers and PostgreSQL folds only unquoted ones; 63 bytes are PostgreSQL's limit. */
const SCHEMA = /^[a-z][a-z0-9_]{0,62}$/;

/**
 * A .sql file of this folder with its placeholders filled: `{{schema}}` (quoted identifier), `{{schema_name}}` (bare,
 * inside literals), and those of `values`.
 *
 * @throws RangeError when the schema's name is not a lower-case app id
 * @throws Error when a placeholder has no value
 */
export function renderSql(file: string, schema: string, values: Readonly<Record<string, string>> = {}): string {
  if (!SCHEMA.test(schema)) throw new RangeError(`Not a lower-case app id: ${JSON.stringify(schema)}`);
  const known: Record<string, string> = { ...values, schema: `"${schema}"`, schema_name: schema };
  const fill = (text: string): string =>
    text.replace(/\{\{(\w+)\}\}/g, (_placeholder, name: string) => {
      const value = known[name];
      if (value === undefined) throw new Error(`${file}: no value for {{${name}}}`);
      // A value may be a template itself: a metric's query stands in its procedure.
      return fill(value);
    });
  return fill(readFileSync(join(__dirname, 'sql', file), 'utf8'));
}

/** A file of this folder as it is. */
export function readSql(file: string): string {
  return readFileSync(join(__dirname, 'sql', file), 'utf8');
}

/** Rendered SQL without what its file says of itself: it begins with its statement. */
export function withoutHeader(sql: string): string {
  return sql.replace(/^(?:--.*\n)+/, '');
}
