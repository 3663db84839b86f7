import type { InterruptionName, MatrixRow } from './names';

/** A row to be played. */
export interface Asked {
  state: string;
  interruption: InterruptionName;
}

/** From the process that leads to one that plays. */
export type ToPlayer = { type: 'play'; row: Asked } | { type: 'end' };

/** Back again. */
export type FromPlayer = { type: 'ready' } | { type: 'played'; row: MatrixRow };
