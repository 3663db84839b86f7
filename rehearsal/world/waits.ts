import type { VirtualClock } from '../clock';

/** A foreign workflow waits: parked, because an execution holds the clock while it works. */
export async function waits(clock: VirtualClock, ms: number, signal: AbortSignal): Promise<void> {
  const resume = clock.park();
  try {
    await clock.sleep(ms, signal);
  } finally {
    resume();
  }
}
