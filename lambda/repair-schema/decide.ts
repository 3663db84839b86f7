import * as z from 'zod';
import type { SchemaExecution } from '../shared/schema/executions';
import { START_PATIENCE_MS } from '../shared/schema/workflow';
import type { FoundFunctions } from './found-functions';

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
  functions: Pick<FoundFunctions, 'unreplaced'>;
  waitedMs: number;
}

export type RepairAction =
  | { do: 'done'; because: 'not due' | 'succeeded' }
  | { do: 'wait'; for: 'execution' | 'start' }
  /** Written down already: a repeated start does nothing more. */
  | { do: 'start'; record: ListRepair }
  /** The list of the solution's own execution is read, and repaired where Python is in it. */
  | { do: 'repair'; execution: SchemaExecution; original: string }
  /** The functions are no good, and no execution is left whose list could be repaired. */
  | { do: 'give up' }
  | { do: 'fail'; execution: SchemaExecution; why: string | undefined };

/**
 * Pure. A run of the solution's that failed, or that made functions which are no good any more, is repaired; one of ours that
 * failed, or left a function out, is made anew once a redrive.
 */
export function decide(seen: RepairObservation, attempt: { root: string; redrive: number }): RepairAction {
  const { execution, earlier, missing, expected, waitedMs } = seen;
  if (execution !== undefined) return decideBy(execution, seen, attempt);
  const isWhole = missing.length === 0 && seen.functions.unreplaced.length === 0;
  // One that failed may have stopped behind all of these objects, before what its release has changed.
  if (isWhole && (earlier === undefined || earlier.status === 'SUCCEEDED')) return { do: 'done', because: 'not due' };
  // Two runs at once would be in each other's way.
  if (expected && waitedMs < START_PATIENCE_MS) return { do: 'wait', for: 'start' };
  if (earlier !== undefined) return decideBy(earlier, seen, attempt);
  // Without objects it is for *Wait for schema* to tell.
  return missing.length > 0 ? { do: 'done', because: 'not due' } : { do: 'give up' };
}

function decideBy(
  execution: SchemaExecution,
  { record, functions: { unreplaced } }: RepairObservation,
  attempt: { root: string; redrive: number },
): RepairAction {
  const ours = record?.name === execution.name ? record : undefined;
  const isSpent = ours?.root === attempt.root && attempt.redrive <= ours.redrive;
  if (execution.status === 'RUNNING') return { do: 'wait', for: 'execution' };
  // ListExecutions lags: the one that was replaced may be the newest that it shows for a while.
  if (record?.failed === execution.arn) return { do: 'start', record };
  const hasSucceeded = execution.status === 'SUCCEEDED';
  if (hasSucceeded && unreplaced.length === 0) return { do: 'done', because: 'succeeded' };
  if (!isSpent) return { do: 'repair', execution, original: ours?.original ?? execution.input };
  const why = hasSucceeded ? `It succeeded, and yet ${unreplaced.join(', ')}.` : execution.error;
  return { do: 'fail', execution, why };
}
