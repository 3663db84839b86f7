import * as z from 'zod';
import { executionState } from './execution-state';
import { livingCalls } from './living-calls';
import type { OwnerState } from './lock';
import { NotYet } from './not-yet';
import type { AppPlan } from './plan/app-plan';
import { warehouseKey, warehouseRef, type WarehouseRef } from './plan/warehouse';
import { turnGapSeconds } from './polling';
import type { Reads } from './redshift/reads';
import type { StateTable } from './state-table';

/**
 * One app at a time on a warehouse: it runs one Python UDF at a time, and two migrations at once only slow each other down.
 * Apps of one project follow each other anyway; this is for projects that share a warehouse.
 * Source: Redshift Developer Guide, udf-constraints ("one Python UDF at a time")
 */
export const turnRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  state: z.enum(['taken', 'free']),
  /** ARN of the app's execution that has it, or had it last. */
  owner: z.string().min(1),
  /** The app of that execution, and where its calls are found. */
  warehouse: warehouseRef,
  database: z.string().min(1),
  appId: z.string().min(1),
  takenAtMs: z.number().int(),
});
export type TurnRecord = z.infer<typeof turnRecord>;

/** Who asks for the turn. */
export interface TurnSeeker {
  plan: Pick<AppPlan, 'warehouse' | 'database' | 'appId'>;
  /** ARN of the app's execution. */
  execution: string;
}

export type TurnDecision =
  | { do: 'go on' }
  | { do: 'take' }
  /** The owner is not at work any more: its calls may still be, and have to be looked for. */
  | { do: 'look' }
  | { do: 'wait'; for: string };

export function turnKey(warehouse: Pick<WarehouseRef, 'region' | 'name'>): string {
  return `turn/${warehouseKey(warehouse)}`;
}

/**
 * Pure: may this app work on the warehouse now?
 *
 * @param owner of a turn that somebody else has
 * @param living calls of the owner's app that are still at work, once they have been looked for
 */
export function decideTurn(
  record: TurnRecord | undefined,
  { plan, execution }: TurnSeeker,
  owner?: OwnerState,
  living?: readonly string[],
): TurnDecision {
  if (record === undefined || record.state === 'free') return { do: 'take' };
  if (record.owner === execution) return { do: 'go on' };
  const name = `${record.appId} of ${record.database}`;
  if (owner !== 'gone' && owner?.status === 'RUNNING') return { do: 'wait', for: `app ${name}, which has its turn` };
  // Its own calls are what it comes to follow; whoever ran for this app before made none on any other.
  if (record.database === plan.database && record.appId === plan.appId) return { do: 'take' };
  if (living === undefined) return { do: 'look' };
  if (living.length > 0) return { do: 'wait', for: `calls of app ${name} that outlive it: ${living.join(', ')}` };
  return { do: 'take' };
}

interface Waiting {
  table: StateTable;
  reads: Reads;
  nowMs: number;
  passesLeft: number;
}

/**
 * Takes this app's turn on its warehouse, or finds that it has it: at the begin of every pass, because another one may have
 * taken it while this execution did not run.
 *
 * @throws NotYet while another app has it
 */
export async function takeTurn(seeker: TurnSeeker, { table, reads, nowMs, passesLeft }: Waiting): Promise<void> {
  const { plan, execution } = seeker;
  const key = turnKey(plan.warehouse);
  const record = await table.get(key, turnRecord);
  const foreign = record?.state === 'taken' && record.owner !== execution ? record : undefined;
  const owner = foreign === undefined ? undefined : await executionState(foreign.owner);
  let decision = decideTurn(record, seeker, owner);
  if (decision.do === 'look' && foreign !== undefined) {
    const { warehouse, database, appId } = foreign;
    const living = await livingCalls({ warehouse, database, appIds: [appId], table, reads, nowMs });
    decision = decideTurn(record, seeker, owner, living);
  }
  if (decision.do === 'go on') return;
  if (decision.do !== 'take') {
    const what = decision.do === 'wait' ? decision.for : 'another app';
    throw new NotYet(`${plan.appId}: waiting for ${what} on ${plan.warehouse.name}`, turnGapSeconds(passesLeft));
  }
  const { warehouse, database, appId } = plan;
  const revision = (record?.revision ?? 0) + 1;
  const taken = { v: 1, revision, state: 'taken', owner: execution, warehouse, database, appId, takenAtMs: nowMs };
  await table.put(key, taken satisfies Record<keyof TurnRecord, unknown>);
}

/** Gives the turn back when it is this execution's. */
export async function giveTurnBack(table: StateTable, { plan, execution }: TurnSeeker): Promise<void> {
  const key = turnKey(plan.warehouse);
  const record = await table.get(key, turnRecord);
  if (record?.owner !== execution || record.state === 'free') return;
  await table.put(key, { ...record, revision: record.revision + 1, state: 'free' });
}
