import type * as z from 'zod';
import type { StepAnswer, StepFacts, StepRequest } from '../shared/contract';
import { assertNever } from '../shared/errors';
import type { Plan } from '../shared/plan/plan';
import { readPlan } from '../shared/plan/store';
import { warehouseKey, type WarehouseRef } from '../shared/plan/warehouse';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import { backupFailed, type Backup } from './backup';
import type { environment, progress, target } from './schema';
import { tableBackup } from './tables';
import { KEPT_DAYS, warehouseBackup } from './warehouses';

type Progress = z.infer<typeof progress>;
type Answer = StepAnswer<Progress, Record<string, never>>;

export type BackupAction =
  | { do: 'done' }
  | { do: 'fail'; failures: { what: string; why: string }[] }
  | { do: 'make'; backup: Backup }
  | { do: 'wait'; left: number };

/** Pure: everything is begun, one a pass, before anything is waited for. */
export function decide(backups: readonly Backup[]): BackupAction {
  const failures = backups.flatMap(({ what, state }) => (state.is === 'failed' ? [{ what, why: state.why }] : []));
  if (failures.length > 0) return { do: 'fail', failures };
  const missing = backups.find(({ state }) => state.is === 'missing');
  if (missing !== undefined) return { do: 'make', backup: missing };
  const left = backups.filter(({ state }) => state.is === 'under way').length;
  return left > 0 ? { do: 'wait', left } : { do: 'done' };
}

/** Why nothing is backed up; undefined when something will be changed. */
export function skipReason(plan: Plan): string | undefined {
  const works = plan.projects.some(({ decision }) => decision === 'work');
  return works || plan.console.decision === 'upgrade' ? undefined : 'nothing will be changed';
}

/** Warehouses of the projects that are worked on, each once: projects may share one. */
export function warehousesOf(plan: Plan): WarehouseRef[] {
  const found = new Map<string, WarehouseRef>();
  for (const { decision, warehouse } of plan.projects) {
    if (decision === 'work' && warehouse !== undefined) found.set(warehouseKey(warehouse), warehouse);
  }
  return [...found.values()];
}

const NEXT_SECONDS = 2;
const BUSY_SECONDS = 30;
/** A snapshot takes minutes. */
const UNDER_WAY_SECONDS = 60;

/**
 * One pass of *Back up*: on-demand backups of the console's tables, and for each warehouse a snapshot or a recovery point
 * that is known. The console keeps its tables with the stack: one that is replaced would take them along.
 * Source: awslabs/clickstream-analytics-on-aws, click-stream-api.ts (removal policy of the tables)
 */
export async function converge(
  request: StepRequest<z.infer<typeof target>, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<Answer> {
  const plan = await readPlan(tools.environment.PLAN_BUCKET, request.root.plan);
  const skipped = skipReason(plan);
  if (skipped !== undefined) return { status: 'DONE', result: {}, summary: `skipped: ${skipped}` };
  const backups = await observe(plan, request.root.id, request.now);
  const action = decide(backups);
  switch (action.do) {
    case 'done':
      return { status: 'DONE', result: {}, summary: doneText(backups), facts: factsOf(backups) };
    case 'fail':
      throw backupFailed(action.failures);
    case 'make': {
      const { what, make } = action.backup;
      const busy = (await make()) === 'busy';
      return {
        status: 'IN_PROGRESS',
        waitSeconds: busy ? BUSY_SECONDS : NEXT_SECONDS,
        summary: busy ? `${what} is busy with something else; its backup is tried again` : `backup of ${what} begun`,
      };
    }
    case 'wait':
      return {
        status: 'IN_PROGRESS',
        waitSeconds: UNDER_WAY_SECONDS,
        summary: `${String(action.left)} of ${manyText(backups.length, 'backup')} still under way`,
      };
    default:
      return assertNever(action);
  }
}

async function observe(plan: Plan, rootId: string, nowMs: number): Promise<Backup[]> {
  const { region, tables } = plan.console;
  return Promise.all([
    ...tables.map((table) => tableBackup(region, table, rootId)),
    ...warehousesOf(plan).map((warehouse) => warehouseBackup(warehouse, rootId, nowMs)),
  ]);
}

/** What a person restores from, by what was backed up. */
function factsOf(backups: readonly Backup[]): StepFacts {
  return Object.fromEntries(
    backups.flatMap(({ what, state }) => (state.is === 'there' ? [[`${state.kind} of ${what}`, state.id]] : [])),
  );
}

function doneText(backups: readonly Backup[]): string {
  const counted = (kind: string, one: string, many: string, kept: string): string[] => {
    const found = backups.filter(({ state }) => state.is === 'there' && state.kind === kind).length;
    return found === 0 ? [] : [`${String(found)} ${found === 1 ? one : many} (${kept})`];
  };
  const told = [
    ...counted('backup', 'table backed up', 'tables backed up', 'kept until somebody deletes them'),
    ...counted('snapshot', 'snapshot made', 'snapshots made', `kept for ${String(KEPT_DAYS)} days`),
    ...counted(
      'recovery point',
      'warehouse has a recovery point of the last hour',
      'warehouses have a recovery point of the last hour',
      'kept for a day',
    ),
  ];
  return told.length === 0 ? 'there is nothing to back up' : told.join(', ');
}
