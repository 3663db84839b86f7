import * as z from 'zod';
import histogramFile from '../../sql/inspect/histogram.sql';
import tablesFile from '../../sql/inspect/tables.sql';
import { warehouseSession } from '../shared/clients';
import { dayCount } from '../shared/plan/app-plan';
import type { WarehouseRef } from '../shared/plan/warehouse';
import type { Reads } from '../shared/redshift/reads';
import { maxQueryExecutionSeconds } from '../shared/redshift/workgroup';
import { identifier } from '../shared/sql/identifiers';
import { statement } from '../shared/sql/statement';
import type { FoundProject } from './world';

/** What a project's warehouse tells about its apps. */
export const measurement = z.object({
  projectId: z.string(),
  /** Apps with a legacy event table, and their events from the cutoff on by UTC day. */
  legacy: z.record(z.string(), z.array(dayCount)),
  maxQueryExecutionSeconds: z.number().optional(),
});
export type Measurement = z.infer<typeof measurement>;

const tableRow = z.object({ schema_name: z.string(), table_name: z.string() });
const histogramRow = z.object({ day_ms: z.coerce.number(), events: z.coerce.number() });

/** Reads a project's warehouse; changes nothing. */
export async function measure(
  project: FoundProject & { warehouse: WarehouseRef },
  appIds: readonly string[],
  cutoffMs: number,
  reads: Reads,
  nowMs: number,
): Promise<Measurement> {
  const { projectId, warehouse } = project;
  const session = await warehouseSession(warehouse, projectId, nowMs);
  const tables = await reads.rows(session, statement(tablesFile, {}), tableRow, projectId);
  const legacy: Measurement['legacy'] = {};
  for (const appId of appIds) {
    const schema = appId.toLowerCase();
    if (!tables.some((row) => row.schema_name === schema && row.table_name === 'event')) continue;
    const sql = statement(histogramFile, { schema: identifier(appId) }, { cutoff_ms: cutoffMs });
    const rows = await reads.rows(session, sql, histogramRow, `${projectId} ${appId}`);
    legacy[appId] = rows.map((row) => [row.day_ms, row.events]);
  }
  const seconds = await maxQueryExecutionSeconds(warehouse);
  return { projectId, legacy, ...(seconds === undefined ? {} : { maxQueryExecutionSeconds: seconds }) };
}
