import { PROCEDURES, readLog, type LogEntry, type LogRow, type Migrated } from '../../../lambda/shared/migration/log';

/** Wording of the solution's procedures. Source: its stored procedures, the same in every release from 1.1.6 on. */
export const EVENTS_DONE_LINE = '----done---------------------------- ';
export const start = (fromMs: number): string => `----start---- n_days_ago_msec: ${fromMs}`;
export const candidates = (count: number): string => `select candidate event_id ${count} from event`;
export const inserted = (count: number): string => `insert ${count} to event_v2`;
export const looping = (count: number): string => `backfill event_v2 loop_count:${count}`;

/** A line of a log: which procedure wrote it, and what; `!` before the text makes it an error. */
export type Line = readonly [of: Migrated, text: string];

/** Rows as `migration/log` reads them, newest first, one a second from `fromSecond` on. */
export function logRows(lines: readonly Line[], fromSecond = 1): LogRow[] {
  return lines
    .map(([of, text], index) => ({
      id: index + fromSecond,
      log_name: PROCEDURES[of],
      log_level: text.startsWith('!') ? 'error' : 'info',
      log_msg: text.startsWith('!') ? `error message:${text.slice(1)}` : text,
      at_seconds: index + fromSecond,
    }))
    .reverse();
}

/** The same, as the steps work with it. */
export function entriesOf(lines: readonly Line[], fromSecond = 1): LogEntry[] {
  return readLog(logRows(lines, fromSecond));
}

/** What one pass over events writes when it moves a batch. */
export function eventsPass(count: number, fromMs = 0): Line[] {
  return [
    ['events', start(fromMs)],
    ['events', candidates(count)],
    ['events', inserted(count)],
    ['events', `UPDATE event_v2 ${count} for user_first_touch_time_msec`],
    ['events', `UPDATE event_v2 ${count} for flatten parameters`],
    ['events', `UPDATE event_v2 ${count} for customed parameters`],
    ['events', `UPDATE event_v2 ${count} for traffic source - web`],
    ['events', EVENTS_DONE_LINE],
  ];
}

/** What the last, empty pass over events writes. */
export function emptyEventsPass(fromMs = 0): Line[] {
  return [
    ['events', start(fromMs)],
    ['events', candidates(0)],
    ['events', 'backfill event_v2 is done'],
  ];
}

/** A pass over events that an error ends after its candidates were chosen. */
export function failingEventsPass(error: string, count = 5): Line[] {
  return [
    ['events', start(0)],
    ['events', candidates(count)],
    ['events', `!${error}`],
  ];
}

/** A pass over items from a moment on; one that inserts nothing says that it is done. */
export function itemsPass(count: number, fromMs = 0): Line[] {
  return [
    ['items', start(fromMs)],
    ['items', `select candidate event item ${count} from event`],
    ['items', `insert ${count} to item_v2`],
    ...(count === 0
      ? ([['items', 'backfill item_v2 is done']] as const)
      : ([
          ['items', `UPDATE ${count} in item_v2 for item_properties`],
          ['items', `UPDATE ${count} in item_v2 for custom_parameters`],
          ['items', 'backfill is done ---- item_v2'],
        ] as const)),
  ];
}

export function usersPass(count: number): Line[] {
  if (count === 0) {
    return [
      ['users', 'insert 0 to user_v2'],
      ['users', 'backfill user_v2 is done'],
    ];
  }
  return [
    ['users', `insert ${count} to user_v2`],
    ['users', `update ${count}for user_properties in user_v2`],
    ['users', `update ${count}for first_app_install_source in user_v2`],
    ['users', `update ${count}for traffic_source(web) in user_v2`],
    ['users', `update ${count}for traffic_source(mobile) in user_v2`],
    ['users', 'backfill is done ---- user_v2'],
  ];
}

export function sessionsPass(count: number): Line[] {
  if (count === 0) {
    return [
      ['sessions', 'insert 0 into session'],
      ['sessions', 'backfill session is done'],
    ];
  }
  return [
    ['sessions', `insert ${count} into session`],
    ['sessions', `update ${count} traffic_source for session(web)`],
    ['sessions', 'backfill is done ---- session'],
  ];
}

/** A call of the whole migration that goes well; parts can be replaced. */
export function wholeRun(parts: { events?: Line[]; users?: Line[]; items?: Line[]; sessions?: Line[] } = {}): Line[] {
  return [
    ['all', 'backfill all start'],
    ['all', 'backfill event_v2 start'],
    ['all', looping(1)],
    ...(parts.events ?? eventsPass(100)),
    ['all', looping(2)],
    ...emptyEventsPass(),
    ['all', 'backfill event_v2 end'],
    ['all', 'backfill user_v2 start'],
    ...(parts.users ?? usersPass(10)),
    ['all', 'backfill user_v2 end'],
    ['all', 'backfill item_v2 start'],
    ['all', 'backfill item_v2 loop_count:1'],
    ...(parts.items ?? itemsPass(4)),
    ['all', 'backfill item_v2 loop_count:2'],
    ...itemsPass(0),
    ['all', 'backfill item_v2 end'],
    ['all', 'backfill session start'],
    ...(parts.sessions ?? sessionsPass(20)),
    ['all', 'backfill session end'],
    ['all', 'backfill all end'],
  ];
}
