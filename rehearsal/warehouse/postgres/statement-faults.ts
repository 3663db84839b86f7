import { escapeIdentifier } from 'pg';
import { parseCall } from './call-text';
import type { AbortCause } from './redshift-errors';
import type { ObservedStatement, PostgresWarehouse } from './statements';

/** When a running call is ended from outside. */
export type AbortMoment =
  /** So long after its start. */
  | { afterMs: number }
  /** As soon as it has written so many rows to the app's log, of those that are LIKE `matching` if that is given. */
  | { afterLogRows: number; matching?: string };

export interface CallAbort {
  /** Lower case, for example `sp_migrate_event_to_v2`. */
  procedure: string;
  /** Only in this app's schema. */
  schema?: string;
  when: AbortMoment;
  cause: AbortCause;
  /** How many calls it strikes; then it is spent. */
  times: number;
}

/** How often the log is read while waiting for a row, in real milliseconds. */
const LOOK_MS = 10;

/**
 * Plants a fault: the next calls of a procedure are ended from outside, with the wording of the cause, as a time-out, a
 * query monitoring rule or a colleague would.
 *
 * @returns how many calls it has struck so far, and a way to take it back
 */
export function abortCalls(warehouse: PostgresWarehouse, fault: CallAbort): { struck(): number; remove(): void } {
  let struck = 0;
  const remove = warehouse.onStatement(async (statement) => {
    const call = parseCall(statement.sql);
    if (struck >= fault.times || call?.procedure !== fault.procedure) return;
    if (fault.schema !== undefined && call.schema !== fault.schema) return;
    struck += 1;
    if ('afterMs' in fault.when) {
      abortAfter(warehouse, statement, fault.when.afterMs, fault.cause);
    } else {
      const { afterLogRows, matching = '%' } = fault.when;
      const written = await countLogRows(warehouse, statement, call.schema, matching);
      const before = await written();
      abortWhen(statement, async () => (await written()) >= before + afterLogRows, fault.cause);
    }
  });
  return { struck: () => struck, remove };
}

function abortAfter(warehouse: PostgresWarehouse, statement: ObservedStatement, ms: number, cause: AbortCause): void {
  const cancelTimer = warehouse.clock.at(warehouse.clock.now() + ms, () => {
    void statement.abort(cause).catch(() => undefined);
  });
  statement.ended.addEventListener('abort', cancelTimer, { once: true });
}

/** Looks again and again, beside the statement, until the moment has come or the statement has ended. */
function abortWhen(statement: ObservedStatement, isTime: () => Promise<boolean>, cause: AbortCause): void {
  const look = async (): Promise<void> => {
    while (!statement.ended.aborted) {
      if (await isTime()) {
        await statement.abort(cause);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  // Fails only when the server goes away, and the statement with it.
  void look().catch(() => undefined);
}

/** A counter of the app's log rows. A log that is not there yet has none. */
async function countLogRows(
  warehouse: PostgresWarehouse,
  statement: ObservedStatement,
  schema: string,
  matching: string,
): Promise<() => Promise<number>> {
  const { database } = statement.request;
  const table = `${escapeIdentifier(schema)}.clickstream_log_v2`;
  const exists = await warehouse.inspect(database, 'SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  if (exists[0]?.['there'] !== true) return () => Promise.resolve(0);
  const sql = `SELECT count(*)::integer AS rows FROM ${table} WHERE log_msg LIKE $1`;
  return async () => Number((await warehouse.inspect(database, sql, [matching]))[0]?.['rows'] ?? 0);
}
