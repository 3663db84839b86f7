import type { VirtualClock } from '../clock';
import type { ForeignWork } from '../engine';
import type { PendingFiles } from './pending-files';
import { waits } from './waits';

export interface LoadWorkflowOptions {
  clock: VirtualClock;
  projectId: string;
  pending: PendingFiles;
  /** ARNs of the workflow's own executions that are running, the asking one included. */
  running: () => string[];
  /** Starts the workflow that comes after a load; where the release has none, it is left out. */
  startRefresh?: () => void;
  startScan?: () => void;
}

/** Looks at its table of files. */
const LOOK_MS = 20_000;
/** Manifest, COPY and merge of some minutes. */
const LOAD_MS = 4 * 60_000;

/** Parameter MVRefreshInterval, and the least interval of scans. Source: awslabs/clickstream-analytics-on-aws, model.ts, scan-metadata */
const REFRESH_EVERY_MS = 120 * 60_000;
const SCAN_EVERY_MS = 1_440 * 60_000;

/**
 * What the solution's load workflow does, whoever starts it: nothing when another execution runs or no file waits; else it
 * loads what waits, then starts the refresh of views and the scan of metadata, each not oftener than its interval.
 * Source: awslabs/clickstream-analytics-on-aws, load-ods-data-workflow.ts, load-data-workflow/refresh-views.ts
 */
export function loadWorkflow(options: LoadWorkflowOptions): ForeignWork {
  const { clock, projectId, pending, startRefresh, startScan } = options;
  const [refresh, scan] = [atMostEvery(REFRESH_EVERY_MS, startRefresh), atMostEvery(SCAN_EVERY_MS, startScan)];
  return async (_input, { executionArn, signal }) => {
    await waits(clock, LOOK_MS, signal);
    if (options.running().some((other) => other !== executionArn)) return {};
    const files = pending.of(projectId);
    if (files === 0) return {};
    await waits(clock, LOAD_MS, signal);
    pending.take(projectId, files);
    refresh(clock.now());
    scan(clock.now());
    return {};
  };
}

function atMostEvery(intervalMs: number, start: (() => void) | undefined): (nowMs: number) => void {
  let lastMs = -Infinity;
  return (nowMs) => {
    if (start === undefined || nowMs - lastMs < intervalMs) return;
    lastMs = nowMs;
    start();
  };
}
