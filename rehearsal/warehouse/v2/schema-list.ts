import { baseViewValues } from './base-view-columns';
import { METRICS } from './metrics';
import { pythonFunction, PYTHON_FUNCTIONS } from './python-functions';
import { readSql, renderSql, withoutHeader } from './template';
import { TRAFFIC_VALUES } from './traffic';

export interface SchemaListOptions {
  /** App id, lower case. */
  schema: string;
  /** The LIMIT of one batch of `sp_migrate_event_to_v2`; 100,000,000 upstream, small to rehearse several batches. */
  batchLimit?: number;
}

/** LIMIT in upstream's procedure. Source: Clickstream Analytics on AWS 1.1.6. */
const UPSTREAM_BATCH_LIMIT = 100_000_000;

/**
 * The statements by which the pipeline upgrade makes an app's schema, in upstream's order where it matters: schema, tables,
 * the scan with its own Python function (7), what reports are made of, the five Python functions of the migration
 * (17 to 21), its procedures, and the metrics. Each can be run again. In PostgreSQL's dialect, but for the functions in Python.
 * Source: Clickstream Analytics on AWS 1.2, sql-def.ts and create-schemas.ts
 *
 * @throws RangeError for a schema name that is not a lower-case app id or a batch limit below 1
 */
export function schemaList({ schema, batchLimit = UPSTREAM_BATCH_LIMIT }: SchemaListOptions): string[] {
  if (!Number.isSafeInteger(batchLimit) || batchLimit < 1) throw new RangeError(`Not a batch limit: ${batchLimit}`);
  const { convert_json_list: ofScan, ...ofMigration } = PYTHON_FUNCTIONS;
  const baseView = baseViewValues();
  const plain = (...names: string[]): string[] => names.map((name) => renderSql(`${name}.sql`, schema, TRAFFIC_VALUES));
  return [
    ...plain('create-schema', 'clickstream-log-v2', 'refresh-mv-sp-status'),
    renderSql('event-v2.sql', schema, { ...TRAFFIC_VALUES, event_columns: readSql('event-columns.sql').trimEnd() }),
    ...plain('item-v2', 'session', 'user-v2'),
    // One object with two statements, as upstream has it.
    pythonFunction(schema, 'convert_json_list', ofScan) +
      '\n' +
      withoutHeader(renderSql('sp-scan-metadata.sql', schema)),
    ...plain('sp-clickstream-log', 'sp-clickstream-log-non-atomic', 'sp-clear-expired-data'),
    renderSql('clickstream-event-base-view.sql', schema, baseView),
    renderSql('clickstream-event-base-view-sp.sql', schema, baseView),
    ...plain(
      'clickstream-event-view-v3',
      'clickstream-acquisition-intra-day-user-mv',
      'clickstream-lifecycle-view-v2',
      'clickstream-retention-base-view',
    ),
    ...Object.entries(ofMigration).map(([name, parameters]) => pythonFunction(schema, name, parameters)),
    renderSql('sp-migrate-event.sql', schema, { ...TRAFFIC_VALUES, batch_limit: String(batchLimit) }),
    ...plain('sp-migrate-user', 'sp-migrate-item', 'sp-migrate-session', 'sp-migrate-data'),
    ...METRICS.flatMap((metric) => metricStatements(schema, metric)),
  ].map(withoutHeader);
}

function metricStatements(schema: string, metric: (typeof METRICS)[number]): string[] {
  const values = {
    metric: metric.name,
    columns: metric.columns.replaceAll(', ', ',\n  '),
    stamp_column: metric.stamped ? ',\n  update_timestamp timestamp' : '',
    stamp_value: metric.stamped ? ', public.getdate()' : '',
    select: readSql(`metrics/${metric.name}.sql`),
  };
  return [renderSql('metric.sql', schema, values), renderSql('metric-sp.sql', schema, values)];
}
