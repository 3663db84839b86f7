import { ErrorCode, UpgradeError } from '../errors';
import type { LockedConsole } from '../plan/locked-console';

/** The lock is not this root's any more. */
export function lockLost({ region, stackName }: LockedConsole, owner: string | undefined): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.LockLost,
    what: `This execution has not the lock of ${stackName} any more, so it changes nothing.`,
    why:
      owner === undefined
        ? 'It gave the lock back when it could not go on, and nobody has taken it since.'
        : `${owner} has the lock and goes on with the upgrade.`,
    next:
      owner === undefined
        ? 'Start a new execution: it plans anew and skips what is done.'
        : `Let ${owner} come to its end. If something is left to do then, start a new execution.`,
    redrive: 'no',
    ids: { console: stackName, region, ...(owner === undefined ? {} : { owner }) },
  });
}

/** The execution that called this Lambda is over. Nobody reads this error but whoever looks into the step's log. */
export function executionStopped(execution: string, status: string): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.LockLost,
    what: 'This execution does not run any more, so its step changes nothing.',
    why: `Step Functions says that it is ${status}: it was stopped, or has ended, while the step was at work.`,
    next: 'Redrive the root execution when it shall go on: the step begins where it was.',
    redrive: 'yes',
    ids: { execution },
  });
}

/** A guardian's root was redriven. */
export function superseded(root: string, status: string): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.LockLost,
    what: 'The execution that is looked after goes on by itself, so nothing is put back for it.',
    why: `Step Functions says that it is ${status}: somebody has redriven it.`,
    next: 'Nothing: it looks after itself. Should it fail again, this begins anew.',
    redrive: 'no',
    ids: { root },
  });
}
