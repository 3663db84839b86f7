import { sum, type AppState } from './app-state';
import { likePattern } from './query-history';
import { byDay, int4, int8, seconds, text, varchar, window, type Read } from './read';

const NEWEST_ROWS = 500;

const unfinished = (count: (app: AppState) => number): Read => ({
  secondsPerMillion: 0.02,
  columns: [int8('unfinished')],
  rows: ({ app }) => [[count(app())]],
});

const stop: Read = {
  secondsPerMillion: 0,
  columns: [{ name: 'sent', typeName: 'bool' }],
  rows: ({ cancel, value }) => [[cancel(Number(value('pid')))]],
};

/** What is asked while an app is migrated: log, trace, history, and what remains. */
export const MIGRATION_READS: Readonly<Record<string, Read>> = {
  'migration/moment': {
    secondsPerMillion: 0,
    columns: [int8('now_seconds'), varchar('statement_timeout'), int8('trace_tables')],
    rows: ({ app, nowMs, statementTimeoutMs }) => [
      [seconds(nowMs), text(statementTimeoutMs), app().trace === undefined ? 0 : 1],
    ],
  },
  'migration/log': {
    secondsPerMillion: 0,
    columns: [int8('id'), varchar('log_name'), varchar('log_level'), varchar('log_msg'), int8('at_seconds')],
    rows: ({ app }) =>
      app()
        .log.filter(({ name }) => name.startsWith('sp_migrate_'))
        .sort((one, other) => other.seconds - one.seconds || other.id - one.id)
        .slice(0, NEWEST_ROWS)
        .map(({ id, name, level, message, seconds: at }) => [id, name, level, message, at]),
  },
  'migration/find-call': {
    secondsPerMillion: 0,
    columns: [{ name: 'status', typeName: 'bpchar' }, varchar('error_message'), int8('elapsed_ms'), int4('session_id')],
    rows: ({ history, value, nowMs }) => {
      const pattern = likePattern(value('pattern'));
      const found = history.findLast(
        ({ sql }) => pattern.test(sql) && !sql.includes('clickstream-upgrade migration/find-call'),
      );
      if (found === undefined) return [];
      const { status, error, startMs, endMs = nowMs, pid } = found;
      return [[status.padEnd(10), error?.replace(/^ERROR: /, '') ?? null, Math.floor(endMs - startMs), pid]];
    },
  },
  'migration/cancel': stop,
  'migration/terminate': stop,
  'events/remaining': {
    secondsPerMillion: 0.25,
    columns: [int8('day_ms'), int8('events'), int8('newest_ms')],
    rows: (context) =>
      byDay(window(context), ({ events, moved }) => events - moved).map(({ dayMs, count, newestMs }) => [
        dayMs,
        count,
        newestMs,
      ]),
  },
  'events/first-remaining': {
    secondsPerMillion: 0.25,
    columns: [varchar('event_id'), varchar('event_name'), int8('event_timestamp'), varchar('user_pseudo_id')],
    rows: (context) =>
      window(context)
        .filter(({ events, moved }) => events > moved)
        .slice(-5)
        .reverse()
        .map(({ timeMs, moved }) => [`${timeMs}-${moved}`, '_page_view', timeMs, `user-of-${timeMs}`]),
  },
  'events/trace': {
    secondsPerMillion: 0,
    columns: [int8('open_rows'), int8('oldest_ms'), int8('newest_ms')],
    rows: ({ app }) => {
      const open = app().trace?.filter(({ done }) => !done);
      if (open === undefined) throw new Error('relation "tmp_backfill_trace" does not exist');
      if (open.length === 0) return [[0, null, null]];
      return [[open.length, Math.min(...open.map(({ minMs }) => minMs)), Math.max(...open.map(({ maxMs }) => maxMs))]];
    },
  },
  'users/unfinished': unfinished(({ users }) => users.unfinished),
  'items/unfinished': unfinished(({ hours }) => sum(hours, ({ unfinishedItems }) => unfinishedItems)),
  'sessions/unfinished': unfinished(({ sessions }) => sessions.unfinished),
  'base-view/log': {
    secondsPerMillion: 0,
    columns: [int8('id'), varchar('log_level'), varchar('log_msg'), int8('at_seconds')],
    rows: ({ app, value }) =>
      app()
        .log.filter(
          (row) => row.name === 'clickstream_event_base_view' && row.seconds >= Number(value('since_seconds')),
        )
        .sort((one, other) => one.seconds - other.seconds || one.id - other.id)
        .map(({ id, level, message, seconds: at }) => [id, level, message, at]),
  },
  'metrics/status': {
    secondsPerMillion: 0,
    columns: [int8('recalculated_seconds'), int8('refreshed_seconds'), int8('now_seconds')],
    rows: ({ app, nowMs }) => {
      const { refreshes, log } = app();
      const manual = refreshes.filter(({ by }) => by === 'MANUALLY').map((row) => row.seconds);
      const refreshed = log
        .filter(({ message }) => message.startsWith('refresh with custom time range:'))
        .map((row) => row.seconds);
      return [[greatest(manual), greatest(refreshed), seconds(nowMs)]];
    },
  },
};

function greatest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}
