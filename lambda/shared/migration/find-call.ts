import * as z from 'zod';
import findCallFile from '../../../sql/migration/find-call.sql';
import type { JournalRecord } from '../journal';
import type { Reads } from '../redshift/reads';
import type { StatementState, WarehouseSession } from '../redshift/session';
import { statement } from '../sql/statement';

const historyRow = z.object({
  status: z.string(),
  error_message: z.string().nullable(),
  elapsed_ms: z.coerce.number(),
  session_id: z.coerce.number(),
});

const ENDS: Record<string, StatementState['ended']> = { success: 'FINISHED', failed: 'FAILED', canceled: 'ABORTED' };

/**
 * A call that the Data API does not know, or whose id never came back: the query history is asked for the token in its
 * comment.
 *
 * @returns undefined when the history does not know it either
 */
export async function findCall(
  session: WarehouseSession,
  reads: Reads,
  record: Pick<JournalRecord, 'token' | 'id'>,
): Promise<StatementState | undefined> {
  const sql = statement(findCallFile, {}, { pattern: `%${record.token}%` });
  const [row] = await reads.rows(session, sql, historyRow, record.token);
  if (row === undefined) return undefined;
  const status = row.status.trim().toLowerCase();
  const ended = ENDS[status];
  return {
    id: record.id ?? '',
    ended,
    error: row.error_message ?? (ended === undefined ? undefined : `The call ended ${status}.`),
    durationMs: row.elapsed_ms,
    pid: row.session_id,
  };
}
