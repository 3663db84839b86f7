import type { Ended, Stage } from '../run/stage';
import { guardianEnded, guardians } from '../scenarios/guardians';
import type { Hooks } from './matrix-run';

/**
 * The way of an execution that a person stops: its guardian is an execution of its own, which comes to its end before the root is
 * redriven. What fails in a guardian is fixed by redriving that one.
 */
export class StoppedRun {
  /** ARN of the guardian's execution, once it has ended. */
  guardian = '';

  /** @param stoppedAt the root is stopped when it first comes to this state */
  constructor(
    private readonly stage: Stage,
    private readonly hooks: Hooks,
    private readonly stoppedAt: string,
  ) {}

  /** Starts the root, stops it, and resolves with the end of its guardian. */
  async begin(): Promise<Ended> {
    const { stage, hooks, stoppedAt } = this;
    hooks.before = (stateName) => {
      if (stateName !== stoppedAt) return;
      delete hooks.before;
      stage.stop();
    };
    const ended = await stage.run();
    if (ended.status !== 'ABORTED') return ended;
    this.guardian = (await guardianEnded(stage)).executionArn;
    return stage.describe(this.guardian);
  }

  /** A person stops the guardian too. */
  stopGuardian(): void {
    const newest = guardians(this.stage).at(-1);
    if (newest === undefined) throw new Error('No guardian has been started');
    const { executionArn } = newest;
    this.stage.world.account.engine.stopExecution({ executionArn, error: 'Stopped', cause: 'Stopped by a person' });
  }
}
