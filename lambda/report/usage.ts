import * as z from 'zod';
import usageFile from '../../sql/report/usage.sql';
import { warehouseSession } from '../shared/clients';
import { ErrorCode, UpgradeError } from '../shared/errors';
import type { Plan, PlannedProject } from '../shared/plan/plan';
import { warehouseKey, type WarehouseRef } from '../shared/plan/warehouse';
import { StillReading, type Reads } from '../shared/redshift/reads';
import { statement } from '../shared/sql/statement';
import { spanOf, type Gathered } from './gather';
import type { UnknownCost, Usage, WarehouseCost } from './report-document';

/** Dollars an RPU-hour, cheapest and dearest region outside China. Source: Amazon Redshift pricing, serverless */
const USD_AN_RPU_HOUR = { low: 0.36, high: 0.5 };

type OnWarehouse = PlannedProject & { warehouse: WarehouseRef };

function projectsByWarehouse(plan: Plan): Map<string, OnWarehouse[]> {
  const found = new Map<string, OnWarehouse[]>();
  for (const { warehouse, ...project } of plan.projects) {
    if (warehouse === undefined || project.decision === 'skip') continue;
    const key = warehouseKey(warehouse);
    found.set(key, [...(found.get(key) ?? []), { ...project, warehouse }]);
  }
  return found;
}

/** When the apps of each warehouse were worked on; a warehouse on which nothing was done is left out. */
export function usagesToMeasure(plan: Plan, gathered: Gathered): Usage[] {
  return [...projectsByWarehouse(plan).values()].flatMap((projects) => {
    const [first] = projects;
    const span = spanOf(recordsOn(projects, gathered));
    if (first?.warehouse.kind !== 'serverless' || span === undefined) return [];
    return [{ projectId: first.projectId, ...span }];
  });
}

function recordsOn(projects: readonly OnWarehouse[], gathered: Gathered): Parameters<typeof spanOf>[0] {
  const ids = new Set(projects.map(({ projectId }) => projectId));
  return gathered.projects
    .filter(({ project }) => ids.has(project.projectId))
    .flatMap(({ apps }) => apps.flatMap(({ records }) => [...records.values()]));
}

const usageRow = z.object({ charged_seconds: z.coerce.number().nullable(), minutes: z.coerce.number() });

/**
 * Asks a warehouse what it charged. Not to know it is an answer too: a report does not fail for its cost.
 *
 * @throws StillReading while the warehouse has not answered
 */
export async function measure(plan: Plan, asked: Usage, reads: Reads, nowMs: number): Promise<Usage> {
  const project = plan.projects.find(({ projectId }) => projectId === asked.projectId);
  if (project?.warehouse === undefined) return { ...asked, unknown: 'unreadable' };
  try {
    const session = await warehouseSession(project.warehouse, project.projectId, nowMs);
    const span = { from_ms: Math.floor(asked.fromMs / MINUTE_MS) * MINUTE_MS, to_ms: asked.toMs };
    const [row] = await reads.rows(session, statement(usageFile, {}, span), usageRow, asked.projectId);
    // A view that shows nothing of a time in which statements ran does not say that they were free.
    return row?.charged_seconds === null || row === undefined
      ? { ...asked, unknown: 'nothing recorded' }
      : { ...asked, rpuSeconds: row.charged_seconds };
  } catch (error) {
    if (error instanceof StillReading) throw error;
    return { ...asked, unknown: reasonOf(error) };
  }
}

/** Rows of the view are of whole minutes. */
const MINUTE_MS = 60_000;

/** Redshift's wording of a missing privilege. Source: PostgreSQL, aclcheck_error, which Redshift has kept. */
function reasonOf(error: unknown): UnknownCost {
  const refused = error instanceof UpgradeError && error.report.code === ErrorCode.StatementFailed;
  return refused && /permission denied/i.test(error.report.why) ? 'forbidden' : 'unreadable';
}

/** What every warehouse cost, as far as it is known. */
export function warehouseCosts(plan: Plan, usages: readonly Usage[]): WarehouseCost[] {
  return [...projectsByWarehouse(plan).values()].flatMap((projects) => {
    const [first] = projects;
    if (first === undefined) return [];
    const { kind, region, name } = first.warehouse;
    const common = { region, name, projects: projects.map(({ projectId }) => projectId) };
    if (kind === 'provisioned') return [{ ...common, unknown: 'provisioned' as const }];
    const found = usages.find(({ projectId }) => projectId === first.projectId);
    return found === undefined ? [] : [{ ...common, ...measured(found, region) }];
  });
}

function measured({ fromMs, toMs, rpuSeconds, unknown }: Usage, region: string): Partial<WarehouseCost> {
  const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  if (rpuSeconds === undefined) return { ...span, unknown: unknown ?? 'no answer' };
  const rpuHours = rpuSeconds / 3_600;
  const cents = (value: number): number => Math.round(value * 100) / 100;
  const usd = { low: cents(rpuHours * USD_AN_RPU_HOUR.low), high: cents(rpuHours * USD_AN_RPU_HOUR.high) };
  return { ...span, rpuHours: Number(rpuHours.toFixed(4)), ...(region.startsWith('cn-') ? {} : { usd }) };
}
