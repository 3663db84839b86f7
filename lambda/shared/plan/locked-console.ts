import * as z from 'zod';
import { ErrorCode, UpgradeError } from '../errors';
import { readPlanned } from './store';

/** Of a plan, what tells whose lock it is about. */
const lockedPlan = z.object({ console: z.object({ region: z.string().min(1), stackName: z.string().min(1) }) });
export type LockedConsole = z.infer<typeof lockedPlan>['console'];

/**
 * The web console that a plan upgrades.
 *
 * @throws UpgradeError InvalidRequest without a plan: then nobody knows whose lock it would be
 */
export async function readLockedConsole(bucket: string, planKey: string | undefined): Promise<LockedConsole> {
  const found = planKey === undefined ? undefined : await readPlanned(bucket, planKey, lockedPlan);
  if (found !== undefined) return found.console;
  throw new UpgradeError({
    code: ErrorCode.InvalidRequest,
    what: 'The plan of this execution is missing, so nobody knows which web console’s lock it needs.',
    why: `There is no object s3://${bucket}/${planKey ?? '(no plan in the request)'}.`,
    next: 'Restore the object if it was deleted and redrive, or start a new execution, which plans anew.',
    redrive: 'yes',
    ids: {},
  });
}
