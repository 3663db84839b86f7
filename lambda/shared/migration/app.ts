import * as z from 'zod';
import logFile from '../../../sql/migration/log.sql';
import momentFile from '../../../sql/migration/moment.sql';
import { warehouseSession } from '../clients';
import type { StepRequest } from '../contract';
import { Journal } from '../journal';
import { DAY_MS, type AppPlan, type AppTarget } from '../plan/app-plan';
import { readAppPlan } from '../plan/store';
import { passesNotNeededLater } from '../polling';
import type { KnownLimits } from '../redshift/failure';
import type { Reads } from '../redshift/reads';
import type { WarehouseSession } from '../redshift/session';
import { identifier, type SqlFragment } from '../sql/identifiers';
import { statement } from '../sql/statement';
import { StateTable } from '../state-table';
import type { Tools } from '../step';
import { takeTurn } from '../turn';
import type { CallContext } from './call';
import { logRow, readLog, type LogEntry, type Position } from './log';
import { planWindows } from './windows';

/** What every step on an app's warehouse works with. */
export interface AppContext {
  plan: AppPlan;
  schema: SqlFragment;
  session: WarehouseSession;
  table: StateTable;
  journal: Journal;
  reads: Reads;
  passesLeft: number;
}

/**
 * Takes the app's turn on its warehouse, and opens what its steps work with.
 *
 * @param unit what is called one at a time, for example `events`
 * @param turn `needs none`: what does not burden the warehouse as a migration does, and may be done beside one
 * @throws NotYet while another app has its turn there
 */
export async function openApp(
  request: StepRequest<AppTarget, unknown>,
  tools: Tools<{ PLAN_BUCKET: string; STATE_TABLE: string }>,
  unit: string,
  turn: 'takes its turn' | 'needs none' = 'takes its turn',
): Promise<AppContext> {
  const plan = await readAppPlan(tools.environment.PLAN_BUCKET, request.root.plan, request.target);
  const table = new StateTable(tools.environment.STATE_TABLE);
  tools.budget.release(notNeededLater(plan, unit));
  if (turn === 'takes its turn') {
    const passesLeft = tools.budget.left;
    const seeker = { plan, execution: request.execution.id };
    await takeTurn(seeker, { table, reads: tools.reads, nowMs: request.now, passesLeft });
  }
  return {
    plan,
    schema: identifier(plan.appId),
    session: await warehouseSession(plan.warehouse, plan.database, request.now),
    table,
    journal: new Journal(table, { warehouse: plan.warehouse, database: plan.database, schema: plan.appId, name: unit }),
    reads: tools.reads,
    passesLeft: tools.budget.left,
  };
}

/**
 * Surroundings of the app's journaled call.
 *
 * @param callsLeft further calls the step expects to need after the one under way, for the history budget
 */
export function callContext(app: AppContext, request: CallContext['request'], callsLeft: number): CallContext {
  const { journal, session, reads, passesLeft } = app;
  // Under the status that a call which ended early will have, so that a step's own look asks nothing more.
  const limits = async (): Promise<KnownLimits> => (await readMoment(app, 'dead')).limits;
  return { request, journal, session, reads, limits, passesLeft, callsLeft };
}

/** Passes that the loops after this one will not need for an app of this size. */
function notNeededLater(plan: AppPlan, unit: string): number {
  const days = plan.histogram.length;
  const windows = plan.strategy === 'documented' ? 1 : windowsOf(plan);
  switch (unit) {
    case 'check':
    case 'events':
    case 'users':
      return passesNotNeededLater(days, windows);
    case 'items':
    case 'sessions':
      return passesNotNeededLater(days, undefined);
    default:
      return 0;
  }
}

/** Windows of the whole app, counted at the cutoff's own time of day. */
function windowsOf({ histogram, cutoffMs, eventsPerWindow }: AppPlan): number {
  const newest = histogram.reduce((latest, [dayMs]) => Math.max(latest, dayMs + DAY_MS), cutoffMs);
  return planWindows(histogram, newest, cutoffMs, eventsPerWindow).length;
}

/** The warehouse's own time and settings. */
export interface Moment {
  nowMs: number;
  limits: KnownLimits;
  traceExists: boolean;
}

const momentRow = z.object({
  now_seconds: z.coerce.number(),
  statement_timeout: z.string(),
  trace_tables: z.coerce.number(),
});

/** @param since how the last call stands, as for {@link readMigrationLog} */
export async function readMoment(app: AppContext, since = ''): Promise<Moment> {
  const sql = statement(momentFile, {}, { schema: app.plan.appId });
  const [row] = await app.reads.rows(app.session, sql, momentRow, since);
  if (row === undefined) throw new Error('migration/moment answered no row');
  const { maxQueryExecutionSeconds: seconds } = app.plan;
  return {
    nowMs: row.now_seconds * 1_000,
    limits: {
      statementTimeoutMs: durationMs(row.statement_timeout),
      ...(seconds === undefined ? {} : { maxQueryExecutionMs: seconds * 1_000 }),
    },
    traceExists: row.trace_tables > 0,
  };
}

const UNIT_MS: Record<string, number> = { '': 1, ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** A setting such as `0`, `300000` or `5min`, in milliseconds; undefined when it cannot be read. */
export function durationMs(setting: string): number | undefined {
  const match = /^(\d+)\s*([a-z]*)$/.exec(setting.trim());
  const unit = UNIT_MS[match?.[2] ?? ''];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

/**
 * The migration's log, oldest first.
 *
 * @param since how the last call stands: rows read while it ran must not judge it when it has ended
 */
export async function readMigrationLog(app: AppContext, since: string): Promise<LogEntry[]> {
  return readLog(await app.reads.rows(app.session, statement(logFile, { schema: app.schema }), logRow, since));
}

/** The newest log row there is, to tell a call's own rows from older ones. */
export function markOf(entries: readonly LogEntry[]): Position | undefined {
  return entries.at(-1);
}

/** A mark as journal facts, and back. */
export function markFacts(mark: Position | undefined): Record<string, number> {
  return mark === undefined ? {} : { markSeconds: mark.seconds, markId: mark.id };
}

export function markFrom(facts: Record<string, string | number>): Position | undefined {
  const { markSeconds: seconds, markId: id } = facts;
  return typeof seconds === 'number' && typeof id === 'number' ? { seconds, id } : undefined;
}

const unfinishedRow = z.object({ unfinished: z.coerce.number() });

/**
 * Rows that a pass began and did not finish.
 *
 * @param file one of the `unfinished.sql`
 * @param since as for {@link readMigrationLog}
 */
export async function readUnfinished(app: AppContext, file: string, since: string): Promise<number> {
  const [row] = await app.reads.rows(app.session, statement(file, { schema: app.schema }), unfinishedRow, since);
  return row?.unfinished ?? 0;
}
