import { tableFingerprints, type FingerprintExclusions, type TableFingerprint } from '../warehouse/truth';
import { schemaOf } from '../world/description';
import type { World } from '../world/world';

export { changedTables } from '../warehouse/truth';

/**
 * What two upgrades of the same world may differ in: when something ran, how often, and ids that the warehouse counts up.
 * Two of the tables are the procedures' own memory, one tells when metrics were refreshed.
 */
const OF_RUNNING: FingerprintExclusions = {
  tables: ['clickstream_log_v2', 'tmp_backfill_trace', 'refresh_mv_sp_status'],
  columns: { '*': ['created_time', 'update_timestamp'] },
  isIdentityLeftOut: true,
  // `backfill_start_time` and `backfill_end_time`; what else it says of a row is compared.
  withoutTimes: ['process_info'],
};

/**
 * Fingerprints of every table of every app, by `project.app.table`, without what differs from run to run. Of a world with a
 * PostgreSQL.
 */
export async function warehouseState(world: World): Promise<Map<string, TableFingerprint>> {
  const all = new Map<string, TableFingerprint>();
  for (const { projectId, appId } of world.apps) {
    const client = await world.postgres.client(projectId);
    for (const [table, fingerprint] of await tableFingerprints(client, schemaOf(appId), OF_RUNNING)) {
      all.set(`${projectId}.${appId}.${table}`, fingerprint);
    }
  }
  return all;
}
