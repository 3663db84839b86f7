import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { releaseLock } from '../shared/lock';
import { readPlan } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import type { environment, target } from './schema';

type Nothing = Record<string, never>;

/** One pass of *Release the lock*. Where there was nothing to do the lock was never taken, and there is none to give back. */
export async function converge(
  request: StepRequest<z.infer<typeof target>, Nothing>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Nothing, Nothing>> {
  const { PLAN_BUCKET: bucket, STATE_TABLE: table } = tools.environment;
  const { console } = await readPlan(bucket, request.root.plan);
  const lock = { console, root: request.root.id, nowMs: request.now };
  const released = await releaseLock(new StateTable(table), lock);
  return {
    status: 'DONE',
    result: {},
    summary: released
      ? `the lock of ${console.stackName} is free`
      : `this execution does not have the lock of ${console.stackName}`,
  };
}
