import type { Stack } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever } from '../shared/errors';
import { Hold, type HoldRecord } from '../shared/hold';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { readProjectPlan } from '../shared/plan/store';
import { isInProgress } from '../shared/solution/stacks';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import { change, type Change } from './act';
import { decide, servingOnNew, type Action } from './decide';
import { noTemplate, standstill, WAITED } from './failures';
import type { Fleet } from './fleet';
import { given, original, type HeadRoom } from './head-room';
import { findFleet, stopTimeoutSeconds } from './ids';
import { observe } from './observe';
import { isForStops, patienceSeconds } from './patience';
import type { environment, progress, target } from './schema';

type Progress = z.infer<typeof progress>;
type Request = StepRequest<z.infer<typeof target>, Progress>;
type Answer = StepAnswer<Progress, Record<string, never>>;

/** What a pass works with. */
interface Pass {
  request: Request;
  plan: ProjectPlan;
  stack: Stack;
  fleet: Fleet;
  hold: Hold;
  held: HoldRecord | undefined;
  /** Deadlines count from here. */
  sinceMs: number;
}

/** Launches and health checks take minutes; tasks and instances that go, as long as five minutes to an hour. */
const LOOK_AGAIN_SECONDS = 60;
const LOOK_SELDOM_SECONDS = 90;

/**
 * One pass of *Replace ingestion instances*: beside the old instances come as many new ones; what they take over is drained,
 * and what is drained is terminated. The tasks that serve are never fewer than they were.
 */
export async function converge(request: Request, tools: Tools<z.infer<typeof environment>>): Promise<Answer> {
  const planned = await readProjectPlan(tools.environment.PLAN_BUCKET, request.root.plan, request.target);
  const plan = request.target.act === 'put back' ? withoutReplacing(planned) : planned;
  if (plan.ingestion.kind === 'none') return skipped(plan, 'it has no ingestion service of its own');
  if (plan.ingestion.kind === 'fargate') return skipped(plan, 'Fargate has no instances, ECS rolls its tasks itself');
  const found = await findFleet(plan);
  if (found?.ids === undefined) return skipped(plan, 'it has no ingestion instances');
  const { stack, ids } = found;
  const hold = new Hold(new StateTable(tools.environment.STATE_TABLE), `fleet/${plan.region}/${ids.group}`);
  const [fleet, held] = await Promise.all([observe(plan, ids), hold.read()]);
  // An earlier execution may have left a fleet with more than it had.
  if (!plan.ingestion.replace && held?.state !== 'held') {
    const nothingNewer = `${plan.targetVersion} has nothing newer for its instances`;
    return skipped(
      plan,
      request.target.act === 'put back' ? 'its fleet has the size and the scaling it had' : nothingNewer,
    );
  }
  return act({ request, plan, stack, fleet, hold, held, sinceMs: tools.loopSinceMs });
}

/** No instance counts as old then, so that all that is left to do is to let go. */
function withoutReplacing(plan: ProjectPlan): ProjectPlan {
  return { ...plan, ingestion: { ...plan.ingestion, replace: false, refresh: false } };
}

async function act(pass: Pass): Promise<Answer> {
  const { request, plan, fleet, held } = pass;
  const updating = isInProgress(pass.stack);
  if (plan.ingestion.replace && fleet.group.template === undefined && !updating) throw noTemplate(plan, fleet);
  const observation = { fleet, room: roomOf(held), updating, givenUp: request.progress?.givenUp ?? false };
  const action = decide(observation);
  if (action.do !== 'wait') return perform(pass, action);
  const still = standstillOf(pass, action.of);
  const seconds = (request.now - still.sinceMs) / 1_000;
  if (seconds <= patienceSeconds(action.for, stopTimeoutSeconds(pass.stack))) return wait(pass, action, still);
  const last = isForStops(action.for) ? decide({ ...observation, givenUp: true }) : action;
  if (last.do === 'wait') throw standstill(plan, fleet, { for: action.for, seconds });
  return perform(pass, last);
}

async function perform(pass: Pass, action: Exclude<Action, { do: 'wait' }>): Promise<Answer> {
  const { request, plan, hold, held } = pass;
  switch (action.do) {
    case 'done':
      return done(pass);
    case 'hold': {
      const { original, given } = action.room;
      await hold.take(held, { holder: plan.projectId, root: request.root.id, nowMs: request.now, original, given });
      return goOn(
        pass,
        `${String(original.old)} old instances are to be replaced, and what the fleet was is written down`,
      );
    }
    case 'let go':
      if (held !== undefined) await hold.restored(held);
      return goOn(pass, 'the fleet is as it was');
    case 'set scaling':
    case 'set greatest size':
    case 'delete warm pool':
    case 'make warm pool':
    case 'set tasks':
    case 'set hosts':
    case 'terminate':
      return make(pass, action);
    default:
      return assertNever(action);
  }
}

function roomOf(held: HoldRecord | undefined): HeadRoom | undefined {
  if (held?.state !== 'held') return undefined;
  return { original: original.parse(held.original), given: given.parse(held.given) };
}

async function make(pass: Pass, action: Change): Promise<Answer> {
  const { plan, fleet } = pass;
  const isMade = (await change(plan.region, fleet, action)) === 'done';
  // Whatever else is to be terminated so has had the same time: a standstill begins anew with every instance that drains.
  const progress: Progress = isLoss(action) ? { givenUp: true } : {};
  if (!isMade) {
    return goOn(pass, 'the Auto Scaling group is at something else', { progress, waitSeconds: LOOK_AGAIN_SECONDS });
  }
  const lost = (pass.request.progress?.lost ?? 0) + 1;
  return goOn(pass, sentence(action), { progress: isLoss(action) ? { ...progress, lost } : progress });
}

function isLoss(action: Change): boolean {
  return action.do === 'terminate' && action.isLost === true;
}

/** For the report. */
function lostOf({ request }: Pass): Progress {
  const { lost } = request.progress ?? {};
  return lost === undefined ? {} : { lost };
}

/** A change shows at once; whether it has its effect, the next pass sees. */
function goOn(
  pass: Pass,
  what: string,
  { progress = {}, waitSeconds = 0 }: { progress?: Progress; waitSeconds?: number } = {},
): Answer {
  return {
    status: 'IN_PROGRESS',
    progress: { ...lostOf(pass), ...progress },
    waitSeconds,
    summary: `${pass.plan.projectId}: ${what}; ${fleetText(pass.fleet)}`,
  };
}

type Standstill = NonNullable<Progress['standstill']>;

/** A redrive begins the patience afresh, with the loop. */
function standstillOf({ request, sinceMs }: Pass, of: string): Standstill {
  const before = request.progress?.standstill;
  return before?.of === of && before.sinceMs >= sinceMs ? before : { of, sinceMs: request.now };
}

function wait(pass: Pass, { for: reason }: Extract<Action, { do: 'wait' }>, still: Standstill): Answer {
  return {
    status: 'IN_PROGRESS',
    progress: { ...lostOf(pass), standstill: still },
    waitSeconds: isForStops(reason) ? LOOK_SELDOM_SECONDS : LOOK_AGAIN_SECONDS,
    summary: `${pass.plan.projectId}: waiting for ${WAITED[reason]}; ${fleetText(pass.fleet)}`,
  };
}

function sentence(action: Change): string {
  switch (action.do) {
    case 'set scaling':
      return action.suspended?.in === true ? 'scaling of the tasks is suspended' : 'scaling of the tasks is as it was';
    case 'set greatest size':
      return `the group may have ${manyText(action.max, 'instance')}`;
    case 'delete warm pool':
      return 'the warm pool goes, with the old instances in it';
    case 'make warm pool':
      return 'the warm pool is there again';
    case 'set tasks':
      return `${manyText(action.desired, 'task is', 'tasks are')} asked for`;
    case 'set hosts':
      return action.status === 'DRAINING'
        ? `${manyText(action.hosts.length, 'instance is', 'instances are')} drained`
        : `${manyText(action.hosts.length, 'instance takes', 'instances take')} tasks again`;
    case 'terminate':
      return action.isLost === true
        ? `${action.instance}, whose agent is not connected and whose tasks cannot be stopped any more, is terminated`
        : `${action.instance}, which is empty, is terminated`;
    default:
      return assertNever(action);
  }
}

function fleetText(fleet: Fleet): string {
  const old = fleet.instances.filter((instance) => instance.old).length;
  const { serving, desired } = fleet.tasks;
  return (
    `${String(old)} of ${String(fleet.instances.length)} instances are old, ` +
    `${String(serving)} of ${String(desired)} tasks serve, ${String(servingOnNew(fleet))} of them on new instances`
  );
}

function done({ request, plan, fleet, held }: Pass): Answer {
  const { instances, warmPool, standby, tasks, scaling, group } = fleet;
  // What an earlier execution replaced is in its own report.
  const own = held?.root === request.root.id ? held : undefined;
  const before = own === undefined ? undefined : original.parse(own.original);
  const replaced = before?.old ?? 0;
  const lost = request.progress?.lost ?? 0;
  const otherVersion = instances.filter((instance) => instance.otherVersion).length;
  const left = [
    ...(before === undefined || group.max === before.max ? [] : [`greatest size ${String(group.max)}`]),
    ...(before === undefined || tasks.desired === before.tasks ? [] : [`tasks ${String(tasks.desired)}`]),
    ...(before?.scaling === undefined || scaling?.max === before.scaling.max ? [] : ['greatest number of tasks']),
  ];
  const report = otherVersion === 0 ? '' : `, ${String(otherVersion)} of them of another version of it`;
  return {
    status: 'DONE',
    result: {},
    summary:
      `${plan.projectId}: ${replaced === 0 ? 'no instance had to be replaced' : `${manyText(replaced, 'instance is', 'instances are')} replaced`}; ` +
      `all ${String(instances.length)} are from the launch template${report}`,
    facts: {
      replaced,
      instances: instances.length,
      otherVersion,
      ...(lost === 0 ? {} : { terminatedWithTasks: lost }),
      ...(warmPool === undefined ? {} : { warmPool: warmPool.instances }),
      ...(standby === 0 ? {} : { standby }),
      ...(left.length === 0 ? {} : { changedByOthers: left.join(', ') }),
    },
  };
}

function skipped({ projectId }: ProjectPlan, why: string): Answer {
  return { status: 'DONE', result: {}, summary: `${projectId}: skipped: ${why}` };
}
