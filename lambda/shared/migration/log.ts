import * as z from 'zod';

/** A row of the solution's log, as `migration/log` reads it. */
export const logRow = z.object({
  id: z.coerce.number(),
  log_name: z.string(),
  log_level: z.string(),
  log_msg: z.string(),
  at_seconds: z.coerce.number(),
});
export type LogRow = z.infer<typeof logRow>;

/** The procedures, by what they migrate. Source: the solution's names. */
export const PROCEDURES = {
  all: 'sp_migrate_data_to_v2',
  events: 'sp_migrate_event_to_v2',
  users: 'sp_migrate_user_to_v2',
  items: 'sp_migrate_item_to_v2',
  sessions: 'sp_migrate_session_to_v2',
} as const;
export type Migrated = keyof typeof PROCEDURES;

/** What a log row tells. */
export type LogEntry = Position & { of: Migrated } & (
    | { says: 'started'; fromMs: number | undefined }
    | { says: 'candidates'; count: number }
    | { says: 'inserted'; count: number }
    /** A batch, or the whole, was finished. */
    | { says: 'finished' }
    /** There was nothing left to do. */
    | { says: 'nothing-left' }
    | { says: 'looping'; loop: number }
    | { says: 'all-ended' }
    | { says: 'error'; text: string }
    | { says: 'other' }
  );

/**
 * Where a row stands in time. The log's time has whole seconds; within one second the row's id decides, although
 * Redshift does not promise that identities grow: only rows of one second could ever be confused.
 */
export interface Position {
  seconds: number;
  id: number;
}

export function isAfter(a: Position, b: Position | undefined): boolean {
  return b === undefined || a.seconds > b.seconds || (a.seconds === b.seconds && a.id > b.id);
}

const BY_NAME = new Map<string, Migrated>(Object.entries(PROCEDURES).map(([key, name]) => [name, key as Migrated]));

/** Rows in the order they were written, oldest first, in terms of what they tell. Rows of other writers are left out. */
export function readLog(rows: readonly LogRow[]): LogEntry[] {
  return rows
    .flatMap((row) => {
      const of = BY_NAME.get(row.log_name);
      return of === undefined ? [] : [{ ...meaning(row), of, seconds: row.at_seconds, id: row.id }];
    })
    .sort((a, b) => a.seconds - b.seconds || a.id - b.id);
}

type Meaning = LogEntry extends infer Entry
  ? Entry extends LogEntry
    ? Omit<Entry, 'of' | 'seconds' | 'id'>
    : never
  : never;

/** The wording is the solution's; source: its stored procedures, identical in every release from 1.1.6 on. */
function meaning(row: LogRow): Meaning {
  const text = row.log_msg.trim();
  if (row.log_level.toLowerCase() === 'error')
    return { says: 'error', text: text.replace(/^error message:/, '').trim() };
  const started = /^----start---- n_days_ago_msec:\s*(-?\d+)/.exec(text);
  if (started !== null) return { says: 'started', fromMs: Number(started[1]) };
  const candidates = /^select candidate (?:event_id|event item) (\d+) from event/.exec(text);
  if (candidates !== null) return { says: 'candidates', count: Number(candidates[1]) };
  const inserted = /^insert (\d+) (?:in)?to (?:event_v2|user_v2|item_v2|session)/.exec(text);
  if (inserted !== null) return { says: 'inserted', count: Number(inserted[1]) };
  if (/^backfill (?:event_v2|user_v2|item_v2|session) is done$/.test(text)) return { says: 'nothing-left' };
  if (/^----done-+$/.test(text) || text.startsWith('backfill is done ---- ')) return { says: 'finished' };
  const looping = /loop_count:\s*(\d+)$/.exec(text);
  if (looping !== null) return { says: 'looping', loop: Number(looping[1]) };
  if (text === 'backfill all end') return { says: 'all-ended' };
  if (text === 'backfill all start') return { says: 'started', fromMs: undefined };
  return { says: 'other' };
}

/** The newest entry that satisfies a condition. */
export function newest(entries: readonly LogEntry[], wanted: (entry: LogEntry) => boolean): LogEntry | undefined {
  return entries.findLast(wanted);
}

/** The end of the last batch of events that moved something: what users, items and sessions must be newer than. */
export function lastEventsDone(entries: readonly LogEntry[]): LogEntry | undefined {
  return newest(entries, (entry) => entry.of === 'events' && entry.says === 'finished');
}

/** True for the rows by which a pass over users, items or sessions says that it came to its end. */
export function isTerminal(entry: LogEntry, of: Migrated): boolean {
  return entry.of === of && (entry.says === 'finished' || entry.says === 'nothing-left');
}
