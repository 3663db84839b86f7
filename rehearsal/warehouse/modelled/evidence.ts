import type { ProcedureCall } from '../postgres/call-text';
import type { AppState, LogRow } from './app-state';
import { timestampMs } from './read';

const DAY_MS = 86_400_000;
const USER_ENDS = ['backfill is done ---- user_v2', 'backfill user_v2 is done'];
const SESSION_ENDS = ['backfill is done ---- session', 'backfill session is done'];
const ITEM_ENDS = ['backfill item_v2 is done'];

/**
 * Does the model already show what a call is to bring about? The same questions as are asked of a real warehouse.
 *
 * @returns what shows it, or undefined when the call has something to do or is of another procedure
 */
export function evidenceOf(app: AppState, call: ProcedureCall): string | undefined {
  const fromMs = app.nowMs() - Number(call.arguments[0]) * DAY_MS;
  const events = (): boolean =>
    app.since(fromMs).every(({ moved, events: all }) => moved === all) && app.openTrace() === undefined;
  const users = (): boolean => app.users.unfinished === 0 && endedSinceEvents(app, USER_ENDS) !== undefined;
  const sessions = (): boolean => app.sessions.unfinished === 0 && endedSinceEvents(app, SESSION_ENDS) !== undefined;
  const items = (): boolean => endedSinceEvents(app, ITEM_ENDS, (row) => itemsFrom(app, row) <= fromMs) !== undefined;
  switch (call.procedure) {
    case 'sp_migrate_event_to_v2':
      return events() ? 'every event of the window is migrated' : undefined;
    case 'sp_migrate_user_to_v2':
      return users() ? 'users are migrated since the last events' : undefined;
    case 'sp_migrate_item_to_v2':
      return items() ? 'items of the window are migrated since the last events' : undefined;
    case 'sp_migrate_session_to_v2':
      return sessions() ? 'sessions are migrated since the last events' : undefined;
    case 'sp_migrate_data_to_v2':
      return events() && users() && items() && sessions()
        ? 'events, users, items and sessions are migrated'
        : undefined;
    case 'clickstream_event_base_view_sp':
      return baseViewDone(app, call) ? 'the range is refreshed since the last sessions' : undefined;
    default:
      return undefined;
  }
}

/** The newest row with one of the messages, if it is newer than the end of every batch of events. */
function endedSinceEvents(
  app: AppState,
  messages: readonly string[],
  also: (row: LogRow) => boolean = () => true,
): LogRow | undefined {
  const batch = newest(app, ({ message }) => message.startsWith('----done'));
  return newest(
    app,
    (row) => messages.includes(row.message) && (batch === undefined || isAfter(row, batch)) && also(row),
  );
}

/** From when on the pass that ended with a row looked for items. */
function itemsFrom(app: AppState, end: LogRow): number {
  const start = newest(
    app,
    (row) => row.name === 'sp_migrate_item_to_v2' && row.message.startsWith('----start----') && isAfter(end, row),
  );
  return Number(start?.message.split(': ')[1] ?? Infinity);
}

function baseViewDone(app: AppState, call: ProcedureCall): boolean {
  const [from = '', to = ''] = call.arguments;
  if (!/^TIMESTAMP/i.test(from)) return false;
  const range = [from, to].map((literal) =>
    new Date(timestampMs(literal)).toISOString().slice(0, 19).replace('T', ' '),
  );
  const refreshed = newest(app, ({ message }) => message === `refresh with custom time range:${range.join(' - ')}`);
  const sessions = newest(app, ({ message }) => SESSION_ENDS.includes(message));
  return refreshed !== undefined && (sessions === undefined || isAfter(refreshed, sessions));
}

function newest(app: AppState, wanted: (row: LogRow) => boolean): LogRow | undefined {
  return app.log
    .filter(wanted)
    .reduce<LogRow | undefined>((found, row) => (found === undefined || isAfter(row, found) ? row : found), undefined);
}

function isAfter(one: LogRow, other: LogRow): boolean {
  return one.seconds > other.seconds || (one.seconds === other.seconds && one.id > other.id);
}
