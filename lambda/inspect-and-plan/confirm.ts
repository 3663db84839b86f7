import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { demandLock, releaseLock } from '../shared/lock';
import type { Plan } from '../shared/plan/plan';
import { readPlan } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import { choose } from './choose';
import { planStale } from './errors';
import { differences, fingerprint } from './fingerprint';
import { plannedInput, type UpgradeInput } from './input';
import { folderOf, Inspection, inspectProject } from './inspection';
import type { environment, progress, target } from './schema';

type Progress = z.infer<typeof progress>;

/**
 * One pass of *Confirm the plan*: looks once more, under the lock, whether the world is still the one the plan was made in.
 * An approval may have taken days. The change set that was prepared meanwhile changes nothing of a stack's status.
 *
 * @throws UpgradeError PlanStale, after giving the lock back: this execution will not go on, not even when it is redriven
 */
export async function confirm(
  request: StepRequest<z.infer<typeof target>, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Progress, Record<string, never>>> {
  const { PLAN_BUCKET: bucket, AWS_REGION: region, STATE_TABLE: tableName } = tools.environment;
  const plan = await readPlan(bucket, request.root.plan);
  const input = inputOf(plan);
  const folder = folderOf('confirmations', request);
  const inspection = new Inspection(bucket, folder);
  const begun = request.progress === undefined ? undefined : await inspection.begun();
  const progressed = (inspected: number, summary: string): StepAnswer<Progress, Record<string, never>> => ({
    status: 'IN_PROGRESS',
    progress: { cutoffMs: plan.cutoffMs, inspected },
    waitSeconds: 0,
    summary,
  });
  if (begun === undefined) {
    const { projects } = await inspection.begin(region, input);
    return progressed(0, `${manyText(projects.length, 'project')} to look at once more`);
  }
  const { console, projects } = begun;
  const table = new StateTable(tableName);
  const inspected = request.progress?.inspected ?? 0;
  const next = projects[inspected];
  if (next !== undefined) {
    const { reads } = tools;
    const common = { input, console, cutoffMs: plan.cutoffMs, table, reads, nowMs: request.now, seed: folder };
    await inspection.write(next, await inspectProject({ ...common, ref: next, brief: true }));
    return progressed(
      inspected + 1,
      `${String(inspected + 1)} of ${manyText(projects.length, 'project')} looked at once more`,
    );
  }
  const reports = await Promise.all(projects.map((ref) => inspection.read(ref)));
  const world = { console, projects: reports.flatMap(({ project }) => project ?? []) };
  const measurements = new Map(
    reports.flatMap(({ measured }) => (measured === undefined ? [] : [[measured.projectId, measured] as const])),
  );
  const moved = differences(plan.fingerprint, fingerprint(world, choose(input, world), measurements));
  if (moved.length > 0) {
    await releaseLock(table, { console: plan.console, root: request.root.id, nowMs: request.now });
    throw planStale(plan, moved);
  }
  await demandLock(table, { console: plan.console, root: request.root.id });
  const facts = Object.keys(plan.fingerprint).length;
  return {
    status: 'DONE',
    result: {},
    summary: `the plan still fits: ${manyText(facts, 'fact is as it was', 'facts are as they were')}`,
  };
}

/** The target as the plan froze it: no template is read again to tell it. */
function inputOf(plan: Plan): UpgradeInput {
  const input = plannedInput(plan);
  const { stackName, targetVersion } = plan.console;
  return { ...input, console: { parameters: {}, stackName, ...(plan.kind === 'cleanup' ? {} : { targetVersion }) } };
}
