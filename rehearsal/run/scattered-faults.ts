import type { Faults, FaultEffect } from '../aws/faults';

/** What happens to calls on a bad day; one in three each. */
const EFFECTS: readonly FaultEffect[] = ['throttle', 'internal-error', 'drop'];

/** Lets calls fail at a rate, whatever they ask, in the order in which they arrive. */
export function scatterFaults(faults: Faults, seed: number, rate: number): void {
  EFFECTS.forEach((effect, index) => {
    // Each draws from what the ones before it have left.
    const share = rate / EFFECTS.length / (1 - (rate * index) / EFFECTS.length);
    faults.addRandom(seed * EFFECTS.length + index, share, { effect, match: () => true });
  });
}
