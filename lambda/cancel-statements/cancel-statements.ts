import type * as z from 'zod';
import { warehouseSession } from '../shared/clients';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { giveBack } from '../shared/guardian/given-back';
import { Journal, type JournalRecord } from '../shared/journal';
import { CALLS, refreshRuns, WORKFLOW } from '../shared/living-calls';
import { buryCancelled } from '../shared/migration/call';
import { findCall } from '../shared/migration/find-call';
import { stopStatement } from '../shared/migration/stop';
import type { ProjectTarget } from '../shared/plan/plan';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { readProjectPlan } from '../shared/plan/store';
import type { WarehouseRef } from '../shared/plan/warehouse';
import type { StatementState, WarehouseSession } from '../shared/redshift/session';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import type { environment, progress } from './schema';

type Progress = z.infer<typeof progress>;
type Request = StepRequest<ProjectTarget, Progress>;
type Answer = StepAnswer<Progress, Record<string, never>>;

/** A call that the dead root has made, and how it stands. */
export interface FoundCall {
  /** `<app> <unit>` */
  name: string;
  record: JournalRecord;
  /** Undefined: the warehouse knows nothing of it. */
  state: StatementState | undefined;
}

export type SweepAction =
  /** Ask for the end of these. */
  | { do: 'stop'; calls: readonly FoundCall[] }
  /** Nothing lives; look once more when nobody can have begun anything since. */
  | { do: 'look again'; seconds: number }
  | { do: 'done' };

/** A Lambda that was in flight when the root died may begin a call for as long as it may run. Source: lib/step-function.ts */
export const IN_FLIGHT_MS = 60_000;

/** Pure. What lives is stopped; a sweep that finds nothing counts when another, one time-out later, finds nothing either. */
export function decide(calls: readonly FoundCall[], quietSinceMs: number | undefined, nowMs: number): SweepAction {
  const living = calls.filter(({ state }) => state !== undefined && state.ended === undefined);
  if (living.length > 0) return { do: 'stop', calls: living };
  const quietMs = nowMs - (quietSinceMs ?? nowMs);
  return quietMs >= IN_FLIGHT_MS
    ? { do: 'done' }
    : { do: 'look again', seconds: Math.ceil((IN_FLIGHT_MS - quietMs) / 1_000) };
}

/** While cancels take effect. */
const CANCEL_GAP_SECONDS = 10;
const REASON = 'The root execution ended while it was running.';

/**
 * One pass of *Cancel living statements*: calls of the dead root are ended, so that capacity can be put back. What the
 * procedures have committed stays, and a redrive goes on from there. The solution's own refresh workflow is left to end.
 */
export async function converge(request: Request, tools: Tools<z.infer<typeof environment>>): Promise<Answer> {
  const { PLAN_BUCKET: bucket, STATE_TABLE: tableName } = tools.environment;
  const plan = await readProjectPlan(bucket, request.root.plan, request.target);
  const table = new StateTable(tableName);
  const { warehouse } = plan;
  const calls =
    warehouse === undefined || plan.apps.length === 0 ? undefined : await sweep(table, plan, warehouse, request, tools);
  if (calls === undefined) return done(table, request, plan, warehouse, []);
  const { cancelled = [], quietSinceMs } = request.progress ?? {};
  const named = [...new Set([...cancelled, ...calls.stopped])];
  const action = decide(calls.found, quietSinceMs, request.now);
  switch (action.do) {
    case 'stop': {
      const more = [...new Set([...named, ...action.calls.map(({ name }) => name)])];
      for (const call of action.calls) await calls.stop(call);
      const summary = `${plan.projectId}: cancelling ${action.calls.map(({ name }) => name).join(', ')}`;
      return { status: 'IN_PROGRESS', progress: { cancelled: more }, waitSeconds: CANCEL_GAP_SECONDS, summary };
    }
    case 'look again':
      return {
        status: 'IN_PROGRESS',
        progress: { cancelled: named, quietSinceMs: quietSinceMs ?? request.now },
        waitSeconds: action.seconds,
        summary: `${plan.projectId}: no statement of the execution runs; looking once more`,
      };
    case 'done':
      return done(table, request, plan, warehouse, named);
  }
}

interface Sweep {
  found: FoundCall[];
  /** Calls that we had asked to end and that have, written down as dead by this sweep. */
  stopped: string[];
  stop(call: FoundCall): Promise<void>;
}

async function sweep(
  table: StateTable,
  plan: ProjectPlan,
  warehouse: WarehouseRef,
  request: Request,
  tools: Tools<z.infer<typeof environment>>,
): Promise<Sweep> {
  const afterRedrive = request.root.redrive;
  const journalOf = (name: string): Journal => {
    const [schema = '', unit = ''] = name.split(' ');
    return new Journal(table, { warehouse, database: plan.projectId, schema, name: unit });
  };
  const names = plan.apps.flatMap(({ appId }) => CALLS.map((unit) => `${appId} ${unit}`));
  const records = await Promise.all(names.map(async (name) => ({ name, record: await journalOf(name).read() })));
  let known: WarehouseSession | undefined;
  const session = async (): Promise<WarehouseSession> =>
    (known ??= await warehouseSession(warehouse, plan.projectId, request.now));
  const found: FoundCall[] = [];
  const stopped: string[] = [];
  for (const { name, record } of records) {
    if (record?.root !== request.root.id || (record.state !== 'open' && record.state !== 'alive')) continue;
    const state = await look(await session(), tools, record);
    if (state?.ended !== undefined && state.ended !== 'FINISHED' && record.stop?.afterRedrive !== undefined) {
      await buryCancelled(journalOf(name), record, state.error ?? REASON, afterRedrive);
      stopped.push(name);
    } else {
      found.push({ name, record, state });
    }
  }
  return {
    found,
    stopped,
    async stop({ name, record, state }) {
      if (state === undefined) return;
      const stopping = { journal: journalOf(name), session: await session(), reads: tools.reads, nowMs: request.now };
      await stopStatement(stopping, { record, state }, { reason: REASON, afterRedrive });
    },
  };
}

/** A call whose answer was lost is not made again, as its own step would: only its comment is looked for. */
async function look(
  session: WarehouseSession,
  { reads }: Tools<z.infer<typeof environment>>,
  record: JournalRecord,
): Promise<StatementState | undefined> {
  const state = record.id === undefined ? undefined : await session.describe(record.id, 0);
  return state ?? findCall(session, reads, record);
}

async function done(
  table: StateTable,
  request: Request,
  plan: ProjectPlan,
  warehouse: WarehouseRef | undefined,
  cancelled: readonly string[],
): Promise<Answer> {
  const running = warehouse === undefined ? [] : await refreshing(table, plan, warehouse);
  // From here on things are given back; whoever redrives the root has to know.
  await giveBack(table, request.root.id, plan.projectId);
  const left = running.length === 0 ? '' : `; left to end by itself: the refresh workflow for ${running.join(', ')}`;
  const what = cancelled.length === 0 ? 'no statement ran' : `cancelled ${cancelled.join(', ')}`;
  return {
    status: 'DONE',
    result: {},
    summary: `${plan.projectId}: ${what}${left}`,
    facts: { cancelled: cancelled.length, refreshing: running.length },
  };
}

/** Apps for which the solution's refresh workflow is still at work: it is the solution's own, and nothing of ours. */
async function refreshing(table: StateTable, plan: ProjectPlan, warehouse: WarehouseRef): Promise<string[]> {
  const apps: string[] = [];
  for (const { appId } of plan.apps) {
    const unit = { warehouse, database: plan.projectId, schema: appId, name: WORKFLOW };
    const record = await new Journal(table, unit).read();
    if (record?.state === 'alive' && (await refreshRuns(warehouse.region, record))) apps.push(appId);
  }
  return apps;
}
