import { SFNClient } from '@aws-sdk/client-sfn';
import type * as z from 'zod';
import { problemsOf, type FailedChild } from '../shared/children/failures';
import { describeChildren, isComplete, observeMapRun } from '../shared/children/map-run';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { guarded } from '../shared/guard/guard';
import { describeRoot } from '../shared/guardian/root-state';
import { publish } from '../shared/notification';
import { readPlan } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import { stepRecord, stepRecordKey } from '../shared/step-record';
import type { Tools } from '../shared/step';
import { compose } from './compose';
import type { environment, target } from './schema';

type Nothing = Record<string, never>;
type Target = z.infer<typeof target>;

const LAG_SECONDS = 10;

/** What a guardian does for a project, in the order in which it is told. */
const DONE_FOR_A_PROJECT: readonly { step: string; act?: string }[] = [
  { step: 'cancel-statements' },
  { step: 'scale-warehouse', act: 'restore' },
  { step: 'resume-processing' },
  { step: 'replace-instances', act: 'put back' },
];

let client: SFNClient | undefined;

/** One pass of *Tell what happened*: why the root ended, what was put back, what is left, and what to do next. */
export async function converge(
  request: StepRequest<Target, Nothing>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Nothing, Nothing>> {
  const { mapRunArn } = request.target;
  const failed = mapRunArn === undefined ? [] : await failedChildren(mapRunArn);
  if (failed === undefined) {
    return { status: 'IN_PROGRESS', waitSeconds: LAG_SECONDS, summary: 'waiting for the projects to be counted' };
  }
  const done = mapRunArn === undefined ? [] : await doneForProjects(request, tools, failed);
  const notification = compose({
    rootId: request.root.id,
    guardianId: request.execution.id,
    hasLock: request.root.plan !== undefined,
    state: await describeRoot(request.root.id),
    done,
    problems: failed.flatMap(problemsOf),
  });
  await publish(tools.environment.TOPIC_ARN, notification);
  return { status: 'DONE', result: {}, summary: notification.title };
}

/** Undefined as long as the list of the children is not complete. */
async function failedChildren(mapRunArn: string): Promise<FailedChild[] | undefined> {
  const sfn = (client ??= guarded(new SFNClient({})));
  const { seen, unsuccessful } = await observeMapRun(sfn, mapRunArn);
  if (!isComplete(seen)) return undefined;
  return seen.counts.succeeded === seen.counts.total ? [] : describeChildren(sfn, unsuccessful);
}

/** Last sentences of the guardian's own steps; what failed is told as a problem instead. */
async function doneForProjects(
  { root }: StepRequest<Target, Nothing>,
  tools: Tools<z.infer<typeof environment>>,
  failed: readonly FailedChild[],
): Promise<string[]> {
  const { STATE_TABLE: tableName, PLAN_BUCKET: bucket } = tools.environment;
  const table = new StateTable(tableName);
  const plan = await readPlan(bucket, root.plan);
  const lost = new Set(failed.map(({ item }) => (item as { projectId?: string } | undefined)?.projectId));
  const sentences: string[] = [];
  for (const { projectId, decision } of plan.projects) {
    if (decision !== 'work' || lost.has(projectId)) continue;
    const keys = DONE_FOR_A_PROJECT.map(({ step, act }) =>
      stepRecordKey(root.id, step, { projectId, ...(act === undefined ? {} : { act }) }, 'guardian'),
    );
    const records = await Promise.all(keys.map((key) => table.get(key, stepRecord)));
    sentences.push(...records.flatMap((record) => (record === undefined ? [] : [record.summary])));
  }
  return sentences;
}
