import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever } from '../shared/errors';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { readProjectPlan } from '../shared/plan/store';
import {
  findApplications,
  jobsOf,
  stopApplication,
  type ApplicationJobs,
  type ProcessingApplication,
} from '../shared/processing/applications';
import { disableRule, findRules, holdOf, isHeld, RULE_NAMES, type ProcessingRule } from '../shared/processing/rules';
import { activityOf, processingWorkflows, type WorkflowActivity } from '../shared/processing/workflows';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { durationText, manyText } from '../shared/summary';
import { lastDisabledMs, rememberDisabling } from './pause-record';
import type { environment, target } from './schema';

type Target = z.infer<typeof target>;
type Nothing = Record<string, never>;
type Answer = StepAnswer<Nothing, Nothing>;

export interface PauseObservation {
  projectId: string;
  rules: readonly ProcessingRule[];
  applications: readonly (ProcessingApplication & ApplicationJobs)[];
  workflows: readonly WorkflowActivity[];
  /** When we last disabled one of the rules, epoch milliseconds. */
  disabledMs: number | undefined;
  nowMs: number;
}

export type PauseAction =
  | { do: 'done' }
  /** Its original state is written down, then it is disabled where it is not. */
  | { do: 'hold'; rule: ProcessingRule }
  | { do: 'wait for jobs'; count: number }
  | { do: 'wait for applications'; applications: readonly ProcessingApplication[] }
  | { do: 'wait for workflows'; workflows: readonly WorkflowActivity[] }
  /** Something ended just now that others begin with. */
  | { do: 'settle'; seconds: number }
  | { do: 'stop'; application: ProcessingApplication };

/**
 * How long what was just disabled, or has just ended, may still start something. A disabled rule may match for a short
 * while; a failed call of the job submitter is repeated after one minute and after two more; a job's success reaches the
 * load workflow, and lists of executions show it, seconds later.
 * Source: EventBridge API Reference, DisableRule; Lambda Developer Guide, asynchronous invocation
 */
export const SETTLING_MS = 4 * 60_000;

/** Workflows that move data of the warehouse. The schema's own does not, and is waited for elsewhere. */
const RESTING = ['load', 'refresh', 'scan', 'clear-expired'] as const;

/** Pure. Rules first: nothing new begins. Then what runs ends by itself, and applications without a job are stopped. */
export function decide(seen: PauseObservation): PauseAction {
  const { projectId, rules, applications, workflows, disabledMs, nowMs } = seen;
  const rule = rules.find((one) => isAwake(one, projectId));
  if (rule !== undefined) return { do: 'hold', rule };

  const jobs = applications.reduce((sum, { active }) => sum + active.length, 0);
  if (jobs > 0) return { do: 'wait for jobs', count: jobs };
  const mayStillSubmit = settling(nowMs, [disabledMs]);
  if (mayStillSubmit > 0) return { do: 'settle', seconds: mayStillSubmit };

  const moving = applications.filter(({ state }) => ['CREATING', 'STARTING', 'STOPPING'].includes(state));
  if (moving.length > 0) return { do: 'wait for applications', applications: moving };
  const started = applications.find(({ state }) => state === 'STARTED');
  if (started !== undefined) return { do: 'stop', application: started };

  const running = workflows.filter((one) => one.running > 0);
  if (running.length > 0) return { do: 'wait for workflows', workflows: running };
  const ends = [
    ...applications.map(({ lastSuccessMs }) => lastSuccessMs),
    ...workflows.map(({ lastStopMs }) => lastStopMs),
  ];
  const mayStillFollow = settling(nowMs, ends);
  return mayStillFollow > 0 ? { do: 'settle', seconds: mayStillFollow } : { do: 'done' };
}

/** Something may begin from it, now or once an upgrade enables it. */
function isAwake(rule: ProcessingRule, projectId: string): boolean {
  return rule.state !== 'gone' && (rule.state === 'enabled' || !isHeld(rule, projectId));
}

/** Seconds until the last of these is long enough ago. */
function settling(nowMs: number, times: readonly (number | undefined)[]): number {
  const last = Math.max(...times.map((time) => time ?? -Infinity));
  return Math.max(0, Math.ceil((last + SETTLING_MS - nowMs) / 1_000));
}

const LOOK_SECONDS = 30;
/** Jobs and workflows run for minutes at least. */
const LONG_LOOK_SECONDS = 60;

/** One pass of *Pause data processing* or *Keep data processing paused*: the same goal, on whatever is there. */
export async function converge(
  request: StepRequest<Target, Nothing>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<Answer> {
  const plan = await readProjectPlan(tools.environment.PLAN_BUCKET, request.root.plan, request.target);
  const { projectId, region } = plan;
  if (!plan.pauseProcessing) {
    const summary = `${projectId}: skipped: nothing is changed that data processing would disturb`;
    return { status: 'DONE', result: {}, summary };
  }
  const table = new StateTable(tools.environment.STATE_TABLE);
  const seen = await observe(table, plan, request.now);
  const action = decide(seen);
  const say = (text: string): string => `${projectId}: ${text}`;
  switch (action.do) {
    case 'done':
      return { status: 'DONE', result: {}, summary: say(doneText(seen)), facts: factsOf(seen) };
    case 'hold':
      await take(table, plan, action.rule, request);
      return waiting(LOOK_SECONDS, say(`${RULE_NAMES[action.rule.role]} is disabled (rule ${action.rule.name})`));
    case 'wait for jobs':
      return waiting(LONG_LOOK_SECONDS, say(`waiting for ${manyText(action.count, 'running job')} of data processing`));
    case 'wait for applications':
      return waiting(LOOK_SECONDS, say(`waiting for ${action.applications.map(applicationText).join(', ')}`));
    case 'wait for workflows':
      return waiting(LONG_LOOK_SECONDS, say(`waiting for ${action.workflows.map(workflowText).join(', ')}`));
    case 'settle':
      return waiting(action.seconds, say(`nothing runs; it stays so for ${durationText(action.seconds)} more`));
    case 'stop': {
      const stopped = await stopApplication(region, action.application.id);
      const what = `the idle EMR application ${action.application.id}`;
      return waiting(LOOK_SECONDS, say(stopped ? `${what} is being stopped` : `${what} has changed by itself`));
    }
    default:
      return assertNever(action);
  }
}

/** Looks no further than it has to: what is next is not asked for while jobs run for hours. */
async function observe(table: StateTable, plan: ProjectPlan, nowMs: number): Promise<PauseObservation> {
  const { projectId, region } = plan;
  const [rules, disabledMs] = await Promise.all([findRules(table, plan), lastDisabledMs(table, plan)]);
  const seen = { projectId, rules, disabledMs, nowMs, applications: [], workflows: [] };
  if (rules.some((rule) => isAwake(rule, projectId))) return seen;
  const found = await findApplications(region, projectId);
  const applications = await Promise.all(
    found.map(async (one) => ({ ...one, ...(await jobsOf(region, one.id, nowMs)) })),
  );
  if (applications.some(({ active }) => active.length > 0)) return { ...seen, applications };
  const machines = await processingWorkflows(plan);
  const workflows = await Promise.all(
    RESTING.flatMap((workflow) => {
      const arn = machines[workflow];
      return arn === undefined ? [] : [activityOf(region, workflow, arn)];
    }),
  );
  return { ...seen, applications, workflows };
}

/** Written down first: what the rule was, and that we disable it now. */
async function take(
  table: StateTable,
  plan: ProjectPlan,
  { role, name, state, hold }: ProcessingRule,
  { root, now }: StepRequest<Target, Nothing>,
): Promise<void> {
  await holdOf(table, plan, role).take(hold, {
    holder: plan.projectId,
    root: root.id,
    nowMs: now,
    original: { state: state === 'enabled' ? 'ENABLED' : 'DISABLED', name },
    given: { state: 'DISABLED' },
  });
  if (state === 'disabled') return;
  await rememberDisabling(table, plan, now);
  await disableRule(plan.region, name);
}

function waiting(waitSeconds: number, summary: string): Answer {
  return { status: 'IN_PROGRESS', waitSeconds, summary };
}

function doneText({ rules, applications, workflows }: PauseObservation): string {
  const paused = rules.filter(({ state }) => state !== 'gone').map(({ role }) => RULE_NAMES[role]);
  if (paused.length === 0 && applications.length === 0) return 'there is no data processing';
  return (
    `data processing rests: ${paused.length === 0 ? 'nothing' : paused.join(' and ')} disabled, ` +
    `${manyText(applications.length, 'EMR application')} and ${manyText(workflows.length, 'workflow')} idle`
  );
}

function factsOf({ rules, applications, workflows }: PauseObservation): Record<string, number> {
  const disabled = rules.filter(({ state }) => state === 'disabled').length;
  return { rules: disabled, applications: applications.length, workflows: workflows.length };
}

function applicationText({ id, state }: ProcessingApplication): string {
  return `the EMR application ${id} (${state})`;
}

function workflowText({ workflow, running }: WorkflowActivity): string {
  return `${manyText(running, 'execution')} of the ${workflow} workflow`;
}
