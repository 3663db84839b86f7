import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { appPlanKey, DAY_MS } from '../shared/plan/app-plan';
import { plan as planSchema, type Plan, type ProjectTarget } from '../shared/plan/plan';
import { projectPlanKey } from '../shared/plan/project-plan';
import { readJson, writeJson } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { durationText, manyText } from '../shared/summary';
import { choose } from './choose';
import { confirm } from './confirm';
import { planRefused, planStale, wrongPlan } from './errors';
import { differences, hashOf } from './fingerprint';
import { problemsOutside } from './gates';
import { plannedInput, readInput, type UpgradeInput } from './input';
import { folderOf, Inspection, inspectProject, readVerdicts } from './inspection';
import { makePlan, type MadePlan } from './make-plan';
import type { environment, progress, target } from './schema';
import { problemsInside } from './warehouse-gates';
import type { FoundConsole, ProjectRef } from './world';

type Progress = z.infer<typeof progress>;
type Request = StepRequest<z.infer<typeof target>, Progress>;
type StepTools = Tools<z.infer<typeof environment>>;

export interface PlanResult {
  mode: UpgradeInput['mode'];
  planKey: string;
  planHash: string;
  /** Projects with something to do. */
  items: ProjectTarget[];
  /** Neither the console nor a project has anything to do. */
  nothing: boolean;
  /** The plan itself, when that was asked for. */
  output?: unknown;
}

/** One pass of *Inspect and plan*, or of *Confirm the plan*. */
export async function converge(
  request: Request,
  tools: StepTools,
): Promise<StepAnswer<Progress, PlanResult | Record<string, never>>> {
  return request.target.act === 'confirm' ? confirm(request, tools) : inspectAndPlan(request, tools);
}

/**
 * The first pass finds the console and its projects, each further one inspects a project and its warehouse, the last one
 * judges and writes the plan. Nothing outside our own bucket is changed.
 */
async function inspectAndPlan(request: Request, tools: StepTools): Promise<StepAnswer<Progress, PlanResult>> {
  const { PLAN_BUCKET: bucket, AWS_REGION: region, STATE_TABLE: tableName } = tools.environment;
  const given = readInput(request.target.input);
  const asked = given.planHash === undefined ? undefined : await readAskedPlan(bucket, given.planHash, given);
  const input = asked === undefined ? given : inputOf(asked, given);
  const cutoffMs = request.progress?.cutoffMs ?? asked?.cutoffMs ?? cutoffOf(request.now, input.migration.days);
  const folder = folderOf('inspections', request);
  const inspection = new Inspection(bucket, folder);
  const begun = request.progress === undefined ? undefined : await inspection.begun();
  if (begun === undefined) {
    const { projects } = await inspection.begin(region, input);
    const summary = `${manyText(projects.length, 'project')} to inspect`;
    return { status: 'IN_PROGRESS', progress: { cutoffMs, inspected: 0 }, waitSeconds: 0, summary };
  }
  const inspected = request.progress?.inspected ?? 0;
  const next = begun.projects[inspected];
  if (next !== undefined) {
    const report = await inspectProject({
      input,
      console: begun.console,
      ref: next,
      cutoffMs,
      table: new StateTable(tableName),
      reads: tools.reads,
      nowMs: request.now,
      seed: folder,
      brief: false,
      udf: { functionName: tools.environment.UDF_NAME, executionArn: request.execution.id },
    });
    await inspection.write(next, report);
    const summary = `${String(inspected + 1)} of ${manyText(begun.projects.length, 'project')} inspected`;
    return { status: 'IN_PROGRESS', progress: { cutoffMs, inspected: inspected + 1 }, waitSeconds: 0, summary };
  }
  const made = await judge(input, { ...begun, inspection, cutoffMs }, request, tools);
  if (asked !== undefined) {
    const moved = differences(asked.fingerprint, made.plan.fingerprint);
    if (moved.length > 0) throw planStale(asked, moved);
    return done(given, asked);
  }
  await writePlan(bucket, made);
  return done(given, made.plan);
}

/** All that can be said against it at once; without anything, the plan. */
async function judge(
  input: UpgradeInput,
  found: { console: FoundConsole; projects: ProjectRef[]; inspection: Inspection; cutoffMs: number },
  request: Request,
  { environment: { STATE_TABLE: tableName, PIPELINE_TRIGGER: pipelineTrigger, EXECUTION_POLICY: policy } }: StepTools,
): Promise<MadePlan> {
  const reports = await Promise.all(found.projects.map((ref) => found.inspection.read(ref)));
  const world = { console: found.console, projects: reports.flatMap(({ project }) => project ?? []) };
  const choices = choose(input, world);
  const facts = {
    choices,
    measurements: new Map(
      reports.flatMap(({ measured }) => (measured === undefined ? [] : [[measured.projectId, measured]])),
    ),
    verdicts: await readVerdicts(new StateTable(tableName), choices.projects),
    cutoffMs: found.cutoffMs,
  };
  const problems = [
    ...problemsOutside(input, world, choices, { pipelineTrigger, hasExecutionPolicy: policy === 'yes' }),
    ...problemsInside(facts, input),
  ];
  if (problems.length > 0) throw planRefused(problems);
  return makePlan({ ...facts, input, world, nowMs: request.now });
}

/** Parts before the whole: a plan that can be read is complete. */
async function writePlan(bucket: string, { plan, projectPlans, appPlans }: MadePlan): Promise<void> {
  const planKey = keyOf(plan.hash);
  for (const app of appPlans) await writeJson(bucket, appPlanKey(planKey, app), app, { once: true });
  for (const project of projectPlans)
    await writeJson(bucket, projectPlanKey(planKey, project.projectId), project, { once: true });
  await writeJson(bucket, planKey, plan, { once: true });
}

/** A UTC midnight so many days back: frozen, so that a redrive days later migrates the same events. */
function cutoffOf(nowMs: number, days: number): number {
  return Math.floor((nowMs - days * DAY_MS) / DAY_MS) * DAY_MS;
}

/** State data has room for so much; a plan of more projects has to be split. */
const MOST_ITEM_BYTES = 32_000;

/** Output of an execution has room for 256 KiB. */
const MOST_OUTPUT_CHARACTERS = 200_000;

function done(input: UpgradeInput, plan: Plan): StepAnswer<Progress, PlanResult> {
  const items = plan.projects
    .filter(({ decision }) => decision === 'work')
    .map(({ region, projectId }) => ({ region, projectId }));
  const nothing = items.length === 0 && plan.console.decision === 'skip';
  const tooMany = { path: 'input.projects', message: 'are too many for one execution: name fewer of them' };
  const appsOf = (project: Plan['projects'][number]): unknown[] =>
    project.apps.map(({ appId }) => ({ region: project.region, projectId: project.projectId, appId }));
  if ([items, ...plan.projects.map(appsOf)].some((list) => JSON.stringify(list).length > MOST_ITEM_BYTES))
    throw planRefused([tooMany]);
  const isShort = JSON.stringify(plan).length <= MOST_OUTPUT_CHARACTERS;
  const output = isShort ? plan : { hash: plan.hash, estimate: plan.estimate, plan: keyOf(plan.hash) };
  const { mode } = input;
  return {
    status: 'DONE',
    result: {
      mode,
      planKey: keyOf(plan.hash),
      planHash: plan.hash,
      items,
      nothing,
      ...(mode === 'plan' ? { output } : {}),
    },
    summary: summaryOf(plan, items.length, nothing),
  };
}

function summaryOf({ hash, kind, console, estimate }: Plan, projects: number, nothing: boolean): string {
  if (nothing) return `plan ${hash}: nothing is left to do`;
  const what = kind === 'cleanup' ? 'to clean up' : 'to work on';
  const web = console.decision === 'upgrade' ? `web console ${console.reason}, ` : '';
  const time = estimate === undefined ? '' : `, about ${durationText(estimate.seconds.likely)}`;
  return `plan ${hash}: ${web}${manyText(projects, 'project')} ${what}${time}`;
}

function keyOf(hash: string): string {
  return `plans/${hash}/plan.json`;
}

async function readAskedPlan(bucket: string, hash: string, { mode }: UpgradeInput): Promise<Plan> {
  const found = await readJson(bucket, keyOf(hash), planSchema);
  if (found === undefined) throw wrongPlan(hash, `There is no object s3://${bucket}/${keyOf(hash)}.`, 'no such plan');
  const wanted = mode === 'cleanup' ? 'cleanup' : 'upgrade';
  if (mode !== 'plan' && found.kind !== wanted)
    throw wrongPlan(hash, `It is the plan of an ${found.kind}, the mode is ${mode}.`, `is no plan of an ${wanted}`);
  const [isRepair, wantsRepair] = [plannedInput(found).mode, mode].map((each) => each === 'repair-schema');
  if (mode !== 'plan' && isRepair !== wantsRepair) {
    const what = isRepair === true ? 'of a repair of schemas' : 'of no repair of schemas';
    throw wrongPlan(hash, `It is the plan ${what}, the mode is ${mode}.`, `is the plan ${what}`);
  }
  return found;
}

/** A plan is executed with the input it was made from: it may be given again or left out, but not changed. */
function inputOf(plan: Plan, given: UpgradeInput): UpgradeInput {
  const before = plannedInput(plan);
  const asked = settingsHash(given);
  if (asked === settingsHash(before) || asked === settingsHash(readInput({}))) return before;
  throw wrongPlan(
    plan.hash,
    'The input says something else than the one that the plan was made from.',
    'names a plan that was made from another input',
  );
}

function settingsHash(input: UpgradeInput): string {
  return hashOf({ ...input, mode: undefined, planHash: undefined, takeOver: undefined });
}
