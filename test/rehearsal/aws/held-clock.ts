import type { VirtualClock } from '../../../rehearsal/clock';

/** The test is at work, as a handler is: time passes only when it says so. */
export class HeldClock {
  readonly release: () => void;

  constructor(private readonly clock: VirtualClock) {
    this.release = clock.hold();
  }

  async pass(ms: number): Promise<void> {
    const resume = this.clock.park();
    await this.clock.sleep(ms);
    resume();
  }

  minutes(count: number): Promise<void> {
    return this.pass(count * 60_000);
  }
}
