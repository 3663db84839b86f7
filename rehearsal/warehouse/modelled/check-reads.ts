import type { AppState } from './app-state';
import { likePattern } from './query-history';
import { byDay, int4, int8, names, seconds, varchar, window, type Read } from './read';

const CALLS = ['%.sp_migrate_%', '%.clickstream_event_base_view_sp%'].map(likePattern);

const PYTHON_ANSWER = 'answered';

/** Legacy data are flawless here: a model has no odd rows. */
const faultless = (secondsPerMillion: number, columns: Read['columns'], rows: Read['rows'] = () => []): Read => ({
  secondsPerMillion,
  columns,
  rows,
});

const probe: Read = { secondsPerMillion: 0, columns: [varchar('answer')], rows: () => [[PYTHON_ANSWER]] };

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

/** Of them, those that the inspection asks for. */
const INSPECTED = new Set([
  ...['event', 'event_parameter', 'user', 'item', 'event_v2', 'rm_object_props'],
  ...['sp_migrate_data_to_v2', 'sp_migrate_event_to_v2', 'sp_migrate_user_to_v2', 'sp_migrate_item_to_v2'],
  'sp_migrate_session_to_v2',
]);

function relationsOf(app: AppState): string[] {
  return app.trace === undefined ? RELATIONS : [...RELATIONS, 'tmp_backfill_trace'];
}

/** What is asked before an app is migrated: the catalogue, what else runs, and whether its data are fit. */
export const CHECK_READS: Readonly<Record<string, Read>> = {
  'inspect/objects': {
    secondsPerMillion: 0,
    columns: [names('schema_name'), names('object_name')],
    rows: ({ apps }) =>
      [...apps.keys()].flatMap((schema) =>
        [...RELATIONS, ...ROUTINES].filter((name) => INSPECTED.has(name)).map((name) => [schema, name]),
      ),
  },
  // Nobody but the solution has made anything in a model.
  'inspect/dependants': faultless(0, [names('schema_name'), names('view_name'), varchar('stands_on')]),
  'inspect/foreign-objects': faultless(0, [names('schema_name'), names('object_name'), names('owner')]),
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
    columns: [varchar('query_text'), int4('session_id'), int8('elapsed_seconds'), int4('is_call')],
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
  'check/wide-values': faultless(0.15, [varchar('name'), int8('found'), int4('widest')]),
  'check/wrong-numbers': faultless(0.1, [varchar('name'), int8('found')]),
  'check/float-only': faultless(0.05, [int8('found')], () => [[0]]),
  'check/heavy-events': faultless(0.3, [int8('found'), int8('heaviest')], () => [[0, null]]),
  'check/udf/combine-json-list': probe,
  'check/udf/parse-utm-from-url': probe,
  'check/udf/rm-object-props': probe,
  'check/udf/transform-event-custom-props': probe,
  'check/udf/transform-user-custom-props': probe,
};
