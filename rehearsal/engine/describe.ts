import type { Execution } from './execution';
import type { MapItem, MapRun } from './map-run';
import { redriveObstacle, redriveStatus } from './redrive';

/** The output of DescribeExecution. */
export function describeExecution(execution: Execution): Record<string, unknown> {
  const { stopMs, redriveMs, parent, output, error, cause } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    startDate: new Date(execution.startMs),
    ...(stopMs === undefined ? {} : { stopDate: new Date(stopMs) }),
    input: execution.input.json,
    inputDetails: { included: true },
    ...(output === undefined ? {} : { output: output.json, outputDetails: { included: true } }),
    ...(parent === undefined ? {} : { mapRunArn: parent.arn }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    redriveCount: execution.redriveCount,
    ...(redriveMs === undefined ? {} : { redriveDate: new Date(redriveMs) }),
    ...redriveStatus(execution, execution.services.clock.now()),
  };
}

/** An item of ListExecutions. */
export function listExecution(execution: Execution): Record<string, unknown> {
  const { stopMs, redriveMs, parent } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    startDate: new Date(execution.startMs),
    ...(stopMs === undefined ? {} : { stopDate: new Date(stopMs) }),
    ...(parent === undefined ? {} : { mapRunArn: parent.arn, itemCount: 1 }),
    redriveCount: execution.redriveCount,
    ...(redriveMs === undefined ? {} : { redriveDate: new Date(redriveMs) }),
  };
}

/** The output of DescribeMapRun. Every child processes one item: both counts are the same. */
export function describeMapRun(mapRun: MapRun): Record<string, unknown> {
  const counts = countItems(mapRun);
  return {
    mapRunArn: mapRun.arn,
    executionArn: mapRun.parent.arn,
    status: mapRun.status,
    startDate: new Date(mapRun.startMs),
    ...(mapRun.stopMs === undefined ? {} : { stopDate: new Date(mapRun.stopMs) }),
    maxConcurrency: mapRun.plan.maxConcurrency,
    toleratedFailurePercentage: mapRun.plan.toleratedFailurePercentage ?? 0,
    toleratedFailureCount: mapRun.plan.toleratedFailureCount ?? 0,
    itemCounts: counts,
    executionCounts: { ...counts },
    redriveCount: mapRun.redriveCount,
    ...(mapRun.redriveMs === undefined ? {} : { redriveDate: new Date(mapRun.redriveMs) }),
  };
}

/** An item of ListMapRuns. */
export function listMapRun(mapRun: MapRun): Record<string, unknown> {
  return {
    mapRunArn: mapRun.arn,
    executionArn: mapRun.parent.arn,
    stateMachineArn: mapRun.parent.machine.arn,
    startDate: new Date(mapRun.startMs),
    ...(mapRun.stopMs === undefined ? {} : { stopDate: new Date(mapRun.stopMs) }),
  };
}

function countItems(mapRun: MapRun): Record<string, number> {
  const now = mapRun.parent.services.clock.now();
  const having = (test: (item: MapItem) => boolean): number => mapRun.items.filter(test).length;
  return {
    pending: having(({ execution }) => execution === undefined),
    running: having(({ execution }) => execution?.status === 'RUNNING'),
    succeeded: having(({ execution }) => execution?.status === 'SUCCEEDED'),
    failed: having(({ execution }) => execution?.status === 'FAILED'),
    timedOut: having(({ execution }) => execution?.status === 'TIMED_OUT'),
    aborted: having(({ execution }) => execution?.status === 'ABORTED'),
    total: mapRun.items.length,
    resultsWritten: mapRun.written.size + mapRun.failuresWritten,
    failuresNotRedrivable: mapRun.unsuccessful.filter(
      ({ execution }) => execution !== undefined && redriveObstacle(execution, now) !== undefined,
    ).length,
    pendingRedrive: having(({ execution }) => execution?.status === 'PENDING_REDRIVE'),
  };
}
