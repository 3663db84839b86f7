import { assertNever } from '../errors';

/**
 * Why a statement is dead.
 *
 * - `timed-out`: a limit ended it; the same call may be made again and resumes.
 * - `conflicted`: a concurrent transaction won; the same call may be made again.
 * - `cancelled`: a person, or we, ended it.
 * - `failed`: the database refused it.
 * - `lost`: nothing is known of it any more, and the query history does not show it running.
 * - `logged-error`: a migration procedure wrote an error to its log and returned normally.
 * - `stuck`: we ended it, or it ended, because it moved nothing.
 */
export const DEAD_CAUSES = ['timed-out', 'conflicted', 'cancelled', 'failed', 'lost', 'logged-error', 'stuck'] as const;
export type DeadCause = (typeof DEAD_CAUSES)[number];

/** May the machine's retry start another one by itself? Everything else waits for a person's redrive. */
export function isRetryable(cause: DeadCause): boolean {
  switch (cause) {
    case 'timed-out':
    case 'conflicted':
    case 'lost':
      return true;
    case 'cancelled':
    case 'failed':
    case 'logged-error':
    case 'stuck':
      return false;
    default:
      return assertNever(cause);
  }
}

/** Limits in milliseconds that end a statement with the wording of a cancel. */
export interface KnownLimits {
  /** `statement_timeout` of the session; 0 or absent = none. */
  statementTimeoutMs?: number | undefined;
  /** `max_query_execution_time` of the serverless workgroup. */
  maxQueryExecutionMs?: number | undefined;
}

/** The Data API ends a statement after 24 hours. Source: Redshift Management Guide, Data API limits. */
const DATA_API_LIMIT_MS = 24 * 3_600_000;

/** A limit is checked every ten seconds or so, and the clocks differ: how far from it a duration may be. */
const BELOW_LIMIT = 0.97;
const ABOVE_LIMIT_MS = 120_000;

/**
 * Classifies the error text of a FAILED or ABORTED statement.
 *
 * Redshift tells a time-out by text only. A limit of workload management or of a query monitoring rule names itself
 * (AWS knowledge centre, redshift-query-abort: "cancelled by WLM abort action of Query Monitoring Rule");
 * `statement_timeout` reads like a person's cancel ("canceled on user's request": Redshift Developer Guide,
 * statement_timeout), so the duration has to tell the two apart. Both spellings of "cancelled" occur.
 *
 * @param durationMs how long it ran, as DescribeStatement says
 */
export function classifyFailure(error: string, durationMs: number, limits: KnownLimits): DeadCause {
  if (/cancell?ed by WLM abort action/i.test(error)) return 'timed-out';
  if (/cancell?ed on user'?s request|system requested abort|canceling statement due to/i.test(error)) {
    return nearLimit(durationMs, limits) ? 'timed-out' : 'cancelled';
  }
  if (/serializable isolation violation|conflict with concurrent transaction|could not serialize access/i.test(error)) {
    return 'conflicted';
  }
  return 'failed';
}

function nearLimit(durationMs: number, limits: KnownLimits): boolean {
  return [limits.statementTimeoutMs, limits.maxQueryExecutionMs, DATA_API_LIMIT_MS].some(
    (limit) =>
      limit !== undefined && limit > 0 && durationMs >= limit * BELOW_LIMIT && durationMs <= limit + ABOVE_LIMIT_MS,
  );
}
