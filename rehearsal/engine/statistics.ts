import type { Execution } from './execution';

export interface EngineStatistics {
  /** In the order in which the states were first entered. `failed` counts attempts, retried and caught ones too. */
  readonly states: { readonly name: string; readonly entered: number; readonly failed: number }[];
  /** States entered, plus retries, plus states gone on with after a redrive. */
  readonly transitions: number;
  /** Events of all executions together. */
  readonly historyEvents: number;
  /** Events of the execution that has most. */
  readonly maxHistoryEvents: number;
  readonly redrives: number;
}

/** Sums up executions with all their children, however deep. */
export function summarise(roots: Iterable<Execution>): EngineStatistics {
  const states = new Map<string, { entered: number; failed: number }>();
  let transitions = 0;
  let historyEvents = 0;
  let maxHistoryEvents = 0;
  let redrives = 0;
  const visit = (execution: Execution): void => {
    for (const [name, count] of execution.counts) {
      const sum = states.get(name) ?? { entered: 0, failed: 0 };
      states.set(name, { entered: sum.entered + count.entered, failed: sum.failed + count.failed });
    }
    transitions += execution.transitions;
    historyEvents += execution.history.length;
    maxHistoryEvents = Math.max(maxHistoryEvents, execution.history.length);
    redrives += execution.redriveCount;
    for (const mapRun of execution.mapRuns) {
      for (const item of mapRun.items) if (item.execution !== undefined) visit(item.execution);
    }
  };
  for (const root of roots) visit(root);
  return {
    states: [...states].map(([name, count]) => ({ name, ...count })),
    transitions,
    historyEvents,
    maxHistoryEvents,
    redrives,
  };
}
