import type { VirtualClock } from '../../clock';

/**
 * What is going to happen to a fleet, by the rehearsal's clock. It is caught up with when somebody looks and not by timers
 * of the clock: a fleet that never comes to rest (failing health checks, no capacity) would keep the clock running away.
 */
export class Agenda {
  private readonly entries: { atMs: number; fire: () => void }[] = [];
  private nowMs: number;
  private running = false;

  constructor(private readonly clock: VirtualClock) {
    this.nowMs = clock.now();
  }

  /** Time of what is happening just now; between events, when somebody looked last. */
  now(): number {
    return this.nowMs;
  }

  /** The returned function takes it off again. */
  at(atMs: number, fire: () => void): () => void {
    const entry = { atMs, fire };
    const index = this.entries.findIndex((other) => other.atMs > atMs);
    this.entries.splice(index === -1 ? this.entries.length : index, 0, entry);
    return () => {
      const found = this.entries.indexOf(entry);
      if (found !== -1) this.entries.splice(found, 1);
    };
  }

  after(ms: number, fire: () => void): () => void {
    return this.at(this.nowMs + ms, fire);
  }

  /** Lets everything happen that is due, each thing at its own time. */
  catchUp(): void {
    if (this.running) return;
    this.running = true;
    const until = this.clock.now();
    for (let next = this.entries[0]; next !== undefined && next.atMs <= until; next = this.entries[0]) {
      this.entries.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.fire();
    }
    this.nowMs = Math.max(this.nowMs, until);
    this.running = false;
  }
}
