import type { VirtualClock } from '../clock';
import { Interrupted } from './errors';

/** Ends a pause. Only the first call counts. */
export interface Wake<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/**
 * One attempt (start or redrive) at an execution. It holds the clock while it works and lets go of it while it pauses;
 * whoever wakes it takes the hold again at once, so that time cannot pass in between.
 */
export class Run {
  private release: (() => void) | undefined;
  private cancelPause: (() => void) | undefined;
  private over = false;

  constructor(private readonly clock: VirtualClock) {
    this.release = clock.hold();
  }

  /** @throws Interrupted once the execution has ended under the work in progress */
  check(): void {
    if (this.over) throw new Interrupted();
  }

  /**
   * Waits for `arrange` to have its `wake` called. What `arrange` returns is called when the pause is over, however it ends.
   * @throws Interrupted when the execution ends meanwhile
   */
  pause<T>(arrange: (wake: Wake<T>) => () => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.over) {
        reject(new Interrupted());
        return;
      }
      let settled = false;
      let disarm: () => void = () => undefined;
      const settle = (finish: () => void): void => {
        if (settled) return;
        settled = true;
        this.cancelPause = undefined;
        this.release ??= this.clock.hold();
        disarm();
        finish();
      };
      this.cancelPause = () => settle(() => reject(new Interrupted()));
      disarm = arrange({
        resolve: (value) => settle(() => resolve(value)),
        reject: (error) => settle(() => reject(error)),
      });
      // `arrange` may have called its wake before it returned.
      if (settled as boolean) disarm();
      else this.letGo();
    });
  }

  async sleep(ms: number): Promise<void> {
    await this.pause<undefined>((wake) => this.clock.at(this.clock.now() + ms, () => wake.resolve(undefined)));
  }

  /** The execution has ended: whatever waits in this run is unwound. */
  interrupt(): void {
    this.over = true;
    this.cancelPause?.();
  }

  /** The run's work has returned. */
  finish(): void {
    this.over = true;
    this.letGo();
  }

  private letGo(): void {
    const { release } = this;
    this.release = undefined;
    release?.();
  }
}
