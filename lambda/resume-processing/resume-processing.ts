import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError } from '../shared/errors';
import { isGuardians } from '../shared/executions';
import type { ProjectTarget } from '../shared/plan/plan';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { readProjectPlan } from '../shared/plan/store';
import { enableRule, findRules, holdOf, RULE_NAMES, type ProcessingRule } from '../shared/processing/rules';
import { processingWorkflows } from '../shared/processing/workflows';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { durationText, manyText } from '../shared/summary';
import { decide, wasEnabled, type ResumeAction, type ResumeObservation } from './decide';
import { findHalfWay } from './half-way';
import { findLeftovers } from './leftovers';
import { describeLoad, isLoading, startLoad } from './load';
import { LoadRecords, type LoadRecord } from './load-record';
import type { environment } from './schema';

type Nothing = Record<string, never>;
type Answer = StepAnswer<Nothing, Nothing>;

const LOOK_SECONDS = 10;
const LOAD_LOOK_SECONDS = 30;

/** One pass of *Resume data processing*: the rules as they were before, and what waited meanwhile is loaded. */
export async function converge(
  request: StepRequest<ProjectTarget, Nothing>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<Answer> {
  const plan = await readProjectPlan(tools.environment.PLAN_BUCKET, request.root.plan, request.target);
  const table = new StateTable(tools.environment.STATE_TABLE);
  const loads = new LoadRecords(table, plan);
  const seen = await observe(table, loads, plan, request);
  const action = decide(seen);
  const say = (text: string): string => `${plan.projectId}: ${text}`;
  // A root resumes where its upgrade is over or its judge looks after it; a guardian finds a project wherever it was left.
  const halfWay = isGuardians(request) && action.do !== 'nothing' ? await findHalfWay(plan) : undefined;
  if (halfWay !== undefined) {
    const summary = say(`data processing stays paused, because the pipeline is half-way: ${halfWay}`);
    return { status: 'DONE', result: {}, summary, facts: { staysPaused: true } };
  }
  switch (action.do) {
    case 'nothing':
      return { status: 'DONE', result: {}, summary: say(nothingText(plan)) };
    case 'enable':
      await enableRule(plan.region, action.rule.name);
      return waiting(LOOK_SECONDS, say(`${RULE_NAMES[action.rule.role]} is enabled again (rule ${action.rule.name})`));
    case 'wait for another':
      return waiting(LOAD_LOOK_SECONDS, say('waiting for another run of the load workflow'));
    case 'start load': {
      const record = await loads.open(seen.load.record, {
        root: request.root.id,
        redrive: request.attempt.redrive,
        pausedAtMs: action.pausedAtMs,
        stateMachineArn: seen.load.stateMachineArn ?? '',
        openedAtMs: request.now,
      });
      return start(plan, loads, record);
    }
    case 'start again':
      return start(plan, loads, action.record);
    case 'wait for load': {
      const elapsed = Math.max(0, (request.now - action.record.openedAtMs) / 1_000);
      await lift(loads, action.record, request);
      return waiting(LOAD_LOOK_SECONDS, say(`the load workflow has been running for ${durationText(elapsed)}`));
    }
    case 'fail':
      if (action.record.state !== 'failed') {
        await loads.advance(action.record, { state: 'failed', error: action.why });
      }
      throw loadFailed(plan, action);
    case 'give back':
      return giveBack(table, loads, plan, action, request.now);
    default:
      return assertNever(action);
  }
}

async function observe(
  table: StateTable,
  loads: LoadRecords,
  plan: ProjectPlan,
  { root, attempt }: StepRequest<ProjectTarget, Nothing>,
): Promise<ResumeObservation> {
  const { projectId, region } = plan;
  const [rules, machines, record] = await Promise.all([
    findRules(table, plan),
    processingWorkflows(plan),
    loads.read(),
  ]);
  const stateMachineArn = machines.load;
  const [execution, busy] = await Promise.all([
    record?.executionArn === undefined ? undefined : describeLoad(region, record.executionArn),
    stateMachineArn !== undefined && isLoading(region, stateMachineArn),
  ]);
  const load = { stateMachineArn, record, execution, busy };
  return { projectId, rules, load, attempt: { root: root.id, redrive: attempt.redrive } };
}

async function start(plan: ProjectPlan, loads: LoadRecords, record: LoadRecord): Promise<Answer> {
  const executionArn = await startLoad(plan.region, record);
  await loads.advance(record, { state: 'started', executionArn });
  return waiting(LOOK_SECONDS, `${plan.projectId}: the load workflow was started, for what waited meanwhile`);
}

/** Waiting under a higher redrive uses up its permission: the run that lives is this attempt's. */
async function lift(
  loads: LoadRecords,
  record: LoadRecord,
  { root, attempt }: StepRequest<ProjectTarget, Nothing>,
): Promise<void> {
  if (record.root === root.id && record.redrive >= attempt.redrive) return;
  await loads.advance(record, { root: root.id, redrive: attempt.redrive });
}

async function giveBack(
  table: StateTable,
  loads: LoadRecords,
  plan: ProjectPlan,
  { rules, loaded }: Extract<ResumeAction, { do: 'give back' }>,
  nowMs: number,
): Promise<Answer> {
  const leftovers = await findLeftovers(plan);
  const leftAlone = rules.filter((rule) => !isAsBefore(rule)).length;
  if (loaded !== undefined && loaded.state !== 'done') await loads.advance(loaded, { state: 'done' });
  // The schedule's hold last: while it is there, this is the same pause, and its load is not run twice.
  for (const { role, hold } of [...rules].reverse()) {
    if (hold !== undefined) await holdOf(table, plan, role).restored(hold);
  }
  const loadText =
    loaded === undefined
      ? 'there is nothing to load into'
      : `what waited was loaded in ${durationText((nowMs - loaded.openedAtMs) / 1_000)}`;
  const leftoverText =
    leftovers.length === 0
      ? ''
      : `; ${manyText(leftovers.length, 'EMR application')} of earlier releases still ` +
        `started, which costs: ${leftovers.join(', ')}`;
  return {
    status: 'DONE',
    result: {},
    summary: `${plan.projectId}: ${rules.map(ruleText).join(', ')}; ${loadText}${leftoverText}`,
    facts: {
      rules: rules.filter(({ state }) => state === 'enabled').length,
      ...(leftAlone === 0 ? {} : { leftAlone }),
      leftoverApplications: leftovers.length,
      ...(leftovers.length === 0 ? {} : { leftoverApplicationIds: leftovers.join(' ') }),
      ...(loaded?.executionArn === undefined ? {} : { load: loaded.executionArn }),
    },
  };
}

/** Neither gone nor enabled by somebody else meanwhile. */
function isAsBefore(rule: ProcessingRule): boolean {
  return rule.state === 'disabled' || (rule.state === 'enabled' && wasEnabled(rule));
}

function ruleText(rule: ProcessingRule): string {
  const name = RULE_NAMES[rule.role];
  if (rule.state === 'gone') return `${name} is no longer there`;
  if (rule.state === 'disabled') return `${name} stays disabled, as it was before`;
  return wasEnabled(rule) ? `${name} is enabled` : `${name} was disabled before and somebody has enabled it: left so`;
}

function nothingText({ pauseProcessing }: ProjectPlan): string {
  return pauseProcessing ? 'data processing is not paused' : 'skipped: data processing was not paused';
}

function waiting(waitSeconds: number, summary: string): Answer {
  return { status: 'IN_PROGRESS', waitSeconds, summary };
}

function loadFailed(
  { projectId, pipelineId, region }: ProjectPlan,
  { record, why }: Extract<ResumeAction, { do: 'fail' }>,
): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.WorkflowFailed,
    what: `Data processing of project ${projectId} runs again, but what waited meanwhile was not loaded.`,
    why: record.error ?? why,
    next: 'Look at that execution of the load workflow, resolve the reason, then redrive: it is started again.',
    redrive: 'yes',
    ids: {
      projectId,
      pipelineId,
      region,
      ...(record.executionArn === undefined ? {} : { workflowExecution: record.executionArn }),
    },
  });
}
