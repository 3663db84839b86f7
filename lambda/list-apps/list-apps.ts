import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { ErrorCode, UpgradeError } from '../shared/errors';
import { parityVerdict, parityVerdictKey, stillHolds } from '../shared/parity-verdict';
import type { AppTarget } from '../shared/plan/app-plan';
import { plan as planSchema, type ProjectTarget } from '../shared/plan/plan';
import { readAppPlan, readPlanned, readProjectPlan } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import type { environment } from './schema';

/** An app of the Map; one without data to migrate only has its schema waited for. */
export type ListedApp = AppTarget & { schemaOnly?: true };

/**
 * *List the apps*: the project's apps that the plan wants migrated and that no verdict proves yet. A project child that
 * starts afresh therefore runs the unfinished ones only. In a clean-up: those whose legacy objects are to be dropped.
 */
export async function converge(
  request: StepRequest<ProjectTarget, Record<string, never>>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Record<string, never>, { items: ListedApp[] }>> {
  const { PLAN_BUCKET: bucket, STATE_TABLE: tableName } = tools.environment;
  const plan = request.root.plan === undefined ? undefined : await readPlanned(bucket, request.root.plan, planSchema);
  const project = plan?.projects.find((candidate) => candidate.projectId === request.target.projectId);
  if (project === undefined) {
    throw new UpgradeError({
      code: ErrorCode.InvalidRequest,
      what: `The plan does not know project ${request.target.projectId}.`,
      why: `s3://${bucket}/${request.root.plan ?? '(none)'} is missing, or it is not the plan of this execution.`,
      next: 'Start a new execution: it plans anew.',
      redrive: 'no',
      ids: { projectId: request.target.projectId },
    });
  }
  const table = new StateTable(tableName);
  const items: ListedApp[] = [];
  const upgrades = plan?.kind === 'upgrade' && (await awaitsSchema(bucket, request));
  for (const { appId, decision } of project.apps) {
    const app = { region: project.region, projectId: project.projectId, appId };
    // What a clean-up finds dropped already is done at once; a verdict is what it begins with, not what spares it.
    if (plan?.kind === 'cleanup' && decision === 'clean') items.push(app);
    if (decision === 'repair' || (decision === 'skip' && upgrades)) items.push({ ...app, schemaOnly: true });
    if (decision !== 'migrate') continue;
    const [{ cutoffMs, histogram }, verdict] = await Promise.all([
      readAppPlan(bucket, request.root.plan, app),
      table.get(parityVerdictKey(app), parityVerdict),
    ]);
    if (!stillHolds(verdict, cutoffMs, histogram)) items.push(app);
  }
  return {
    status: 'DONE',
    result: { items },
    summary: `${project.projectId}: ${manyText(items.length, 'app')} to ${plan?.kind === 'cleanup' ? 'clean up' : 'migrate'}`,
  };
}

/** The pipeline's upgrade brings every app a new schema, whether it has data to migrate or not. */
async function awaitsSchema(
  bucket: string,
  request: StepRequest<ProjectTarget, Record<string, never>>,
): Promise<boolean> {
  const { expectSchema, pipeline } = await readProjectPlan(bucket, request.root.plan, request.target);
  return expectSchema && pipeline !== 'none';
}
