import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { executionState } from '../shared/execution-state';
import { rememberRoot } from '../shared/guardian/root-record';
import { takeLock } from '../shared/lock';
import { readPlan } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import type { environment, target } from './schema';

type Nothing = Record<string, never>;

/** One pass of *Take the lock*: from here on no other execution upgrades this console. */
export async function converge(
  request: StepRequest<z.infer<typeof target>, Nothing>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Nothing, Nothing>> {
  const { PLAN_BUCKET: bucket, STATE_TABLE: table } = tools.environment;
  const { console } = await readPlan(bucket, request.root.plan);
  const { plan = '' } = request.root;
  await rememberRoot(new StateTable(table), request.root.id, { plan, console });
  const lock = { console, root: request.root.id, nowMs: request.now, takeOver: request.target.takeOver };
  const { takenOverFrom } = await takeLock(new StateTable(table), lock, executionState);
  const from = takenOverFrom === undefined ? '' : `, taken over from ${takenOverFrom}, which cannot go on any more`;
  return {
    status: 'DONE',
    result: {},
    summary: `this execution has the lock of ${console.stackName}${from}`,
    facts: takenOverFrom === undefined ? {} : { takenOverFrom },
  };
}
