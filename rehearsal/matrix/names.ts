/**
 * What happens to a run. Each hits the first visit of one state, and the root is redriven once its cause is gone.
 * What takes longest to play comes first:
 * - `redrive-after-25h`: as the next, and the redrive comes a day and an hour later: statement ids and client tokens are
 *   forgotten
 * - `permanent-error`: the state fails with an error that no retrier knows
 * - `crash-after-act`: its handler acts, but its answer is lost, and so are those of the retries
 * - `crash-before-id`: its process dies right after its first change, before it can note what came of it
 * - `stop`: a person stops the root while the handler is at work; the guardian does its part; then the redrive
 * - `stop-redrive-at-once`: stopped, and redriven before the guardian is done
 * - `twice`: it fails, is redriven, fails again, or *Report* does where the redrive goes round it, is redriven again
 * - `newer-build`: it fails, and the functions are of a newer build when the redrive comes
 */
export const INTERRUPTIONS = [
  'redrive-after-25h',
  'permanent-error',
  'crash-after-act',
  'crash-before-id',
  'stop',
  'stop-redrive-at-once',
  'twice',
  'newer-build',
] as const;

export type InterruptionName = (typeof INTERRUPTIONS)[number];

export function isInterruption(name: string): name is InterruptionName {
  return (INTERRUPTIONS as readonly string[]).includes(name);
}

/** One row: a state, and what happens to it. */
export interface MatrixRow {
  state: string;
  interruption: InterruptionName;
  held: boolean;
  /** What did not hold. */
  why?: string;
}

/** The document of `--json`. */
export interface MatrixResult {
  held: number;
  total: number;
  rows: MatrixRow[];
}
