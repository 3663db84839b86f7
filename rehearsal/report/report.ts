import type { JournaledCall } from '../aws/redshift-data';
import type { Expectation, Run, RunResult } from '../run/result';
import type { ExecutionRecord, StateSpan } from '../run/recorder';
import type { Stage } from '../run/stage';
import type { Scenario } from '../scenarios/scenario';

/** Everything a run's report shows; `report.json` is this. Times are virtual epoch milliseconds. */
export interface Report {
  title: string;
  result: RunResult;
  expectations: Expectation[];
  fromMs: number;
  toMs: number;
  executions: ExecutionRecord[];
  spans: StateSpan[];
  calls: JournaledCall[];
  /** Calls of AWS APIs, by service and operation. */
  apiCalls: { service: string; operation: string; calls: number; refused: number }[];
}

/** Collects the report of a run. */
export function reportOf({ result, expectations }: Run, scenario: Scenario, stage: Stage): Report {
  const { account, clock, startMs } = stage.world;
  return {
    title: scenario.title,
    result,
    expectations,
    fromMs: startMs,
    toMs: clock.now(),
    executions: [...stage.recorder.executions.values()],
    spans: stage.recorder.spans,
    calls: account.data.journal.calls,
    apiCalls: countCalls(account.callLog.calls),
  };
}

function countCalls(
  calls: readonly { service: string; operation: string; outcome: { kind: string } }[],
): Report['apiCalls'] {
  const counts = new Map<string, Report['apiCalls'][number]>();
  for (const { service, operation, outcome } of calls) {
    const key = `${service}:${operation}`;
    const count = counts.get(key) ?? { service, operation, calls: 0, refused: 0 };
    count.calls += 1;
    if (outcome.kind === 'refused') count.refused += 1;
    counts.set(key, count);
  }
  return [...counts.values()].sort((a, b) => a.service.localeCompare(b.service) || b.calls - a.calls);
}
