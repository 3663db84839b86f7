import * as z from 'zod';
import { assertNever } from '../shared/errors';
import type { SchemaExecution } from '../shared/schema/executions';

/** That a failed execution was replaced by one of ours, and under which permission. One an app; it outlives its root. */
export const repairRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  root: z.string(),
  redrive: z.number().int(),
  /** ARN of the execution that had failed. */
  failed: z.string(),
  /** Name and input of the one that is started in its place. */
  name: z.string(),
  input: z.string(),
  replaced: z.array(z.string()),
});
export type RepairRecord = z.infer<typeof repairRecord>;

export interface RepairObservation {
  /** The upgrade of the pipeline is expected to have started an execution. */
  expected: boolean;
  /** The newest execution since the Redshift stack's last update began. */
  execution: SchemaExecution | undefined;
  /** The last repair of this app's schema. */
  record: RepairRecord | undefined;
  /** Objects of the new data model that are not there; read where there is no execution. */
  missing: readonly string[];
  waitedMs: number;
}

export type RepairAction =
  | { do: 'done'; because: 'not due' | 'succeeded' }
  | { do: 'wait'; for: 'execution' | 'start' }
  /** Written down already: a repeated start does nothing more. */
  | { do: 'start'; record: RepairRecord }
  /** Its list is read, and repaired where Python is in it. */
  | { do: 'repair'; execution: SchemaExecution }
  /** Our own repaired run failed before, and a person has redriven since. */
  | { do: 'repeat'; execution: SchemaExecution; record: RepairRecord }
  | { do: 'fail'; execution: SchemaExecution };

/** Later than this after the stack's update its custom resource starts nothing. Source: create-schemas.ts, one second an app */
const START_PATIENCE_MS = 10 * 60_000;

/** Pure. A failed run of the solution's is repaired once; one of ours that failed is repeated once a redrive. */
export function decide(seen: RepairObservation, attempt: { root: string; redrive: number }): RepairAction {
  const { execution, record, missing, expected, waitedMs } = seen;
  if (execution === undefined) {
    const mayCome = missing.length > 0 && expected && waitedMs < START_PATIENCE_MS;
    return mayCome ? { do: 'wait', for: 'start' } : { do: 'done', because: 'not due' };
  }
  switch (execution.status) {
    case 'RUNNING':
      return { do: 'wait', for: 'execution' };
    case 'SUCCEEDED':
      return { do: 'done', because: 'succeeded' };
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED': {
      // ListExecutions lags: the failed one may be the newest that it shows for a while.
      if (record?.failed === execution.arn) return { do: 'start', record };
      if (record?.name !== execution.name) return { do: 'repair', execution };
      const isSpent = record.root === attempt.root && attempt.redrive <= record.redrive;
      return isSpent ? { do: 'fail', execution } : { do: 'repeat', execution, record };
    }
    default:
      return assertNever(execution.status);
  }
}
