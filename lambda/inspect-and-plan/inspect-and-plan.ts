import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { ErrorCode, UpgradeError, type Problem } from '../shared/errors';
import { parityVerdict, parityVerdictKey, type ParityVerdict } from '../shared/parity-verdict';
import { appPlanKey, DAY_MS } from '../shared/plan/app-plan';
import { plan as planSchema, type Plan, type ProjectTarget } from '../shared/plan/plan';
import { readJson, writeJson } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { discover } from './discover';
import { selectProjects, type SelectedProject } from './gates';
import { readInput, type UpgradeInput } from './input';
import { differences, makePlan } from './make-plan';
import { measure, measurement, type Measurement } from './measure';
import type { environment, progress, target } from './schema';
import { world as worldSchema } from './world';

type Progress = z.infer<typeof progress>;

export interface PlanResult {
  mode: UpgradeInput['mode'];
  planKey: string;
  planHash: string;
  items: ProjectTarget[];
  /** The plan itself, when that was asked for. */
  output?: unknown;
}

/**
 * One pass of *Inspect and plan*. The first finds the solution and refuses what cannot be done; each further one measures one
 * project's warehouse; the last writes the plan. Nothing outside our own bucket is changed.
 */
export async function converge(
  request: StepRequest<z.infer<typeof target>, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Progress, PlanResult>> {
  const input = readInput(request.target.input);
  const { PLAN_BUCKET: bucket, AWS_REGION: region, STATE_TABLE: tableName } = tools.environment;
  const folder = `inspections/${request.execution.id.slice(request.execution.id.lastIndexOf(':') + 1)}-${String(request.attempt.redrive)}`;
  const asked = input.planHash === undefined ? undefined : await readPlan(bucket, input.planHash);
  const known =
    request.progress === undefined ? undefined : await readJson(bucket, `${folder}/world.json`, worldSchema);
  const world = known ?? (await discover(region, input.console.stackName));
  const { selected, problems } = selectProjects(input, world);
  if (problems.length > 0) throw planRefused(problems);
  const measurable = selected.filter(isMeasurable);
  const cutoffMs = request.progress?.cutoffMs ?? asked?.cutoffMs ?? cutoffOf(request.now, input.migration.days);
  if (known === undefined) {
    await writeJson(bucket, `${folder}/world.json`, world);
    const found = `${String(world.projects.length)} projects found, ${String(measurable.length)} to be measured`;
    return { status: 'IN_PROGRESS', progress: { cutoffMs, measured: 0 }, waitSeconds: 0, summary: found };
  }
  const next = measurable[request.progress?.measured ?? 0];
  if (next !== undefined) {
    const appIds = next.apps.filter(({ selected: isSelected }) => isSelected).map(({ appId }) => appId);
    const measured = await measure(next.project, appIds, cutoffMs, tools.reads, request.now);
    await writeJson(bucket, `${folder}/${next.project.projectId}.json`, measured);
    const count = (request.progress?.measured ?? 0) + 1;
    const summary = `${String(count)} of ${String(measurable.length)} projects measured`;
    return { status: 'IN_PROGRESS', progress: { cutoffMs, measured: count }, waitSeconds: 0, summary };
  }
  const measurements = await readMeasurements(bucket, folder, measurable);
  const verdicts = await readVerdicts(new StateTable(tableName), selected);
  const { plan, appPlans } = makePlan({ input, world, selected, measurements, verdicts, cutoffMs, nowMs: request.now });
  if (asked !== undefined) {
    const moved = differences(asked.fingerprint, plan.fingerprint);
    if (moved.length > 0) throw planStale(asked, moved);
    return done(input, asked);
  }
  const planKey = keyOf(plan.hash);
  for (const app of appPlans) await writeJson(bucket, appPlanKey(planKey, app), app, { once: true });
  await writeJson(bucket, planKey, plan, { once: true });
  return done(input, plan);
}

/** A UTC midnight so many days back: frozen, so that a redrive days later migrates the same events. */
export function cutoffOf(nowMs: number, days: number): number {
  return Math.floor((nowMs - days * DAY_MS) / DAY_MS) * DAY_MS;
}

function isMeasurable(
  choice: SelectedProject,
): choice is SelectedProject & { project: { warehouse: NonNullable<SelectedProject['project']['warehouse']> } } {
  return choice.skip === undefined && choice.project.warehouse !== undefined;
}

/** State data has room for so much; a plan of more projects has to be split. */
const MOST_ITEM_BYTES = 32_000;

/** Output of an execution has room for 256 KiB. */
const MOST_OUTPUT_CHARACTERS = 200_000;

function done(input: UpgradeInput, plan: Plan): StepAnswer<Progress, PlanResult> {
  const items = plan.projects
    .filter(({ decision }) => decision === 'migrate')
    .map(({ region, projectId }) => ({ region, projectId }));
  if (JSON.stringify(items).length > MOST_ITEM_BYTES) {
    throw planRefused([{ path: 'input.projects', message: 'are too many for one execution: name fewer of them' }]);
  }
  const whole = JSON.stringify(plan).length <= MOST_OUTPUT_CHARACTERS;
  const output = whole ? plan : { hash: plan.hash, estimate: plan.estimate, plan: keyOf(plan.hash) };
  return {
    status: 'DONE',
    result: {
      mode: input.mode,
      planKey: keyOf(plan.hash),
      planHash: plan.hash,
      items,
      ...(input.mode === 'plan' ? { output } : {}),
    },
    summary: `plan ${plan.hash}: ${String(items.length)} projects to migrate`,
  };
}

function keyOf(hash: string): string {
  return `plans/${hash}/plan.json`;
}

async function readPlan(bucket: string, hash: string): Promise<Plan> {
  const found = await readJson(bucket, keyOf(hash), planSchema);
  if (found !== undefined) return found;
  throw new UpgradeError({
    code: ErrorCode.InvalidInput,
    what: 'The plan that the input names does not exist.',
    why: `There is no object s3://${bucket}/${keyOf(hash)}.`,
    next: 'Start an execution with mode plan, and use the hash of its output.',
    redrive: 'no',
    ids: { planHash: hash },
    problems: [{ path: 'input.planHash', message: 'no such plan' }],
  });
}

async function readMeasurements(
  bucket: string,
  folder: string,
  projects: readonly SelectedProject[],
): Promise<Map<string, Measurement>> {
  const found = new Map<string, Measurement>();
  for (const { project } of projects) {
    const measured = await readJson(bucket, `${folder}/${project.projectId}.json`, measurement);
    if (measured !== undefined) found.set(project.projectId, measured);
  }
  return found;
}

async function readVerdicts(
  table: StateTable,
  selected: readonly SelectedProject[],
): Promise<Map<string, ParityVerdict>> {
  const found = new Map<string, ParityVerdict>();
  for (const { project, apps } of selected) {
    for (const { appId } of apps) {
      const key = parityVerdictKey({ region: project.region, projectId: project.projectId, appId });
      const verdict = await table.get(key, parityVerdict);
      if (verdict !== undefined) found.set(`${project.projectId}/${appId}`, verdict);
    }
  }
  return found;
}

function planRefused(problems: Problem[]): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.PlanRefused,
    what: 'This upgrade cannot be done as it is asked.',
    why: problems.map(({ path, message }) => `${path} ${message}`).join('; '),
    next: 'Resolve every problem, then start a new execution. Nothing was touched.',
    redrive: 'no',
    ids: {},
    problems,
  });
}

function planStale(plan: Plan, moved: string[]): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.PlanStale,
    what: `The plan ${plan.hash} of ${plan.createdAt} no longer fits what is there.`,
    why: moved.join('; '),
    next: 'Start an execution with mode plan, look at the new plan, and execute that.',
    redrive: 'no',
    ids: { planHash: plan.hash },
    problems: moved.map((message) => ({ path: 'plan', message })),
  });
}
