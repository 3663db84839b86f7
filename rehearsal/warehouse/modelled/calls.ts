import { parseCall, type ProcedureCall } from '../postgres/call-text';
import { METRIC_PROCEDURES } from '../v2/metrics';
import type { AppState } from './app-state';
import {
  migrateAll,
  migrateEvents,
  migrateItems,
  migrateSessions,
  migrateUsers,
  type Procedure,
} from './migration-procedures';
import type { Pace } from './pace';
import type { HistoryRow } from './query-history';
import { timestampMs } from './read';
import {
  calculateMetric,
  MATERIALIZED_VIEWS,
  refreshBaseView,
  refreshBaseViewIncrementally,
  refreshMaterializedView,
} from './view-procedures';

/** A statement that changes an app, ready to run. */
export interface AppWork {
  schema: string;
  kind: HistoryRow['kind'];
  run(app: AppState, pace: Pace): Procedure;
}

/**
 * Recognises calls of the solution's procedures, whoever makes them, and what else its refresh workflow sends.
 *
 * @returns undefined for any other statement
 * @throws Error for arguments that are not modelled
 */
export function appWork(sql: string): AppWork | undefined {
  const call = parseCall(sql);
  return call === undefined ? (refreshOf(sql) ?? statusRowOf(sql)) : workOf(call);
}

function workOf(call: ProcedureCall): AppWork | undefined {
  const { schema, procedure } = call;
  const work = (kind: AppWork['kind'], run: AppWork['run']): AppWork => ({ schema, kind, run });
  switch (procedure) {
    case 'sp_migrate_event_to_v2':
      return work('call', (app, pace) => migrateEvents(app, pace, integerAt(call, 0)));
    case 'sp_migrate_user_to_v2':
      return work('call', migrateUsers);
    case 'sp_migrate_item_to_v2':
      return work('call', (app, pace) => migrateItems(app, pace, integerAt(call, 0)));
    case 'sp_migrate_session_to_v2':
      return work('call', migrateSessions);
    case 'sp_migrate_data_to_v2':
      return work('call', (app, pace) => migrateAll(app, pace, integerAt(call, 0)));
    case 'clickstream_event_base_view_sp':
      return baseViewOf(call, work);
    default:
      if (!METRIC_PROCEDURES.includes(procedure)) return undefined;
      return work('workflow', (app, pace) =>
        calculateMetric(app, pace, {
          procedure,
          day: textAt(call, 0),
          timezone: textAt(call, 1),
          days: integerAt(call, 2),
        }),
      );
  }
}

function baseViewOf(
  call: ProcedureCall,
  work: (kind: AppWork['kind'], run: AppWork['run']) => AppWork,
): AppWork | undefined {
  const [from = '', to = ''] = call.arguments;
  if (from.toUpperCase() === 'NULL' && to.toUpperCase() === 'NULL') {
    return work('workflow', (app, pace) => refreshBaseViewIncrementally(app, pace, integerAt(call, 2)));
  }
  const [fromMs, toMs] = [timestampMs(from), timestampMs(to)];
  const text = [fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')).join(' - ');
  return work('call', (app, pace) => refreshBaseView(app, pace, { fromMs, toMs, text }));
}

const REFRESH = /^\s*(?:\/\*.*?\*\/\s*)?REFRESH MATERIALIZED VIEW "?(\w+)"?\."?(\w+)"?\s*$/is;

function refreshOf(sql: string): AppWork | undefined {
  const [, schema = '', view = ''] = REFRESH.exec(sql) ?? [];
  // The legacy view of users has no rows of its own here; bringing it up to date takes the time of reading the users.
  if (view === 'user_m_view') return { schema, kind: 'proof', run: refreshUsers };
  return MATERIALIZED_VIEWS.includes(view) ? { schema, kind: 'workflow', run: refreshMaterializedView } : undefined;
}

function* refreshUsers(app: AppState, pace: Pace): Procedure {
  yield pace.of('user', app.legacyUsers) * 0.1;
}

const STATUS_ROW = /^\s*INSERT INTO "?(\w+)"?\.refresh_mv_sp_status\s*\(.*\)\s*VALUES\s*\(.*'(\w+)'\s*\)\s*$/is;

/** The row by which the workflow says that it has calculated the metrics. */
function statusRowOf(sql: string): AppWork | undefined {
  const [, schema, by] = STATUS_ROW.exec(sql) ?? [];
  if (schema === undefined || by === undefined) return undefined;
  return {
    schema,
    kind: 'workflow',
    *run(app) {
      yield 0;
      app.refreshes.push({ by, seconds: app.nowMs() / 1000 });
    },
  };
}

function integerAt(call: ProcedureCall, index: number): number {
  const text = call.arguments[index];
  if (text === undefined || !/^\d+$/.test(text)) throw new Error(`an argument that is not modelled: ${text ?? 'none'}`);
  return Number(text);
}

function textAt(call: ProcedureCall, index: number): string {
  const text = /^'([^']+)'$/.exec(call.arguments[index] ?? '')?.[1];
  if (text === undefined) throw new Error(`an argument that is not modelled: ${call.arguments[index] ?? 'none'}`);
  return text;
}
