import { sum, type AppState } from './app-state';
import type { ResultSet } from '../warehouse';
import { likePattern, type HistoryRow } from './query-history';
import { eventsByDay, usersKnown } from './view-procedures';

const CALLS = ['%.sp_migrate_%', '%.clickstream_event_base_view_sp%'].map(likePattern);

/** What a read is asked, and of whom. */
export interface ReadContext {
  /** The app whose schema the statement names; throws where it names none that exists. */
  app: () => AppState;
  /** Apps of the database by schema. */
  apps: ReadonlyMap<string, AppState>;
  /** Value of a parameter, or of a `{{…}}` of the file. */
  value: (name: string) => string;
  dbUser: string;
  /** Statements that the user may see in SYS_QUERY_HISTORY, this one included. */
  history: readonly HistoryRow[];
  statementTimeoutMs: number;
  nowMs: number;
  /** Ends another statement of the same user; false where none has that process id. */
  cancel: (pid: number) => boolean;
}

export interface Read {
  /** Seconds on 32 RPU for each million legacy events. Our guess, but for the anti-joins: 60 to 90 s for 300 million. */
  secondsPerMillion: number;
  columns: ResultSet['columns'];
  rows: (context: ReadContext) => ResultSet['rows'];
}

const DAY_MS = 86_400_000;
const PYTHON_ANSWER = 'answered';
const NEWEST_ROWS = 500;

const int8 = (name: string): ResultSet['columns'][number] => ({ name, typeName: 'int8' });
const numeric = (name: string): ResultSet['columns'][number] => ({ name, typeName: 'numeric' });
const varchar = (name: string): ResultSet['columns'][number] => ({ name, typeName: 'varchar' });
const names = (name: string): ResultSet['columns'][number] => ({ name, typeName: 'name' });

const legacyUsers = ({ legacyUsers: count }: AppState): number => count;
const seconds = (ms: number): number => Math.floor(ms / 1000);
/** Sums of bigint are numeric, which the Data API hands over as text. */
const text = (value: number): string => String(value);

/** Legacy data are flawless here: a model has no odd rows. */
const faultless = (secondsPerMillion: number, columns: Read['columns'], rows: Read['rows'] = () => []): Read => ({
  secondsPerMillion,
  columns,
  rows,
});

const probe: Read = { secondsPerMillion: 0, columns: [varchar('answer')], rows: () => [[PYTHON_ANSWER]] };

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

/** Legacy events from the cutoff on. */
function window(context: ReadContext): AppState['hours'] {
  return context.app().since(Number(context.value('cutoff_ms')));
}

/** Hours within the `{{from}}` and `{{to}}` of the file, which are UTC timestamps. */
function range(context: ReadContext): { fromMs: number; toMs: number; hours: AppState['hours'] } {
  const [fromMs, toMs] = [timestampMs(context.value('from')), timestampMs(context.value('to'))];
  return { fromMs, toMs, hours: context.app().between(fromMs, toMs - 1) };
}

/** @throws Error for anything but `TIMESTAMP 'yyyy-mm-dd hh:mm:ss'` */
export function timestampMs(literal: string): number {
  const found = /^TIMESTAMP '(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)'$/i.exec(literal.trim());
  if (found === null) throw new Error(`not a timestamp that is modelled: ${literal}`);
  return Date.parse(`${found[1] ?? ''}T${found[2] ?? ''}Z`);
}

/** Tables, views, procedures and functions of an app's schema, as far as a migration needs them. */
const RELATIONS = [
  ...['event', 'event_parameter', 'user', 'item', 'user_m_view', 'item_m_view'],
  ...['event_v2', 'user_v2', 'item_v2', 'session'],
  ...['clickstream_log_v2', 'clickstream_event_base_view', 'clickstream_event_view_v3', 'refresh_mv_sp_status'],
];
const ROUTINES = [
  ...['sp_migrate_data_to_v2', 'sp_migrate_event_to_v2', 'sp_migrate_user_to_v2', 'sp_migrate_item_to_v2'],
  ...['sp_migrate_session_to_v2', 'clickstream_event_base_view_sp'],
  ...['combine_json_list', 'parse_utm_from_url', 'rm_object_props'],
  ...['transform_event_custom_props', 'transform_user_custom_props'],
];

function relationsOf(app: AppState): string[] {
  return app.trace === undefined ? RELATIONS : [...RELATIONS, 'tmp_backfill_trace'];
}

/** The statements that only look, by the file they come from. */
export const READS: Readonly<Record<string, Read>> = {
  'inspect/tables': {
    secondsPerMillion: 0,
    columns: [names('schema_name'), names('table_name')],
    rows: ({ apps }) =>
      [...apps].flatMap(([schema, app]) =>
        relationsOf(app)
          .filter((name) => name === 'event' || name === 'event_v2')
          .map((name) => [schema, name]),
      ),
  },
  'inspect/histogram': {
    secondsPerMillion: 0.02,
    columns: [int8('day_ms'), int8('events')],
    rows: (context) => byDay(window(context), ({ events }) => events).map(({ dayMs, count }) => [dayMs, count]),
  },
  'check/objects': {
    secondsPerMillion: 0,
    columns: [varchar('kind'), names('name'), names('owner')],
    rows: (context) => [
      ...relationsOf(context.app()).map((name) => ['relation', name, context.dbUser]),
      ...ROUTINES.map((name) => ['routine', name, context.dbUser]),
    ],
  },
  'check/identity': { secondsPerMillion: 0, columns: [varchar('name')], rows: ({ dbUser }) => [[dbUser]] },
  'check/running-calls': {
    secondsPerMillion: 0,
    columns: [
      varchar('query_text'),
      { name: 'session_id', typeName: 'int4' },
      int8('elapsed_seconds'),
      { name: 'is_call', typeName: 'int4' },
    ],
    rows: ({ history, value, nowMs }) => {
      const needle = value('needle');
      return history
        .filter(({ status, sql }) => status === 'running' && !sql.includes('clickstream-upgrade check/'))
        .slice(0, 100)
        .map(({ sql, pid, startMs }) => {
          const isCall = sql.includes(needle) && CALLS.some((call) => call.test(sql));
          return [sql, pid, seconds(nowMs - startMs), isCall ? 1 : 0];
        });
    },
  },
  'check/missing-values': faultless(
    0.1,
    ['event_id', 'event_name', 'project_id', 'user_pseudo_id', 'app_id'].map(int8),
    () => [[0, 0, 0, 0, 0]],
  ),
  'check/wide-values': faultless(0.15, [varchar('name'), int8('found'), { name: 'widest', typeName: 'int4' }]),
  'check/wrong-numbers': faultless(0.1, [varchar('name'), int8('found')]),
  'check/float-only': faultless(0.05, [int8('found')], () => [[0]]),
  'check/heavy-events': faultless(0.3, [int8('found'), int8('heaviest')], () => [[0, null]]),
  'check/udf/combine-json-list': probe,
  'check/udf/parse-utm-from-url': probe,
  'check/udf/rm-object-props': probe,
  'check/udf/transform-event-custom-props': probe,
  'check/udf/transform-user-custom-props': probe,
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
    columns: [
      { name: 'status', typeName: 'bpchar' },
      varchar('error_message'),
      int8('elapsed_ms'),
      { name: 'session_id', typeName: 'int4' },
    ],
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
  'parity/events': {
    secondsPerMillion: 0.4,
    columns: [
      numeric('legacy_rows'),
      int8('legacy_ids'),
      int8('missing_ids'),
      numeric('v2_rows'),
      numeric('excess_rows'),
      int8('wrong_times'),
    ],
    rows: (context) => {
      const hours = window(context);
      const legacy = sum(hours, ({ events }) => events);
      const missing = sum(hours, ({ events, moved }) => events - moved);
      const rows = sum(hours, (hour) => hour.rows);
      const excess = sum(hours, (hour) => hour.rows - hour.moved);
      return [[text(legacy), legacy, missing, text(rows), text(excess), 0]];
    },
  },
  'parity/event-days': {
    secondsPerMillion: 0.5,
    columns: [int8('different_days')],
    rows: (context) => [[byDay(window(context), ({ events, moved }) => events - moved).length]],
  },
  'parity/parameters': {
    secondsPerMillion: 0.4,
    columns: [int8('legacy_with_session'), int8('v2_with_session')],
    rows: (context) => {
      const hours = window(context);
      return [[sum(hours, ({ events }) => events), sum(hours, ({ complete }) => complete)]];
    },
  },
  'parity/users': {
    secondsPerMillion: 0.02,
    columns: [int8('missing_users'), int8('doubled_users')],
    rows: ({ app }) => differences(app().users.rows, legacyUsers(app())),
  },
  'parity/items': {
    secondsPerMillion: 0.15,
    columns: [int8('movable_items'), int8('missing_items')],
    rows: (context) => {
      const hours = window(context);
      const movable = sum(hours, ({ movableItems }) => movableItems);
      return [[movable, sum(hours, ({ movableItems, items }) => Math.max(0, movableItems - items))]];
    },
  },
  'parity/sessions': {
    secondsPerMillion: 0.15,
    columns: [int8('missing_sessions'), int8('doubled_sessions')],
    rows: ({ app }) => differences(app().sessions.rows, app().sessionsWanted),
  },
  'parity/base-view': {
    secondsPerMillion: 0.4,
    columns: ['missing_rows', 'doubled_rows', 'without_session_start', 'hidden_rows'].map(int8),
    rows: (context) => {
      const { hours } = range(context);
      const viewed = sum(hours, (hour) => hour.viewed);
      return [
        [
          sum(hours, (hour) => hour.moved - hour.viewed),
          0,
          sum(hours, ({ viewedWithoutSession }) => viewedWithoutSession),
          usersKnown(context.app()) ? 0 : viewed,
        ],
      ];
    },
  },
  'parity/metrics': {
    secondsPerMillion: 0.1,
    columns: [int8('days'), int8('different_days')],
    rows: (context) => {
      const app = context.app();
      const { fromMs, toMs } = range(context);
      const days = eventsByDay(app, context.value('timezone'), fromMs, toMs);
      const different = [...days].filter(([date, events]) => (app.metrics.get(date) ?? 0) !== events);
      return [[days.size, different.length]];
    },
  },
};

/** Rows that lack, and rows too many. */
function differences(rows: number, wanted: number): ResultSet['rows'] {
  return [[Math.max(0, wanted - rows), Math.max(0, rows - wanted)]];
}

function greatest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

/** Amounts by UTC day, old to new; days without any are left out. */
function byDay(
  hours: AppState['hours'],
  amount: (hour: AppState['hours'][number]) => number,
): { dayMs: number; count: number; newestMs: number }[] {
  const days = new Map<number, { dayMs: number; count: number; newestMs: number }>();
  for (const hour of hours) {
    const count = amount(hour);
    if (count === 0) continue;
    const dayMs = Math.floor(hour.timeMs / DAY_MS) * DAY_MS;
    const day = days.get(dayMs) ?? { dayMs, count: 0, newestMs: 0 };
    days.set(dayMs, { dayMs, count: day.count + count, newestMs: Math.max(day.newestMs, hour.timeMs) });
  }
  return [...days.values()];
}
