import type { InterruptionName } from './names';

/** Interruptions that may come one after the other in one run: more, and a run that does not hold takes long to be told apart. */
const MOST_IN_A_RUN = 8;

/**
 * Pure: which states are interrupted in the same run, in the order in which the world visits them. States of one run are as far
 * apart as can be, so that what one leaves behind is not taken away by its neighbour's redrive.
 *
 * @param visited states in the order of their first visits
 */
export function runsOf(visited: readonly string[], interruption: InterruptionName): string[][] {
  const runs = Math.ceil(visited.length / mostInARun(interruption));
  return Array.from({ length: runs }, (_, run) => visited.filter((_state, index) => index % runs === run));
}

/** The worlds' data are made for one day that passes: of the last two days before the cutoff there are no events. */
function mostInARun(interruption: InterruptionName): number {
  return interruption === 'redrive-after-25h' ? 1 : MOST_IN_A_RUN;
}
