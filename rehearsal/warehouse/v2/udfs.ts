import type { Client } from 'pg';
import { PYTHON_COMMENT, PYTHON_FUNCTIONS, pythonFunction, withoutPython } from './python-functions';

/**
 * - `alive`: the functions work;
 * - `disabled`: they exist, calling one is an error;
 * - `missing`: they do not exist, as where Redshift refused to create them.
 */
export type PythonUdfState = 'alive' | 'disabled' | 'missing';

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
  const quoted = client.escapeIdentifier(schema);
  const { rows } = await client.query<{ owner: string }>(
    `select c.relowner::regrole::text as owner from pg_class c where c.oid = ($1 || '.event_v2')::regclass`,
    [quoted],
  );
  const functions = Object.entries(PYTHON_FUNCTIONS);
  const signatures = functions.map(
    ([name, parameters]) => `${quoted}.${name}(${parameters.map((each) => `${each} varchar`).join(', ')})`,
  );
  const drops = signatures.map((signature) => `drop function if exists ${signature};`);
  const disabled = signatures.map(
    (signature) => `create function ${signature} returns varchar language plpgsql stable as $$
      begin
        raise feature_not_supported using message = 'Function is not supported for language plpythonu anymore.';
      end
      $$;
      comment on function ${signature} is '${PYTHON_COMMENT}';`,
  );
  const alive = functions.map(([name, parameters]) => withoutPython(pythonFunction(schema, name, parameters)));
  const sql = { alive, disabled, missing: [] }[state];
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
