import type { Execution } from './execution';
import { limits } from './limits';

/**
 * Why an execution cannot be redriven now, in the API's words, or undefined if it can.
 * Source: API reference, DescribeExecution redriveStatusReason; Developer Guide, redrive-executions.
 */
export function redriveObstacle(execution: Execution, nowMs: number): string | undefined {
  const { status, stopMs, startMs, history } = execution;
  if (status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven';
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return 'Execution is RUNNING and cannot be redriven';
  if (history.length >= limits.historyEvents - 1) return 'Execution history event limit exceeded';
  if (nowMs - startMs > limits.executionMs) return 'Execution has exceeded the max execution time';
  if (stopMs !== undefined && nowMs - stopMs > limits.redrivablePeriodMs) return 'Execution redrivable period exceeded';
  return undefined;
}

export type RedriveStatus = 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';

export function redriveStatus(
  execution: Execution,
  nowMs: number,
): { redriveStatus: RedriveStatus; redriveStatusReason?: string } {
  const obstacle = redriveObstacle(execution, nowMs);
  if (obstacle !== undefined) return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: obstacle };
  return { redriveStatus: execution.parent === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}
