import type { ChaosRow } from './play-world';

/** The next world to play. */
export interface ToWorker {
  seed: number;
}

export type ToParent =
  | { kind: 'row'; seed: number; row: ChaosRow }
  /** Newest states that were entered, the newest last. */
  | { kind: 'alive'; seed: number; last: string[] };
