import { assertNever } from '../shared/errors';
import type { WaitFor } from './decide';

/** Launch, boot, pull and health checks take some five minutes; a few failed starts shall fit in. */
const START_PATIENCE_SECONDS = 30 * 60;
/** The target group lets go first, for five minutes by default. Source: Elastic Load Balancing User Guide, deregistration delay */
const DEREGISTRATION_SECONDS = 300;
/** Grace of the drain hook, which also bounds how long a stop is given at the least. */
const SHORTEST_STOP_SECONDS = 300;
const MARGIN_SECONDS = 15 * 60;
const STACK_PATIENCE_SECONDS = 3 * 3_600;

/** How long nothing may move. */
export function patienceSeconds(reason: WaitFor, stopSeconds: number): number {
  switch (reason) {
    case 'stack':
    case 'deployment':
      return STACK_PATIENCE_SECONDS;
    case 'tasks':
    case 'last tasks':
    case 'instances':
    case 'warm pool':
      return START_PATIENCE_SECONDS;
    case 'drain':
    case 'surplus':
      return Math.max(stopSeconds, SHORTEST_STOP_SECONDS) + DEREGISTRATION_SECONDS + MARGIN_SECONDS;
    default:
      return assertNever(reason);
  }
}

/** Whether its patience is as long as a task may take to stop: what has not stopped after it has not heard of it. */
export function isForStops(reason: WaitFor): boolean {
  return reason === 'drain' || reason === 'surplus';
}
