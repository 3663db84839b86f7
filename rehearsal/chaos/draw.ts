import { createHash } from 'node:crypto';
import { seededRandom } from '../random';

/**
 * Draws that depend on a seed and on what is drawn, and on nothing else: one more draw in one place does not change what is
 * drawn in another, so that a world that was seen once stays much the same while this software grows.
 */
export class Draw {
  private readonly random: () => number;

  /** @param about what is drawn, for example `projects` */
  constructor(
    private readonly seed: number,
    private readonly about: string,
  ) {
    this.random = seededRandom(numberOf(`${seed}/${about}`));
  }

  /** Draws about a part of it. */
  of(part: string): Draw {
    return new Draw(this.seed, `${this.about}/${part}`);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** A whole number, both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.random() * choices.length)] ?? choices[0];
  }

  /** One of several, each as often as its weight says. */
  weighted<T>(choices: readonly [Weighted<T>, ...Weighted<T>[]]): T {
    let left = this.random() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    return choices[0][1];
  }
}

type Weighted<T> = readonly [weight: number, choice: T];

/** Seed of a world of a run of many: it follows from the run's seed and the world's place alone. */
export function worldSeed(seed: number, index: number): number {
  return numberOf(`world ${seed}/${index}`);
}

/** A number that the command line takes as a seed. */
function numberOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) >>> 1;
}
