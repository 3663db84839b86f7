import type { VirtualClock } from '../clock';
import type { ForeignWork } from '../engine';
import { waits } from './waits';

const CLEAR_MS = 3 * 60_000;

/**
 * The solution's nightly deletion of old events. The worlds of the rehearsal hold fewer days than the retention, so there is
 * nothing to delete and only its time is played. Source: awslabs/clickstream-analytics-on-aws, clear-expired-events-workflow.ts
 */
export function clearExpiredWorkflow({ clock }: { clock: VirtualClock }): ForeignWork {
  return async (_input, { signal }) => {
    await waits(clock, CLEAR_MS, signal);
    return {};
  };
}
