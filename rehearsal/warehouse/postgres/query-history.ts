import type { Pool } from 'pg';
import { isSignificant, tokenize } from './sql-tokens';

/** One statement in SYS_QUERY_HISTORY. */
export interface HistoryEntry {
  userId: number;
  queryId: number;
  pid: number;
  database: string;
  sql: string;
  /** Virtual epoch milliseconds. */
  startMs: number;
}

/** Writes the row that shows a statement as running. */
export async function recordStart(superuser: Pool, entry: HistoryEntry): Promise<void> {
  await superuser.query({
    name: 'history-start',
    text: `INSERT INTO rehearsal.query_history
      (user_id, query_id, transaction_id, session_id, database_name, query_type, status, start_time, query_text)
      VALUES ($1, $2, $2, $3, $4, $5, 'running', $6::timestamptz AT TIME ZONE 'UTC', left($7, 4000))`,
    values: [
      entry.userId,
      entry.queryId,
      entry.pid,
      entry.database,
      queryType(entry.sql),
      new Date(entry.startMs).toISOString(),
      entry.sql,
    ],
  });
}

/** Completes the row of a statement that has ended. Elapsed time is in microseconds, as on Redshift. */
export async function recordEnd(
  superuser: Pool,
  entry: HistoryEntry,
  end: { status: 'success' | 'failed' | 'canceled'; endMs: number; error?: string },
): Promise<void> {
  await superuser.query({
    name: 'history-end',
    text: `UPDATE rehearsal.query_history
      SET status = $2, end_time = $3::timestamptz AT TIME ZONE 'UTC', elapsed_time = $4, error_message = left($5, 512)
      WHERE query_id = $1 AND session_id = $6`,
    values: [
      entry.queryId,
      end.status,
      new Date(end.endMs).toISOString(),
      Math.round((end.endMs - entry.startMs) * 1000),
      end.error?.replace(/^ERROR: /, '') ?? null,
      entry.pid,
    ],
  });
}

/**
 * The kind of a statement in Redshift's words. Source: Redshift Developer Guide, SYS_QUERY_HISTORY, query_type. The
 * guide does not say what a CALL is; UTILITY is our reading.
 */
function queryType(sql: string): string {
  const first = tokenize(sql).find(isSignificant)?.text.toUpperCase() ?? '';
  switch (first) {
    case 'SELECT':
    case 'INSERT':
    case 'UPDATE':
    case 'DELETE':
      return first;
    case 'WITH':
      return 'SELECT';
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
    case 'GRANT':
    case 'TRUNCATE':
      return 'DDL';
    case 'CALL':
    case 'ANALYZE':
    case 'REFRESH':
    case 'SET':
    case 'SHOW':
      return 'UTILITY';
    default:
      return 'OTHER';
  }
}
