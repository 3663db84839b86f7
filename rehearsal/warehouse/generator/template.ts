import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';

export const DAY_MS = 86_400_000;

/** The text of `sql/<name>.sql`. */
export function template(name: string): string {
  return readFileSync(join(__dirname, 'sql', `${name}.sql`), 'utf8');
}

/**
 * Puts values, already quoted where they are text, in the place of `{{names}}`.
 *
 * @throws Error for a name without a value
 */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`No value for {{${name}}}`);
    return String(value);
  });
}

/** Start of the hashes of one app: apps of the same seed differ. A bigint as text, with room to add small numbers. */
export async function seedOf(client: Client, schema: string, seed: number): Promise<string> {
  const { rows } = await client.query<{ seed: string }>(
    'SELECT (hashtextextended($1, $2) & 1152921504606846975)::text AS seed',
    [schema, seed],
  );
  return `${rows[0]?.seed ?? '0'}::bigint`;
}
