import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { isAwsError } from './aws-errors';
import { warehouseSession } from './clients';
import { guarded } from './guard/guard';
import { Journal, type JournalRecord } from './journal';
import { findCall } from './migration/find-call';
import type { WarehouseRef } from './plan/warehouse';
import type { Reads } from './redshift/reads';
import type { WarehouseSession } from './redshift/session';
import type { StateTable } from './state-table';
import { perRegion } from './per-region';

/** Units that are statements, one at a time each. */
export const CALLS = ['events', 'users', 'items', 'sessions', 'base-view'] as const;
/** The unit that is an execution of the solution's refresh workflow. */
export const WORKFLOW = 'metrics';

const stepFunctions = perRegion((region) => guarded(new SFNClient({ region })));

export interface LookingForCalls {
  warehouse: WarehouseRef;
  database: string;
  appIds: readonly string[];
  table: StateTable;
  reads: Reads;
  nowMs: number;
  /** All of them where it is left out. */
  units?: readonly string[];
}

/**
 * Calls of apps that the journal knows as begun and that have not ended, as `<app> <unit>`. An app that failed has left
 * its record as it was, so the warehouse is asked; a call without id is looked up in the query history.
 */
export async function livingCalls({
  warehouse,
  database,
  appIds,
  table,
  reads,
  nowMs,
  units = [...CALLS, WORKFLOW],
}: LookingForCalls): Promise<string[]> {
  const living: string[] = [];
  let session: WarehouseSession | undefined;
  for (const appId of appIds) {
    for (const name of units) {
      const record = await new Journal(table, { warehouse, database, schema: appId, name }).read();
      if (record?.state !== 'open' && record?.state !== 'alive') continue;
      if (name === WORKFLOW) {
        if (await refreshRuns(warehouse.region, record)) living.push(`${appId} ${name}`);
        continue;
      }
      session ??= await warehouseSession(warehouse, database, nowMs);
      if (await lives(session, reads, record)) living.push(`${appId} ${name}`);
    }
  }
  return living;
}

async function lives(session: WarehouseSession, reads: Reads, record: JournalRecord): Promise<boolean> {
  const state = record.id === undefined ? undefined : await session.describe(record.id, 0);
  if (state !== undefined) return state.ended === undefined;
  const found = await findCall(session, reads, record);
  return found !== undefined && found.ended === undefined;
}

/** Whether the refresh workflow that a record tells of is under way. */
export async function refreshRuns(region: string, { id }: JournalRecord): Promise<boolean> {
  // Its start was never confirmed: nothing to ask for, and *Recalculate metrics* would find it by its name.
  if (id === undefined) return false;
  try {
    const { status } = await stepFunctions(region).send(new DescribeExecutionCommand({ executionArn: id }));
    return status === 'RUNNING' || status === 'PENDING_REDRIVE';
  } catch (error) {
    if (isAwsError(error, 'ExecutionDoesNotExist')) return false;
    throw error;
  }
}
