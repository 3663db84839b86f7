/**
 * The one clock of a rehearsal: the engine's `$now()`, its Wait states and time-outs, every simulated
 * service and the warehouse's `getdate()` tell this time and no other.
 *
 * - While something *flows* (a PostgreSQL statement runs) it advances with real time and never jumps.
 * - While something *holds* it (a Lambda handler or the engine is at work) and nothing flows, it stands still,
 *   so that what a run decides does not depend on how fast this machine is.
 * - Otherwise it jumps to the next timer: 24 hours of waiting take no time at all.
 */
export class VirtualClock {
  /** Virtual minus real time while flowing; meaningless while standing still. */
  private offsetMs: number;
  private standingAtMs: number;
  private holds = 0;
  private flows = 0;
  private readonly timers: Timer[] = [];
  private sequence = 0;
  private jumpScheduled = false;
  private realTimer: NodeJS.Timeout | undefined;
  private closed = false;

  /** @param startMs epoch milliseconds at which the rehearsal begins */
  constructor(startMs: number) {
    this.standingAtMs = startMs;
    this.offsetMs = startMs - Date.now();
  }

  /** Virtual time, epoch milliseconds. Never goes backwards. */
  now(): number {
    return this.flows > 0 ? Math.max(this.standingAtMs, Date.now() + this.offsetMs) : this.standingAtMs;
  }

  /** What a process with its own real clock (PostgreSQL) adds to tell virtual time; constant while something flows. */
  offsetToRealMs(): number {
    return this.flows > 0 ? this.offsetMs : this.standingAtMs - Date.now();
  }

  /** Work is in progress that must not be overtaken by a jump. Call the returned function once, when it is over. */
  hold(): () => void {
    this.holds += 1;
    return once(() => {
      this.holds -= 1;
      this.settle();
    });
  }

  /** A holder is parked (a long poll): until the returned function is called, its hold does not count. */
  park(): () => void {
    this.holds -= 1;
    this.settle();
    return once(() => {
      this.holds += 1;
    });
  }

  /** Real work runs outside (a PostgreSQL statement): virtual time follows real time until the returned function is called. */
  flow(): () => void {
    if (this.flows === 0) this.offsetMs = this.standingAtMs - Date.now();
    this.flows += 1;
    this.settle();
    return once(() => {
      this.standingAtMs = this.now();
      this.flows -= 1;
      this.settle();
    });
  }

  /** Calls `fire` when virtual time reaches `atMs` (at once, asynchronously, when it is past). The returned function cancels. */
  at(atMs: number, fire: () => void): () => void {
    const timer: Timer = { atMs, order: this.sequence++, fire };
    const index = this.timers.findIndex((other) => other.atMs > atMs);
    this.timers.splice(index === -1 ? this.timers.length : index, 0, timer);
    this.settle();
    return () => {
      const found = this.timers.indexOf(timer);
      if (found !== -1) this.timers.splice(found, 1);
    };
  }

  /** Resolves when virtual time reaches `atMs`, or rejects with the signal's reason. */
  sleepUntil(atMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(toError(signal.reason));
        return;
      }
      const aborted = (): void => {
        cancel();
        reject(toError(signal?.reason));
      };
      const cancel = this.at(atMs, () => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      });
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.sleepUntil(this.now() + ms, signal);
  }

  /** Ends the clock: no timer fires any more, nothing keeps the process alive. */
  close(): void {
    this.closed = true;
    this.timers.length = 0;
    clearTimeout(this.realTimer);
  }

  /** Decides what happens next: fire what is due, wait for real time, or jump. */
  private settle(): void {
    clearTimeout(this.realTimer);
    this.realTimer = undefined;
    const next = this.timers[0];
    if (this.closed || next === undefined) return;
    if (this.flows > 0) {
      const delay = Math.min(Math.max(0, next.atMs - this.now()), LONGEST_REAL_TIMER_MS);
      this.realTimer = setTimeout(() => this.fireDue(), delay);
      return;
    }
    // Not at once: what was just released often takes the next hold in the same turn of the event loop.
    if (this.jumpScheduled) return;
    this.jumpScheduled = true;
    setImmediate(() =>
      setImmediate(() => {
        this.jumpScheduled = false;
        if (this.closed || this.flows > 0) return;
        const due = this.timers[0];
        if (due === undefined) return;
        if (due.atMs > this.standingAtMs) {
          if (this.holds > 0) return;
          this.standingAtMs = due.atMs;
        }
        this.fireDue();
      }),
    );
  }

  private fireDue(): void {
    const now = this.now();
    while (this.timers[0] !== undefined && this.timers[0].atMs <= now) this.timers.shift()?.fire();
    this.settle();
  }
}

interface Timer {
  atMs: number;
  order: number;
  fire: () => void;
}

/** setTimeout overflows past 2^31 - 1 ms and would fire at once. */
const LONGEST_REAL_TIMER_MS = 2_000_000_000;

function once(release: () => void): () => void {
  let released = false;
  return () => {
    if (released) return;
    released = true;
    release();
  };
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
