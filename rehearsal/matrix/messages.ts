import type { InterruptionName, MatrixRow } from './names';

/** Rows to be played: states, and what happens to each of them. */
export interface Asked {
  states: readonly string[];
  interruption: InterruptionName;
}

/** From the process that leads to one that plays. */
export type ToPlayer = { type: 'play'; asked: Asked } | { type: 'end' };

/** Back again: `ready` for the first rows, and whenever all that were asked for are played. */
export type FromPlayer = { type: 'ready' } | { type: 'played'; row: MatrixRow };
