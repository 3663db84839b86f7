import { createHash } from 'node:crypto';
import { BatchExecuteStatementCommand, DescribeStatementCommand } from '@aws-sdk/client-redshift-data';
import * as z from 'zod';
import callFile from '../../sql/inspect/python-call.sql';
import createFile from '../../sql/inspect/python-create.sql';
import undoFile from '../../sql/inspect/python-undo.sql';
import { addressOf, redshiftData } from '../shared/clients';
import type { WarehouseRef } from '../shared/plan/warehouse';
import { LONG_POLL_SECONDS } from '../shared/polling';
import { StillReading } from '../shared/redshift/reads';
import { identifier } from '../shared/sql/identifiers';
import { statement } from '../shared/sql/statement';

/** What a warehouse does with a new Python function: takes and calls it, refuses it, or fails in a way that tells neither. */
export const pythonState = z.object({ is: z.enum(['alive', 'gone', 'untold']), words: z.string() });
export type PythonState = z.infer<typeof pythonState>;

/** What became of one statement of the probe. */
export interface ProbePart {
  status: string;
  error: string | undefined;
}

/**
 * Asks a warehouse whether Python functions live: one transaction creates one, calls it, and fails on purpose, so that all
 * is rolled back and the statement that failed tells which world it is. Source: Redshift Data API, BatchExecuteStatement
 *
 * @param schema an app's schema: there the solution creates its own
 * @param seed makes name and token of the probe its own, the same for every pass of one inspection
 * @throws StillReading when it has not ended in this pass; the next one meets the same statement again
 */
export async function probePython(
  warehouse: WarehouseRef,
  database: string,
  schema: string,
  { seed, nowMs }: { seed: string; nowMs: number },
): Promise<PythonState> {
  const client = await redshiftData(warehouse, nowMs);
  const token = createHash('sha256').update(`python ${seed} ${database} ${schema}`).digest('hex');
  const names = { schema: identifier(schema), name: identifier(`clickstream_upgrade_probe_${token.slice(0, 16)}`) };
  const { Id: id } = await client.send(
    new BatchExecuteStatementCommand({
      ...addressOf(warehouse, database),
      Sqls: [statement(createFile, names), statement(callFile, names), statement(undoFile, {})].map(({ text }) => text),
      StatementName: 'clickstream-upgrade inspect/python',
      ClientToken: token,
      WaitTimeSeconds: LONG_POLL_SECONDS,
    }),
  );
  const probed = await client.send(new DescribeStatementCommand({ Id: id }));
  if (probed.Status !== 'FINISHED' && probed.Status !== 'FAILED' && probed.Status !== 'ABORTED')
    throw new StillReading('inspect/python');
  const parts = (probed.SubStatements ?? []).map(({ Status: status = '', Error: error }) => ({ status, error }));
  return pythonStateOf(parts, probed.Error);
}

/** Pure: what the failing statement tells. */
export function pythonStateOf([create, call, undo]: readonly ProbePart[], error: string | undefined): PythonState {
  const failed = [create, call, undo].find((part) => part?.status === 'FAILED');
  const words = failed?.error ?? error ?? 'the probe ended without an error';
  if (failed !== undefined && failed === undo) return { is: 'alive', words };
  // Source: the solution's issue 1609: "Create function is not supported for language plpythonu anymore."
  if (/not supported/i.test(words) && (failed === create || failed === call)) return { is: 'gone', words };
  return { is: 'untold', words };
}
