import * as z from 'zod';
import objectsFile from '../../../sql/check/objects.sql';
import type { Reads } from '../redshift/reads';
import type { WarehouseSession } from '../redshift/session';
import { statement } from '../sql/statement';

/** What every app's schema has from 1.1.6 on. Source: awslabs/clickstream-analytics-on-aws, sqls/redshift */
const NEW_OBJECTS = [
  'event_v2',
  'user_v2',
  'item_v2',
  'session',
  'clickstream_log_v2',
  'clickstream_event_base_view',
  'clickstream_event_base_view_sp',
  'refresh_mv_sp_status',
] as const;

/** What moves the data of earlier releases. */
const MIGRATION_OBJECTS = [
  'sp_migrate_data_to_v2',
  'sp_migrate_event_to_v2',
  'sp_migrate_user_to_v2',
  'sp_migrate_item_to_v2',
  'sp_migrate_session_to_v2',
] as const;

const objectRow = z.object({ kind: z.string(), name: z.string(), owner: z.string() });

/** Objects of the new data model that an app's schema lacks. */
export async function missingObjects(
  session: WarehouseSession,
  reads: Reads,
  app: { appId: string; schemaOnly: boolean },
): Promise<string[]> {
  const rows = await reads.rows(session, statement(objectsFile, {}, { schema: app.appId }), objectRow);
  const there = new Set(rows.map(({ name }) => name));
  const needed = app.schemaOnly ? NEW_OBJECTS : [...NEW_OBJECTS, ...MIGRATION_OBJECTS];
  return needed.filter((name) => !there.has(name));
}
