import type { VirtualClock } from '../clock';

/** One timer that can be moved. */
export class Deadline {
  private cancel: (() => void) | undefined;

  constructor(
    private readonly clock: VirtualClock,
    private readonly fire: () => void,
  ) {}

  /** Fires at `atMs` instead of before; undefined = never. */
  set(atMs: number | undefined): void {
    this.clear();
    if (atMs !== undefined) this.cancel = this.clock.at(atMs, this.fire);
  }

  clear(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}
