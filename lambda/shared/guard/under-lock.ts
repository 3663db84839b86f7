import type { RequestEnvelope } from '../contract';
import { executionState } from '../execution-state';
import { lockKey, lockRecord, type LockRecord } from '../lock';
import { readLockedConsole, type LockedConsole } from '../plan/locked-console';
import { StateTable } from '../state-table';
import { actsForAnother, decideGuard } from './decide';
import type { Guard } from './guard';
import { executionStopped, lockLost, superseded } from './lock-lost';

/** Names of our own table and bucket. */
interface OwnMemory {
  STATE_TABLE: string;
  PLAN_BUCKET: string;
}

/**
 * The guard of every step from *Confirm the plan* on: the lock of the plan's console is this root's, and this execution
 * runs. It is asked before each act anew, because a pass may last a minute: a Lambda in flight when somebody presses Stop,
 * or when another execution takes the lock over, does nothing more.
 */
export function underLock(
  { root, execution }: Pick<RequestEnvelope, 'root' | 'execution'>,
  { STATE_TABLE: tableName, PLAN_BUCKET: bucket }: OwnMemory,
): Guard {
  let known: Promise<LockedConsole> | undefined;
  return {
    async beforeAct() {
      // The plan is never overwritten, so its console is read once a pass.
      const console = await (known ??= readLockedConsole(bucket, root.plan));
      const [lock, own, rootState] = await Promise.all([
        readLock(new StateTable(tableName), console),
        executionState(execution.id),
        actsForAnother(root.id, execution.id) ? executionState(root.id) : undefined,
      ]);
      const facts = { root: root.id, execution: execution.id, lock, own };
      const decision = decideGuard(rootState === undefined ? facts : { ...facts, rootState });
      if (decision.may) return;
      switch (decision.because) {
        case 'lock':
          throw lockLost(console, decision.owner);
        case 'stopped':
          throw executionStopped(execution.id, decision.status);
        case 'superseded':
          throw superseded(root.id, decision.status);
      }
    },
  };
}

function readLock(table: StateTable, console: LockedConsole): Promise<LockRecord | undefined> {
  return table.get(lockKey(console), lockRecord);
}
