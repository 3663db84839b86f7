import * as z from 'zod';
import cancelFile from '../../../sql/migration/cancel.sql';
import terminateFile from '../../../sql/migration/terminate.sql';
import type { Journal, JournalRecord } from '../journal';
import type { Reads } from '../redshift/reads';
import type { StatementState, WarehouseSession } from '../redshift/session';
import { statement } from '../sql/statement';

/** A cancel that had no effect for so long is followed by the end of the session. */
const TERMINATE_AFTER_MS = 120_000;

export interface Stopping {
  journal: Journal;
  session: WarehouseSession;
  reads: Reads;
  nowMs: number;
}

/**
 * Asks the database to end a running call: with an administrator's secret through the API's own cancel; otherwise as the same
 * database user, because the solution's Data API role may not use that. Whether it ended is for DescribeStatement to say, so
 * this only asks, and asks harder later.
 *
 * @param why `afterRedrive` where a guardian asks, see the journal
 */
export async function stopStatement(
  { journal, session, reads, nowMs }: Stopping,
  { record, state }: { record: JournalRecord; state: StatementState },
  why: { reason: string; afterRedrive?: number },
): Promise<void> {
  if (state.pid === undefined && !session.isAdministrator) return;
  const { stop } = record;
  const isAsked = stop !== undefined && stop.afterRedrive === why.afterRedrive;
  if (!isAsked) {
    await journal.write(record, { ...record, stop: { ...why, atMs: nowMs, terminated: false } });
    if (session.isAdministrator && record.id !== undefined) return session.cancel(record.id);
    await reads.rows(session, statement(cancelFile, {}, pidOf(state)), z.unknown());
  } else if (!stop.terminated && nowMs - stop.atMs > TERMINATE_AFTER_MS && state.pid !== undefined) {
    await journal.write(record, { ...record, stop: { ...stop, terminated: true } });
    await reads.rows(session, statement(terminateFile, {}, pidOf(state)), z.unknown());
  }
}

function pidOf({ pid = 0 }: StatementState): { pid: number } {
  return { pid };
}
