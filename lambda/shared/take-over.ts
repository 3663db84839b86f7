import type { RequestEnvelope } from './contract';
import { UpgradeError } from './errors';
import { lockKey, lockRecord } from './lock';
import { readLockedConsole } from './plan/locked-console';
import { StateTable } from './state-table';

/**
 * An error that asks for a new execution also tells what that one has to be given, while this root has the lock: without
 * `takeOver` it would be refused for as long as this one could be redriven. Whoever gave the lock back before (`PlanStale`,
 * `ChangeSetDiffers`) has none that could be taken over.
 */
export async function withTakeOver(
  error: UpgradeError,
  { root }: Pick<RequestEnvelope, 'root'>,
  memory: { STATE_TABLE: string; PLAN_BUCKET: string },
): Promise<UpgradeError> {
  const { report } = error;
  if (report.redrive === 'yes' || root.plan === undefined) return error;
  const console = await readLockedConsole(memory.PLAN_BUCKET, root.plan);
  const lock = await new StateTable(memory.STATE_TABLE).get(lockKey(console), lockRecord);
  if (lock?.state !== 'held' || lock.owner !== root.id) return error;
  const told = {
    ...report,
    next: `${report.next} This execution keeps the lock: give the new one "takeOver": "${root.id}" in its input.`,
    ids: { ...report.ids, takeOver: root.id },
  };
  return new UpgradeError(told, { cause: error.cause });
}
