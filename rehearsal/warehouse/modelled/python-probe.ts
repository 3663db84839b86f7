import type { PythonUdfs } from '../postgres/dialect';
import { ownStatement } from './recognise';

const PROBE = ['inspect/python-create', 'inspect/python-call', 'inspect/python-undo'];

/**
 * How the inspection's probe of Python functions ends: its last statement fails always, its first one where Redshift takes
 * no such functions any more.
 *
 * @returns undefined for any other request
 */
export function pythonProbe(
  sqls: readonly string[],
  state: PythonUdfs,
): { failing: { index: number; of: number }; error: string } | undefined {
  if (sqls.length !== PROBE.length || !sqls.every((sql, index) => ownStatement(sql)?.name === PROBE[index]))
    return undefined;
  const of = PROBE.length;
  // Source: as in the dialect of the PostgreSQL warehouse.
  return state === 'gone'
    ? { failing: { index: 0, of }, error: 'Create function is not supported for language plpythonu anymore.' }
    : { failing: { index: 2, of }, error: 'invalid input syntax for type integer: "rolled back on purpose"' };
}
