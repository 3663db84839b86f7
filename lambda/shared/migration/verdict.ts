import { newest, isAfter, isTerminal, type LogEntry, type Position } from './log';

/**
 * What the solution's log, its trace and the statement say together about a migration call. A statement that FINISHED
 * proves nothing: the procedures catch every error, log it and return.
 */
export const VERDICTS = [
  'success',
  'success-with-retries',
  'partial',
  'outer-abort',
  'hollow-done',
  'interrupted',
  'stuck-errors',
  'stuck-silent',
  'stuck-mute',
  'healthy-long',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * The one action each verdict leads to.
 *
 * - `go on`: the step looks at its evidence.
 * - `wait`: the call is at work.
 * - `call the unfinished`: users and sessions are called by their own steps.
 * - `call again`: with the permission of a retry or a redrive; the procedures resume from their trace.
 * - `report`: the Task fails with what the log says; a redrive calls again.
 * - `report the trace`: only a person can decide about a batch whose events are gone.
 * - `cancel`: the call would never end by itself.
 */
export const ACTIONS = {
  success: 'go on',
  'success-with-retries': 'go on',
  partial: 'call the unfinished',
  'outer-abort': 'report',
  'hollow-done': 'report the trace',
  interrupted: 'call again',
  'stuck-errors': 'cancel',
  'stuck-silent': 'cancel',
  'stuck-mute': 'cancel',
  'healthy-long': 'wait',
} as const satisfies Record<Verdict, string>;

export interface CallObservation {
  statement: 'running' | 'finished' | 'ended-early';
  /** Seconds since the call was made. */
  runningSeconds: number;
  /** The newest log row before the call was made: only rows after it are the call's. */
  mark: Position | undefined;
  entries: readonly LogEntry[];
  /** Batches in the trace that were begun and not finished. */
  openTraces: number;
}

/** So many passes with the same error, or without moving anything, in a row, and no pass that got through. */
const STUCK_AFTER_PASSES = 3;

/** Every procedure that loops logs its start at once; one that has logged nothing after this long cannot log. */
const MUTE_AFTER_SECONDS = 600;

/** Judges a call of the whole migration (`sp_migrate_data_to_v2`). */
export function judgeWhole(call: CallObservation): Verdict {
  const rows = call.entries.filter((entry) => isAfter(entry, call.mark));
  if (call.statement === 'running') return judgeRunning(rows, call.runningSeconds);
  if (call.statement === 'ended-early') return 'interrupted';
  const ended = rows.some((entry) => entry.of === 'all' && entry.says === 'all-ended');
  if (!ended) return 'outer-abort';
  if (call.openTraces > 0) return 'hollow-done';
  for (const pass of ['users', 'sessions'] as const) {
    if (!rows.some((entry) => isTerminal(entry, pass))) return 'partial';
  }
  return rows.some((entry) => entry.says === 'error') ? 'success-with-retries' : 'success';
}

/** Judges a call of one procedure, as the windowed strategy makes them. */
export function judgePart(call: CallObservation, of: 'events' | 'users' | 'items' | 'sessions'): Verdict {
  const rows = call.entries.filter((entry) => isAfter(entry, call.mark) && entry.of === of);
  if (call.statement === 'running') {
    // Users and sessions log nothing before their first insert, which may take its time.
    const logsItsStart = of === 'events' || of === 'items';
    return logsItsStart ? judgeRunning(rows, call.runningSeconds) : 'healthy-long';
  }
  if (call.statement === 'ended-early') return 'interrupted';
  const last = newest(rows, (entry) => entry.says === 'error' || isTerminal(entry, of));
  if (last === undefined || last.says === 'error') return 'outer-abort';
  if (of === 'events' && last.says === 'nothing-left' && call.openTraces > 0) return 'hollow-done';
  return rows.some((entry) => entry.says === 'error') ? 'success-with-retries' : 'success';
}

function judgeRunning(rows: readonly LogEntry[], runningSeconds: number): Verdict {
  if (rows.length === 0) return runningSeconds >= MUTE_AFTER_SECONDS ? 'stuck-mute' : 'healthy-long';
  if (repeatedErrors(rows) >= STUCK_AFTER_PASSES) return 'stuck-errors';
  if (idlePasses(rows) >= STUCK_AFTER_PASSES) return 'stuck-silent';
  return 'healthy-long';
}

/** How often the newest error of events or items was logged since the last batch that got through. */
function repeatedErrors(rows: readonly LogEntry[]): number {
  let text: string | undefined;
  let count = 0;
  for (const entry of rows.toReversed()) {
    if (entry.of !== 'events' && entry.of !== 'items') continue;
    if (entry.says === 'finished' || entry.says === 'nothing-left') break;
    if (entry.says !== 'error') continue;
    text ??= entry.text;
    if (entry.text !== text) break;
    count += 1;
  }
  return count;
}

/** How many of the newest passes over events had candidates and inserted none of them. */
function idlePasses(rows: readonly LogEntry[]): number {
  let count = 0;
  let inserted: number | undefined;
  for (const entry of rows.toReversed()) {
    if (entry.of !== 'events') continue;
    if (entry.says === 'inserted') {
      if (entry.count > 0) return count;
      inserted = entry.count;
    } else if (entry.says === 'candidates' && inserted === 0) {
      if (entry.count > 0) count += 1;
      inserted = undefined;
    } else if (entry.says === 'nothing-left') {
      return count;
    }
  }
  return count;
}

/** The text of the newest error after the mark, for the report. */
export function newestError(entries: readonly LogEntry[], mark: Position | undefined): string | undefined {
  const entry = newest(entries, (candidate) => candidate.says === 'error' && isAfter(candidate, mark));
  return entry?.says === 'error' ? entry.text : undefined;
}
