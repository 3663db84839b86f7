import * as z from 'zod';
import { consoleTrigger, type ConsoleTrigger } from '../shared/console-api/console-api';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever } from '../shared/errors';
import { givenBack } from '../shared/guardian/given-back';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { readProjectPlan } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import { PipelineCalls, type PipelineCall } from './call-record';
import { decide, isMoving, isReached, routeOf, type PipelineObservation, type Route } from './decide';
import { failure, notActive, refused } from './failures';
import { observe } from './observe';
import type { environment, target } from './schema';

type Target = z.infer<typeof target>;
type Nothing = Record<string, never>;
type Answer = StepAnswer<Nothing, Nothing>;

/** Stack updates take minutes; the longer they take, the rarer a look is. */
const PAUSE_SECONDS = 60;

/** What a pass acts with. */
interface Pass {
  plan: ProjectPlan;
  seen: PipelineObservation;
  calls: PipelineCalls;
  trigger: ConsoleTrigger;
  table: StateTable;
}

/** One pass of *Start the pipeline upgrade* or *Finish the pipeline upgrade*, by the solution's own console. */
export async function converge(
  request: StepRequest<Target, Nothing>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<Answer> {
  const plan = await readProjectPlan(tools.environment.PLAN_BUCKET, request.root.plan, request.target);
  if (plan.pipeline === 'none') {
    const summary = `${plan.projectId}: skipped: the pipeline is at the version of the web console`;
    return { status: 'DONE', result: {}, summary };
  }
  const table = new StateTable(tools.environment.STATE_TABLE);
  const calls = new PipelineCalls(table, plan);
  const [world, call] = await Promise.all([observe(plan), calls.read()]);
  const trigger = consoleTrigger(tools.environment, plan.console);
  const seen: PipelineObservation = {
    ...world,
    act: request.target.act,
    call,
    manual: trigger.kind === 'manual',
    attempt: { root: request.root.id, redrive: request.attempt.redrive },
    nowMs: request.now,
  };
  return act({ plan, seen, calls, trigger, table });
}

async function act(pass: Pass): Promise<Answer> {
  const { plan, seen, calls } = pass;
  const action = decide(seen);
  switch (action.do) {
    case 'done':
      return done(pass);
    case 'wait':
      return waiting(pass, action.for);
    case 'adopt':
      await calls.advance(action.call, { state: 'accepted' });
      return inProgress(pass, `the web console has begun, its answer was lost; ${stacksText(seen)}`);
    case 'call':
      if (await isProcessingGivenBack(pass)) {
        const summary = `${plan.projectId}: data processing is to be paused again before the pipeline is touched`;
        return { status: 'TAKE_AGAIN', summary };
      }
      return call(pass, action.route, action.tries);
    case 'fail':
      if (action.because === 'incomplete') await rememberFailure(pass);
      throw await failure(action.because, plan, seen);
    default:
      return assertNever(action);
  }
}

/** A guardian has let it go on before the console was asked for anything; what runs already is not helped by a pause. */
async function isProcessingGivenBack({ plan, seen, table }: Pass): Promise<boolean> {
  if (seen.act !== 'start') return false;
  return (await givenBack(table, seen.attempt.root, plan.projectId)).includes('processing');
}

/** Written before the call; a call whose answer is lost is looked after by the next passes. */
async function call(pass: Pass, route: Route, tries: number): Promise<Answer> {
  const { plan, seen, calls, trigger } = pass;
  const opened = await calls.write(seen.call, { ...newCall(seen, route), state: 'open', tries });
  if (trigger.kind === 'manual') return waiting(pass, 'person', route);
  const { projectId, pipelineId } = plan;
  const answer = await trigger.call({
    method: 'POST',
    path: `/api/pipeline/${pipelineId}/${route}`,
    query: { pid: projectId },
    body: {},
    requestId: opened.requestId,
  });
  switch (answer.is) {
    case 'accepted':
      await calls.advance(opened, { state: 'accepted' });
      return inProgress(pass, `the web console has accepted the ${route}`);
    case 'unknown':
      return inProgress(pass, `the web console gave no answer to the ${route} (${answer.why}); looking what it does`);
    case 'refused': {
      const error = { status: answer.status, message: answer.message };
      throw refused(plan, await calls.advance(opened, { state: 'refused', error }));
    }
    default:
      return assertNever(answer);
  }
}

/** From now on a redrive is permission to retry. */
async function rememberFailure({ seen, calls }: Pass): Promise<void> {
  const { call: before, attempt } = seen;
  if (before?.state === 'failed' && before.root === attempt.root && before.redrive === attempt.redrive) return;
  await calls.write(before, { ...newCall(seen, before?.route ?? routeOf(seen)), state: 'failed', tries: 1 });
}

function newCall(
  seen: PipelineObservation,
  route: Route,
): Omit<PipelineCall, 'v' | 'revision' | 'requestId' | 'state' | 'tries'> {
  const name = seen.record.execution?.name;
  return {
    ...seen.attempt,
    route,
    calledAtMs: seen.nowMs,
    before: {
      ...(name === undefined ? {} : { execution: name }),
      updatedMs: Math.max(0, ...seen.stacks.map(({ updatedMs }) => updatedMs)),
    },
  };
}

const details = z.object({ statusType: z.string() });

/**
 * The stacks are where they should be. At the very end the console looks once itself, which brings its record up to date;
 * once, because that read writes. Source: awslabs/clickstream-analytics-on-aws, api/service/pipeline.ts (details)
 */
async function done(pass: Pass): Promise<Answer> {
  const { plan, seen, trigger } = pass;
  if (seen.act === 'finish' && trigger.kind === 'api') {
    const answer = await trigger.call({
      method: 'GET',
      path: `/api/pipeline/${plan.pipelineId}`,
      query: { pid: plan.projectId, refresh: 'force' },
    });
    if (answer.is === 'unknown') {
      return inProgress(pass, `every stack is at ${seen.version}; the web console does not answer (${answer.why})`);
    }
    const status = answer.is === 'refused' ? answer.message : statusIn(answer.data);
    if (status === 'Updating')
      return inProgress(pass, `every stack is at ${seen.version}; the web console is not done`);
    if (status !== 'Active') throw notActive(plan, seen.version, status);
  }
  return {
    status: 'DONE',
    result: {},
    summary: `${plan.projectId}: ${stacksText(seen)}`,
    facts: { version: seen.version, stacks: seen.stacks.length },
  };
}

function statusIn(data: unknown): string {
  const parsed = details.safeParse(data);
  return parsed.success ? parsed.data.statusType : 'unknown';
}

function waiting(
  pass: Pass,
  reason: 'stacks' | 'workflow' | 'answer' | 'person',
  route = pass.seen.call?.route,
): Answer {
  const { plan, seen } = pass;
  switch (reason) {
    case 'stacks':
      return inProgress(pass, stacksText(seen));
    case 'workflow':
      return inProgress(pass, `the workflow of the web console is running; ${stacksText(seen)}`);
    case 'answer':
      return inProgress(
        pass,
        `the web console gave no answer to the ${route ?? 'call'}; looking whether anything moves`,
      );
    case 'person':
      return inProgress(
        pass,
        `a person has to open the project in the web console (${plan.console.url}) and press ` +
          `${route === 'retry' ? 'Retry' : 'Upgrade'} on its pipeline`,
      );
    default:
      return assertNever(reason);
  }
}

function inProgress({ plan }: Pick<Pass, 'plan'>, text: string): Extract<Answer, { status: 'IN_PROGRESS' }> {
  return { status: 'IN_PROGRESS', waitSeconds: PAUSE_SECONDS, summary: `${plan.projectId}: ${text}` };
}

/** `4 of 6 stacks at v1.1.7-…, at work: Reporting`. */
function stacksText({ stacks, version }: PipelineObservation): string {
  const reached = stacks.filter((stack) => isReached(stack, version)).length;
  const moving = stacks.filter(isMoving).map(({ type }) => type);
  const work = moving.length === 0 ? '' : `, at work: ${moving.join(', ')}`;
  return `${String(reached)} of ${manyText(stacks.length, 'stack')} at ${version}${work}`;
}
