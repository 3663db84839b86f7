import * as z from 'zod';
import { assertNever } from '../shared/errors';
import type { SchemaExecution } from '../shared/schema/executions';
import { START_PATIENCE_MS } from '../shared/schema/workflow';

/** That a failed execution was replaced by one of ours, and under which permission. One an app; it outlives its root. */
export const listRepair = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  root: z.string(),
  redrive: z.number().int(),
  /** ARN of the execution in whose place this one is started. */
  failed: z.string(),
  /** Input of the solution's own execution: what every repair begins with. */
  original: z.string(),
  /** Name and input of the one that is started. */
  name: z.string(),
  input: z.string(),
  replaced: z.array(z.string()),
});
export type ListRepair = z.infer<typeof listRepair>;

export interface RepairObservation {
  /** The upgrade of the pipeline is expected to have started an execution. */
  expected: boolean;
  /** The newest execution since the Redshift stack's last update began. */
  execution: SchemaExecution | undefined;
  /** Where there is none: the newest of all. An update for another app starts none for this one. */
  earlier: SchemaExecution | undefined;
  /** The last repair of this app's schema. */
  record: ListRepair | undefined;
  /** Objects of the new data model that are not there. */
  missing: readonly string[];
  /** Functions to be replaced that the schema has in Python. */
  inPython: readonly string[];
  /** Functions that it has by Lambda. */
  external: readonly string[];
  waitedMs: number;
}

export type RepairAction =
  | { do: 'done'; because: 'not due' | 'succeeded' }
  | { do: 'wait'; for: 'execution' | 'start' }
  /** Written down already: a repeated start does nothing more. */
  | { do: 'start'; record: ListRepair }
  /** The list of the solution's own execution is read, and repaired where Python is in it. */
  | { do: 'repair'; execution: SchemaExecution; original: string }
  | { do: 'fail'; execution: SchemaExecution; why: string | undefined };

/**
 * Pure. A run of the solution's that failed, or that made functions which are no good any more, is repaired; one of ours that
 * failed is made anew once a redrive.
 */
export function decide(seen: RepairObservation, attempt: { root: string; redrive: number }): RepairAction {
  const { execution, earlier, missing, inPython, expected, waitedMs } = seen;
  const isWhole = missing.length === 0 && inPython.length === 0;
  if (execution !== undefined) return decideBy(execution, seen, attempt);
  const mayCome = expected && waitedMs < START_PATIENCE_MS;
  if (isWhole || earlier === undefined)
    return missing.length > 0 && mayCome ? { do: 'wait', for: 'start' } : { do: 'done', because: 'not due' };
  // Two runs at once would be in each other's way.
  if (mayCome) return { do: 'wait', for: 'start' };
  return decideBy(earlier, seen, attempt);
}

function decideBy(
  execution: SchemaExecution,
  { record, inPython, external }: RepairObservation,
  attempt: { root: string; redrive: number },
): RepairAction {
  const ours = record?.name === execution.name ? record : undefined;
  switch (execution.status) {
    case 'RUNNING':
      return { do: 'wait', for: 'execution' };
    case 'SUCCEEDED': {
      if (record?.failed === execution.arn) return { do: 'start', record };
      if (ours === undefined)
        return inPython.length === 0
          ? { do: 'done', because: 'succeeded' }
          : { do: 'repair', execution, original: execution.input };
      const left = ours.replaced.filter((name) => !external.includes(name));
      if (left.length === 0) return { do: 'done', because: 'succeeded' };
      return { do: 'fail', execution, why: `It succeeded, and yet these are no Lambda functions: ${left.join(', ')}.` };
    }
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED': {
      // ListExecutions lags: the failed one may be the newest that it shows for a while.
      if (record?.failed === execution.arn) return { do: 'start', record };
      if (ours === undefined) return { do: 'repair', execution, original: execution.input };
      const isSpent = ours.root === attempt.root && attempt.redrive <= ours.redrive;
      return isSpent
        ? { do: 'fail', execution, why: execution.error }
        : { do: 'repair', execution, original: ours.original };
    }
    default:
      return assertNever(execution.status);
  }
}
