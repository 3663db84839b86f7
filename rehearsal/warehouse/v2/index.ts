/**
 * The v2 side of the rehearsal's warehouse: what the solution's pipeline upgrade creates in an app's schema, for
 * PostgreSQL, with the same observable behaviour and the same failure modes.
 */
import type { Client } from 'pg';
import { baseViewValues } from './base-view-columns';
import { METRICS } from './metrics';
import { readSql, renderSql } from './template';
import { TRAFFIC_VALUES } from './traffic';

export { clearProcedureFaults, plantProcedureFault, PROCEDURE_STEPS, type ProcedureFault } from './faults';
export { METRIC_PROCEDURES, METRICS } from './metrics';
export { setPythonUdfs, type PythonUdfState } from './udfs';

export interface V2SchemaOptions {
  /** App id, lower case. The legacy tables need not be there yet. */
  schema: string;
  /** Database user that creates, and so owns, everything, for example `IAMR:ClickstreamDataApiRole`. Must exist. */
  owner: string;
  /** The LIMIT of one batch of `sp_migrate_event_to_v2`; 100,000,000 upstream, small to rehearse several batches. */
  batchLimit?: number;
}

/** LIMIT in upstream's procedure. Source: Clickstream Analytics on AWS 1.1.6. */
const UPSTREAM_BATCH_LIMIT = 100_000_000;

/** Serialises installations in one database: IF NOT EXISTS of two sessions at once can collide. Any constant will do. */
const INSTALL_LOCK = 7_310_002;

/**
 * Creates what the pipeline upgrade creates: tables, views, the five functions, the five migration procedures, base view
 * and metric procedures; and, once per database, the facilities in schema `rehearsal`. All or nothing.
 * Needs `public.getdate()` in the database.
 *
 * @param client superuser connection in the project's database, outside a transaction
 * @throws RangeError for a schema name that is not a lower-case app id or a batch limit below 1
 * @throws DatabaseError `42P07` when the schema has v2 objects already, `42704` when the owner does not exist
 */
export async function createV2Schema(client: Client, options: V2SchemaOptions): Promise<void> {
  const { schema, owner, batchLimit = UPSTREAM_BATCH_LIMIT } = options;
  if (!Number.isSafeInteger(batchLimit) || batchLimit < 1) throw new RangeError(`Not a batch limit: ${batchLimit}`);
  const baseView = baseViewValues();
  const asOwner = [
    renderSql('log.sql', schema),
    renderSql('tables.sql', schema, { ...TRAFFIC_VALUES, event_columns: readSql('event-columns.sql').trimEnd() }),
    renderSql('udfs.sql', schema),
    renderSql('migrate-event.sql', schema, { ...TRAFFIC_VALUES, batch_limit: String(batchLimit) }),
    renderSql('migrate-user.sql', schema, TRAFFIC_VALUES),
    renderSql('migrate-item.sql', schema),
    renderSql('migrate-session.sql', schema, TRAFFIC_VALUES),
    renderSql('migrate-data.sql', schema),
    renderSql('base-view.sql', schema, baseView),
    renderSql('base-view-sp.sql', schema, baseView),
    ...METRICS.map((metric) => renderMetric(schema, metric)),
  ];
  const owned = client.escapeIdentifier(owner);
  await client.query('begin');
  try {
    await client.query(`select pg_advisory_xact_lock(${INSTALL_LOCK})`);
    await client.query(readSql('faults.sql'));
    await client.query(readSql('python.sql'));
    await client.query(`create schema if not exists ${client.escapeIdentifier(schema)} authorization ${owned}`);
    await client.query(`set local role ${owned}`);
    for (const sql of asOwner) await client.query(sql);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

function renderMetric(schema: string, metric: (typeof METRICS)[number]): string {
  return renderSql('metric.sql', schema, {
    metric: metric.name,
    columns: metric.columns.replaceAll(', ', ',\n  '),
    stamp_column: metric.stamped ? ',\n  update_timestamp timestamp' : '',
    stamp_value: metric.stamped ? ', public.getdate()' : '',
    select: readSql(`metrics/${metric.name}.sql`),
  });
}
