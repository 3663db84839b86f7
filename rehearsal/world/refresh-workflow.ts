import type { SolutionWarehouse } from '../aws/cloudformation/solution-stacks';
import type { VirtualClock } from '../clock';
import type { ForeignWork } from '../engine';
import { METRIC_PROCEDURES } from '../warehouse/v2/metrics';
import type { Warehouse } from '../warehouse/warehouse';
import { localDate, localDaysBetween } from './local-time';
import { waits } from './waits';

export interface RefreshWorkflowOptions {
  clock: VirtualClock;
  warehouse: Warehouse;
  where: SolutionWarehouse;
  newId: () => string;
  /** ARNs of the workflow's own executions that are running, the asking one included. */
  running: () => string[];
}

interface RefreshInput {
  refreshStartTime?: number;
  refreshEndTime?: number;
  timezoneWithAppIdList?: { appId: string; timezone: string }[];
  forceRefresh?: string;
  refreshMode?: string;
}

/** Stack parameters DataFreshnessInHour and RefreshReportDays, at their defaults. */
const FRESHNESS_HOURS = 24;
const REPORT_DAYS = 1;

const MATERIALIZED_VIEWS = [
  'clickstream_acquisition_intra_day_user_mv',
  'clickstream_lifecycle_view_v2',
  'clickstream_retention_base_view',
];

/** Between two statements the workflow waits before it asks how the first one went. */
const PAUSE_MS = 2_000;

const HOUR_MS = 3_600_000;

/** An automatic run after a load, see {@link isAutomatic}. */
const AUTOMATIC_MS = 5 * 60_000;

/**
 * What the solution's RefreshMaterializedViews workflow does when somebody starts it by hand.
 * Source: Clickstream Analytics on AWS 1.1.6, refresh-materialized-views-workflow.ts and its Lambda functions.
 *
 * - Another running execution: it succeeds at once, having done nothing.
 * - No list of apps: nothing happens either (the stack's own list is empty by default).
 * - For each app: base view, three materialized views, 16 procedures, then the row `MANUALLY`. The first statement
 *   that fails, fails the execution.
 */
export function refreshWorkflow(options: RefreshWorkflowOptions): ForeignWork {
  return async (value, { executionArn, signal }) => {
    if (options.running().some((other) => other !== executionArn)) return {};
    const input = (value ?? {}) as RefreshInput;
    if (isAutomatic(input)) {
      await waits(options.clock, AUTOMATIC_MS, signal);
      return {};
    }
    refuseUnknown(input);
    for (const app of input.timezoneWithAppIdList ?? []) {
      for (const sql of statementsOf(app, input, options.clock.now())) await run(options, sql, signal);
    }
    return {};
  };
}

/**
 * Started by a load: it refreshes the newest day of every app, which is none of the days that an upgrade recalculates, so
 * only its time is played.
 */
function isAutomatic({ forceRefresh, timezoneWithAppIdList, refreshMode }: RefreshInput): boolean {
  return forceRefresh === 'false' && timezoneWithAppIdList === undefined && (refreshMode ?? 'all') === 'all';
}

/** The modes of the nightly runs are of no use to an upgrade, and are not played. */
function refuseUnknown(input: RefreshInput): void {
  const isPlayed = input.forceRefresh !== 'false' && (input.refreshMode ?? 'all') === 'all';
  if (isPlayed) return;
  throw failure('RehearsalNotSimulated', `The rehearsal does not simulate a refresh with ${JSON.stringify(input)}.`);
}

function statementsOf(app: { appId: string; timezone: string }, input: RefreshInput, nowMs: number): string[] {
  const { appId, timezone } = app;
  const { refreshStartTime, refreshEndTime } = input;
  const hours = refreshStartTime === undefined ? FRESHNESS_HOURS : Math.floor((nowMs - refreshStartTime) / HOUR_MS) + 1;
  // Without an end the date is that of no time at all, and the first procedure says so.
  const day = refreshEndTime === undefined ? 'Invalid date' : localDate(refreshEndTime, timezone);
  const days =
    refreshStartTime === undefined || refreshEndTime === undefined
      ? REPORT_DAYS
      : localDaysBetween(refreshStartTime, refreshEndTime, timezone) + 1;
  return [
    `CALL ${appId}.clickstream_event_base_view_sp(NULL, NULL, ${hours})`,
    ...MATERIALIZED_VIEWS.map((view) => `REFRESH MATERIALIZED VIEW ${appId}.${view}`),
    ...METRIC_PROCEDURES.map((name) => `CALL ${appId}.${name}('${day}', '${timezone}', ${days})`),
    `INSERT INTO ${appId}.refresh_mv_sp_status (refresh_name, refresh_type, refresh_date, triggerred_by)
     VALUES ('${METRIC_PROCEDURES.at(-1) ?? ''}', 'SP', '${day}', 'MANUALLY')`,
  ];
}

async function run(options: RefreshWorkflowOptions, sql: string, signal: AbortSignal): Promise<void> {
  const { clock, warehouse, where, newId } = options;
  const { database, dbUser } = where;
  const statement = warehouse.begin({ id: newId(), database, dbUser, sqls: [sql], mode: 'single', parameters: [] });
  // Parked: a modelled statement ends when the clock gets there.
  const resume = clock.park();
  try {
    const { status, error } = await statement.outcome;
    if (status !== 'FINISHED') {
      throw failure('States.TaskFailed', `Refresh statement ended ${status}: ${error ?? ''} (${sql})`);
    }
    await clock.sleep(PAUSE_MS, signal);
  } finally {
    resume();
  }
}

function failure(error: string, cause: string): Error {
  return Object.assign(new Error(cause), { error, cause });
}
