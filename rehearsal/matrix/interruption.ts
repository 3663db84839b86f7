import { LambdaFunctionError, ServiceError } from '../engine/errors';
import type { LambdaCall } from '../engine';
import type { Account } from '../world/account';
import type { InterruptionName } from './names';
import { watchCalls, type StepCall } from './watch';

/** How a state goes about its work when nobody disturbs it. */
export interface Habit {
  /** Passes of the first visit. */
  passes: number;
  /** The pass in which it first changes something of others, or, failing that, of ours; the last one where it changes nothing. */
  actsAt: number;
  /** Whose things it changes first in that pass. */
  changes: StepCall['changes'];
}

/** What an interruption acts on. */
export interface Interrupted {
  account: Account;
  /** Whichever of these the run comes to first. */
  states: readonly string[];
  habit: Habit;
  /** Stops the execution that is interrupted. */
  stop: () => void;
}

type Run = () => Promise<unknown>;

/**
 * One interruption of one state's visit: stands around every invocation of the state's function until the state has failed or
 * the root was stopped; from then on, its cause is gone.
 */
export class Interruption {
  /** It has happened. */
  happened = false;
  private passes = 0;
  private isOver = false;

  constructor(
    private readonly name: Exclude<InterruptionName, 'twice'>,
    private readonly on: Interrupted,
  ) {}

  /** What the machine gets instead of the function's own answer. */
  async around(call: LambdaCall, run: Run): Promise<unknown> {
    if (this.isOver || !this.on.states.includes(call.stateName)) return run();
    if (call.attempt === 0) this.passes += 1;
    switch (this.name) {
      case 'permanent-error':
      case 'redrive-after-25h':
      case 'newer-build':
        return this.fail();
      case 'crash-after-act':
        return this.loseAnswer(run);
      case 'crash-before-id':
        return this.die(call, run);
      case 'stop':
      case 'stop-redrive-at-once':
        return this.stopDuring(run);
    }
  }

  /** The cause is gone. */
  over(): void {
    this.isOver = true;
  }

  /** An error that is in no retrier. */
  private fail(): never {
    this.happened = true;
    throw new LambdaFunctionError('Interrupted', 'The matrix lets this visit fail');
  }

  /** Once it has acted every answer is lost, those of the machine's own retries too. */
  private async loseAnswer(run: Run): Promise<unknown> {
    const answer = await run();
    if (this.passes < this.on.habit.actsAt && isInProgress(answer)) return answer;
    this.happened = true;
    throw new ServiceError('Lambda.Unknown', 'The matrix has lost the answer');
  }

  /** The process ends with its first change: served, but never answered. */
  private async die(call: LambdaCall, run: Run): Promise<unknown> {
    const { account, habit } = this.on;
    if (this.passes < habit.actsAt) return run();
    const unwatch = watchCalls(account, ({ changes, logged }) => {
      if (changes === 'nothing' || (changes !== habit.changes && habit.changes === 'others')) return false;
      const kill = (): void => {
        // Not before the service has served it.
        if (logged.outcome.kind === 'answered') setImmediate(kill);
        else account.killFunction(call.functionName);
      };
      this.happened = true;
      setImmediate(kill);
      return true;
    });
    try {
      const answer = await run();
      if (isInProgress(answer)) return answer;
      this.happened = true;
    } finally {
      unwatch();
    }
    // It has changed nothing: it dies after its last call.
    throw new LambdaFunctionError('Runtime.ExitError', 'The matrix ended the process');
  }

  /** A person presses Stop while the handler is at work: at its first call of the pass in which it acts. */
  private async stopDuring(run: Run): Promise<unknown> {
    const { account, habit } = this.on;
    if (this.passes < habit.actsAt) return run();
    const stop = (): void => {
      if (this.isOver) return;
      this.happened = true;
      this.over();
      this.on.stop();
    };
    const unwatch = watchCalls(account, () => {
      stop();
      return false;
    });
    try {
      return await run();
    } finally {
      unwatch();
      stop();
    }
  }
}

function isInProgress(answer: unknown): boolean {
  return (answer as { status?: unknown } | null)?.status === 'IN_PROGRESS';
}
