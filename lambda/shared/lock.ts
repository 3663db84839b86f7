import * as z from 'zod';
import { ErrorCode, UpgradeError } from './errors';
import { lockLost } from './guard/lock-lost';
import type { ConsoleRef } from './plan/console-plan';
import type { StateTable } from './state-table';

/**
 * One upgrade at a time for each web console, from *Take the lock* to *Release the lock*. It stays when an execution fails,
 * so that a redrive still has it; another execution takes it over only when the owner can never go on.
 */
export const lockRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  state: z.enum(['held', 'released']),
  /** ARN of the root execution that has it, or had it last. */
  owner: z.string().min(1),
  takenAtMs: z.number().int(),
  releasedAtMs: z.number().int().optional(),
});
export type LockRecord = z.infer<typeof lockRecord>;

/** What Step Functions says of an execution that has the lock; `gone`: it does not know it any more. */
export type OwnerState = { status: string; redriveStatus: string } | 'gone';

/** What may be done about the lock. */
export type LockDecision =
  | { do: 'nothing' }
  /** `from`: the execution that loses it. */
  | { do: 'take'; from?: string }
  /** Somebody else may still go on. */
  | { do: 'refuse'; owner: string; because: 'running' | 'redrivable' | 'not the one named' };

export function lockKey(console: Pick<ConsoleRef, 'region' | 'stackName'>): string {
  return `lock/${console.region}/${console.stackName}`;
}

/**
 * Pure: may this root take the lock?
 *
 * @param owner of a lock that somebody else holds
 * @param takeOver the execution that the operator wants it taken from, although it could still be redriven
 */
export function decideLock(
  record: LockRecord | undefined,
  root: string,
  owner: OwnerState | undefined,
  takeOver?: string,
): LockDecision {
  if (record === undefined || record.state === 'released') return { do: 'take' };
  if (record.owner === root) return { do: 'nothing' };
  if (takeOver !== undefined && takeOver !== record.owner)
    return { do: 'refuse', owner: record.owner, because: 'not the one named' };
  if (owner === 'gone' || owner?.status === 'SUCCEEDED') return { do: 'take', from: record.owner };
  // Words that nobody knows yet mean: not surely closed. Source: Step Functions API Reference, DescribeExecution
  const closed = owner !== undefined && ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(owner.status);
  if (!closed) return { do: 'refuse', owner: record.owner, because: 'running' };
  if (owner.redriveStatus === 'NOT_REDRIVABLE' || takeOver === record.owner) return { do: 'take', from: record.owner };
  return { do: 'refuse', owner: record.owner, because: 'redrivable' };
}

export interface LockRequest {
  console: Pick<ConsoleRef, 'region' | 'stackName'>;
  root: string;
  nowMs: number;
  /** `takeOver` of the input. */
  takeOver?: string | undefined;
}

/**
 * Takes the lock, or finds that this root has it.
 *
 * @param describe asks for the owner of a lock that is somebody else's
 * @returns the execution it was taken over from, if there was one
 * @throws UpgradeError LockTaken while another execution runs or can be redriven
 */
export async function takeLock(
  table: StateTable,
  { console, root, nowMs, takeOver }: LockRequest,
  describe: (owner: string) => Promise<OwnerState>,
): Promise<{ takenOverFrom?: string }> {
  const key = lockKey(console);
  const record = await table.get(key, lockRecord);
  const foreign = record?.state === 'held' && record.owner !== root;
  const decision = decideLock(record, root, foreign ? await describe(record.owner) : undefined, takeOver);
  if (decision.do === 'refuse') throw lockTaken(console, decision);
  if (decision.do === 'nothing') return {};
  const revision = (record?.revision ?? 0) + 1;
  await table.put(key, { v: 1, revision, state: 'held', owner: root, takenAtMs: nowMs } satisfies LockRecord);
  return decision.from === undefined ? {} : { takenOverFrom: decision.from };
}

/**
 * Gives the lock back when it is this root's; one that is somebody else's, or nobody's, stays as it is.
 *
 * @returns whether it was this root's
 */
export async function releaseLock(table: StateTable, { console, root, nowMs }: LockRequest): Promise<boolean> {
  const key = lockKey(console);
  const record = await table.get(key, lockRecord);
  if (record?.owner !== root || record.state === 'released') return false;
  await table.put(key, { ...record, revision: record.revision + 1, state: 'released', releasedAtMs: nowMs });
  return true;
}

/**
 * Before an answer that lets the machine go on under the lock; acts themselves ask the guard.
 *
 * @throws UpgradeError LockLost when it is not this root's any more
 */
export async function demandLock(table: StateTable, { console, root }: Omit<LockRequest, 'nowMs'>): Promise<void> {
  const record = await table.get(lockKey(console), lockRecord);
  if (record?.state === 'held' && record.owner === root) return;
  throw lockLost(console, record?.state === 'held' ? record.owner : undefined);
}

function lockTaken(
  { region, stackName }: LockRequest['console'],
  { owner, because }: Extract<LockDecision, { do: 'refuse' }>,
): UpgradeError {
  const name = owner.slice(owner.lastIndexOf(':') + 1);
  const told = REFUSALS[because](owner);
  return new UpgradeError({
    code: ErrorCode.LockTaken,
    what: `Another execution, ${name}, has the lock of the web console ${stackName} in ${region}.`,
    why: told.why,
    next: told.next,
    redrive: 'yes',
    ids: { owner, console: stackName, region },
  });
}

/** Why the lock is not given, and what can be done about it. */
const REFUSALS: Record<
  Extract<LockDecision, { do: 'refuse' }>['because'],
  (owner: string) => { why: string; next: string }
> = {
  running: (owner) => ({
    why: 'It is still running, and two upgrades at once would undo each other’s work.',
    next: `Wait until ${owner} has ended, or stop it; then redrive this execution.`,
  }),
  redrivable: (owner) => ({
    why: 'It has not come to its end and can still be redriven, which would go on where it stopped.',
    next:
      `Redrive ${owner} and let it finish, then redrive this execution if it is still needed. ` +
      `If it shall never go on, start a new execution with "takeOver": "${owner}" in its input.`,
  }),
  'not the one named': (owner) => ({
    why: 'The input names another one in takeOver, and the lock is taken over from exactly the execution that was meant.',
    next: `Look at ${owner}. If it is the one that shall never go on, start a new execution with "takeOver": "${owner}".`,
  }),
};
