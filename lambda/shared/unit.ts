import type { JournalRecord } from './journal';
import { isRetryable, type DeadCause } from './redshift/failure';

/** A client token is honoured this long. Source: Redshift Management Guide, Data API limits (8 h); a margin below it. */
export const TOKEN_LIFE_MS = 7.5 * 3_600_000;

/** Calls of one unit that time-outs may end under one redrive, before a person has to look. */
export const MOST_TIME_OUTS = 5;

/** How long to wait after the n-th time-out before the same call is made again: 1, 2, 4, 8, 16 minutes. */
export function timeOutPauseMs(timeOuts: number): number {
  return 60_000 * 2 ** Math.max(0, timeOuts - 1);
}

/** Who asks. */
export interface Attempt {
  root: string;
  redrive: number;
  retry: number;
}

/** What the journal's record of a unit allows, before anything else is looked at. */
export type UnitState =
  /** Nothing is under way and a call may be made. */
  | { is: 'free' }
  /** The record was written, the id never came back: make the very same call again, with the same token. */
  | { is: 'unanswered'; record: JournalRecord }
  /** The record was written so long ago that its token is forgotten: look for the call in the query history. */
  | { is: 'untraceable'; record: JournalRecord }
  /** A call is under way as far as we know. */
  | { is: 'alive'; record: JournalRecord; id: string }
  /** The last call is dead and this attempt has no permission to make another. */
  | { is: 'dead'; record: JournalRecord; cause: DeadCause }
  /** The machine's retry gives permission: to be written down, and then waited for. */
  | { is: 'permitted'; record: JournalRecord }
  /** Permission is written down; the pause is not over. */
  | { is: 'pausing'; record: JournalRecord; notBeforeMs: number }
  /** Time-outs have ended it too often under this redrive. */
  | { is: 'exhausted'; record: JournalRecord };

/** Reads a unit's journal record. Pure: the order of the questions is the contract (design, state table, journal). */
export function unitState(record: JournalRecord | undefined, attempt: Attempt, nowMs: number): UnitState {
  if (record === undefined || record.state === 'done') return { is: 'free' };
  if (record.state === 'open') {
    return nowMs - record.openedAtMs <= TOKEN_LIFE_MS ? { is: 'unanswered', record } : { is: 'untraceable', record };
  }
  if (record.state === 'alive' && record.id !== undefined) return { is: 'alive', record, id: record.id };
  const cause = record.cause ?? 'lost';
  if (attempt.root !== record.root || attempt.redrive > record.redrive) return { is: 'free' };
  if (!isRetryable(cause)) return { is: 'dead', record, cause };
  if (record.notBeforeMs !== undefined) {
    return nowMs >= record.notBeforeMs ? { is: 'free' } : { is: 'pausing', record, notBeforeMs: record.notBeforeMs };
  }
  if (record.timeOuts >= MOST_TIME_OUTS) return { is: 'exhausted', record };
  return attempt.retry > record.retry ? { is: 'permitted', record } : { is: 'dead', record, cause };
}
