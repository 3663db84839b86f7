import type { ChaosRow } from './play-world';

/** The next world to play. */
export interface ToWorker {
  seed: number;
}

export type ToParent =
  | { kind: 'row'; seed: number; row: ChaosRow }
  /** How much has happened so far, and the newest of it, the newest last. */
  | { kind: 'alive'; seed: number; events: number; last: string[] };
