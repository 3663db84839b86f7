import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever } from '../shared/errors';
import { Hold, type HoldRecord } from '../shared/hold';
import { livingCalls } from '../shared/living-calls';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { readProjectPlan } from '../shared/plan/store';
import { warehouseKey, type WarehouseRef } from '../shared/plan/warehouse';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { decideRestore } from './restore';
import { decideUp } from './scale-up';
import type { environment, progress, target } from './schema';
import { changeText, heldWorkgroup, type Change } from './settings';
import { capacityNotChanged, changeWorkgroup, describeWorkgroup } from './workgroup';

type Progress = z.infer<typeof progress>;
type Request = StepRequest<z.infer<typeof target>, Progress>;
type Environment = z.infer<typeof environment>;
type Answer = StepAnswer<Progress, Record<string, never>>;

/** A change takes minutes. */
const CHANGE_SECONDS = 30;
const BUSY_SECONDS = 30;
const REFUSED_SECONDS = 300;
/** Whoever puts the workgroup back may be in the middle of it: what it shows is looked at anew after a while. */
const TAKEN_SECONDS = 10;
const LIVING_SECONDS = 60;

/** How long to try while Redshift has no capacity, or no snapshot to fall back on. */
const REFUSED_PATIENCE_MS = 3 * 3_600_000;

/**
 * One pass of *Scale Redshift up* and of *Restore capacity*. The workgroup is held by every project that migrates on it; its
 * settings go back when the last one has let go. Clusters are not resized: that interrupts whatever runs.
 */
export async function converge(request: Request, tools: Tools<Environment>): Promise<Answer> {
  const { PLAN_BUCKET: bucket, STATE_TABLE: tableName } = tools.environment;
  const plan = await readProjectPlan(bucket, request.root.plan, request.target);
  const { warehouse, apps } = plan;
  const { act } = request.target;
  if (warehouse === undefined) return done('skipped: the project has no Redshift');
  if (warehouse.kind === 'provisioned') return done(clusterText(warehouse, act));
  if (act === 'up' && apps.length === 0) return done('skipped: no app is migrated');
  const scaling: Scaling = {
    request,
    plan,
    warehouse,
    table: new StateTable(tableName),
    tools,
    hold: new Hold(new StateTable(tableName), `workgroup/${warehouseKey(warehouse)}`),
  };
  return act === 'up' ? scaleUp(scaling) : restore(scaling);
}

interface Scaling {
  request: Request;
  plan: ProjectPlan;
  warehouse: WarehouseRef;
  table: StateTable;
  tools: Tools<Environment>;
  hold: Hold;
}

async function scaleUp(scaling: Scaling): Promise<Answer> {
  const { request, plan, warehouse, hold } = scaling;
  const { projectId: holder } = plan;
  // The hold before the workgroup: what is seen is never older than the hold that it is judged by.
  const record = await hold.read();
  const workgroup = await describeWorkgroup(warehouse);
  const action = decideUp({ workgroup, held: heldWorkgroup(record), holder, rpu: plan.capacity?.rpu });
  const say = (text: string): string => `workgroup ${warehouse.name}: ${text}`;
  switch (action.do) {
    case 'done':
      return done(say(action.text), { baseRpu: workgroup.baseRpu });
    case 'wait':
      return wait(CHANGE_SECONDS, say(`it is ${action.status}`));
    case 'fail':
      throw capacityNotChanged(warehouse, action.why);
    case 'take': {
      const { original, given } = action;
      const taken = await hold.take(record, { holder, root: request.root.id, nowMs: request.now, original, given });
      if (record?.state === 'held') await hold.give(taken, given);
      return wait(TAKEN_SECONDS, say('its settings are noted down'));
    }
    case 'change':
      return change(scaling, action.change);
    default:
      return assertNever(action);
  }
}

async function restore(scaling: Scaling): Promise<Answer> {
  const { request, plan, warehouse, table, tools, hold } = scaling;
  const record = await hold.read();
  const held = heldWorkgroup(record);
  const { projectId: holder } = plan;
  const say = (text: string): string => `workgroup ${warehouse.name}: ${text}`;
  if (record === undefined || held === undefined) return done(say('nothing to put back'));
  const appIds = plan.apps.map(({ appId }) => appId);
  const living = held.holders.includes(holder)
    ? await livingCalls({ warehouse, database: plan.projectId, appIds, table, reads: tools.reads, nowMs: request.now })
    : [];
  const workgroup = await describeWorkgroup(warehouse);
  const action = decideRestore({ workgroup, held, holder, living });
  switch (action.do) {
    case 'done':
      return done(say(action.text));
    case 'wait':
      return wait(living.length > 0 ? LIVING_SECONDS : CHANGE_SECONDS, say(action.for));
    case 'release':
      await hold.release(record, holder);
      return wait(0, say(`${holder} needs it no longer`));
    case 'change':
      return change(scaling, action.change, record);
    case 'restored': {
      await hold.restored(record);
      const { left } = action;
      const text =
        left.length === 0 ? 'its settings are what they were' : `left as somebody else made it: ${left.join('; ')}`;
      return done(say(text), { baseRpu: workgroup.baseRpu, leftAlone: left.length });
    }
    default:
      return assertNever(action);
  }
}

/** @param claimed hold that is written once more before something is put back, so that nobody takes it unseen */
async function change({ request, warehouse, hold }: Scaling, what: Change, claimed?: HoldRecord): Promise<Answer> {
  if (claimed !== undefined) await hold.give(claimed, claimed.given);
  const changing = await changeWorkgroup(warehouse, what);
  const text = `workgroup ${warehouse.name}: ${changeText(what)}`;
  if (changing.is === 'begun') return wait(CHANGE_SECONDS, text);
  if (changing.because === 'busy') return wait(BUSY_SECONDS, `${text} when the change under way has ended`);
  const refusedSinceMs = request.progress?.refusedSinceMs ?? request.now;
  if (request.now - refusedSinceMs > REFUSED_PATIENCE_MS) throw capacityNotChanged(warehouse, changing.why);
  return {
    status: 'IN_PROGRESS',
    progress: { refusedSinceMs },
    waitSeconds: REFUSED_SECONDS,
    summary: `${text} as soon as Redshift can: ${changing.why}`,
  };
}

function clusterText({ name }: WarehouseRef, act: 'up' | 'restore'): string {
  return act === 'restore'
    ? `cluster ${name}: nothing to put back`
    : `cluster ${name} is not resized, because that interrupts what runs; to be faster, resize it in a quiet hour before an execution`;
}

function done(summary: string, facts?: Record<string, number>): Answer {
  return { status: 'DONE', result: {}, summary, ...(facts === undefined ? {} : { facts }) };
}

/** The progress is left out: a change that went through ends the time of refusals. */
function wait(waitSeconds: number, summary: string): Answer {
  return { status: 'IN_PROGRESS', waitSeconds, summary };
}
