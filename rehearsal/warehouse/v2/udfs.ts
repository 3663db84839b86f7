import type { Client } from 'pg';
import { renderSql } from './template';

/**
 * - `alive`: the functions work;
 * - `disabled`: they exist, calling one is an error;
 * - `missing`: they do not exist, as where Redshift refused to create them.
 */
export type PythonUdfState = 'alive' | 'disabled' | 'missing';

const SIGNATURES = [
  'combine_json_list(s varchar)',
  'rm_object_props(o varchar, props_list varchar)',
  'transform_event_custom_props(s varchar)',
  'transform_user_custom_props(s varchar)',
  'parse_utm_from_url(url varchar, referrer varchar, latest_referrer varchar)',
] as const;

/**
 * Ends, or brings back, the Python functions of an app's schema, as Redshift ends them: no new ones since Patch 198,
 * existing ones unsupported after 30 June 2026. What Redshift says when a disabled one is called is not documented; the
 * text here follows the one it has for their creation.
 *
 * @param client superuser connection in the project's database
 */
export async function setPythonUdfs(
  client: Client,
  { schema, state }: { schema: string; state: PythonUdfState },
): Promise<void> {
  const create = renderSql('udfs.sql', schema);
  const quoted = client.escapeIdentifier(schema);
  const { rows } = await client.query<{ owner: string }>(
    `select c.relowner::regrole::text as owner from pg_class c where c.oid = ($1 || '.event_v2')::regclass`,
    [quoted],
  );
  const drops = SIGNATURES.map((signature) => `drop function if exists ${quoted}.${signature};`);
  const disabled = SIGNATURES.map(
    (signature) => `create function ${quoted}.${signature} returns varchar language plpgsql stable as $$
      begin
        raise feature_not_supported using message = 'Function is not supported for language plpythonu anymore.';
      end
      $$;`,
  );
  const sql = { alive: [create], disabled, missing: [] }[state];
  await client.query('begin');
  try {
    await client.query(`set local role ${rows[0]?.owner ?? ''}`);
    await client.query([...drops, ...sql].join('\n'));
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
