import type { VirtualClock } from '../clock';
import type { ForeignWork } from '../engine';
import { waits } from './waits';

const SCAN_MS = 2 * 60_000;

/**
 * The solution's scan of metadata: it reads properties and values for the console's pickers and writes none of the tables an
 * upgrade looks at, so only its time is played. Source: awslabs/clickstream-analytics-on-aws, scan-metadata-workflow.ts
 */
export function scanWorkflow({ clock }: { clock: VirtualClock }): ForeignWork {
  return async (_input, { signal }) => {
    await waits(clock, SCAN_MS, signal);
    return {};
  };
}
