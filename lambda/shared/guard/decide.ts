import { CLOSED, machineOf } from '../executions';
import type { LockRecord, OwnerState } from '../lock';

/** What is known when something is about to be changed. */
export interface GuardFacts {
  /** ARN of the root execution that the request works for. */
  root: string;
  /** ARN of the execution that makes the request: the root, a child of it, or a guardian that looks after it. */
  execution: string;
  lock: LockRecord | undefined;
  own: OwnerState;
  /** Of the root, where somebody else acts for it. */
  rootState?: OwnerState;
}

export type GuardDecision =
  | { may: true }
  /** The lock is free, or another root's. */
  | { may: false; because: 'lock'; owner: string | undefined }
  /** The execution that asks is not running. */
  | { may: false; because: 'stopped'; status: string }
  /** A guardian, while its root goes on by itself. */
  | { may: false; because: 'superseded'; status: string };

/** Pure: may it be changed? The lock is the root's, and whoever acts runs; a guardian only while its root does not. */
export function decideGuard({ root, execution, lock, own, rootState }: GuardFacts): GuardDecision {
  if (lock?.state !== 'held' || lock.owner !== root) {
    return { may: false, because: 'lock', owner: lock?.state === 'held' ? lock.owner : undefined };
  }
  const status = own === 'gone' ? 'gone' : own.status;
  if (status !== 'RUNNING') return { may: false, because: 'stopped', status };
  if (!actsForAnother(root, execution)) return { may: true };
  if (rootState === 'gone') return { may: true };
  if (rootState !== undefined && CLOSED.includes(rootState.status)) return { may: true };
  return { may: false, because: 'superseded', status: rootState?.status ?? 'unknown' };
}

/** Pure: is the execution one of another machine than its root's, a guardian's? Children belong to their machine. */
export function actsForAnother(root: string, execution: string): boolean {
  return machineOf(root) !== machineOf(execution);
}
