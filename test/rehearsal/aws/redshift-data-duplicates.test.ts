import { Client } from 'pg';
import { RedshiftDataService } from '../../../rehearsal/aws/redshift-data';
import { VirtualClock } from '../../../rehearsal/clock';
import { generateLegacyData } from '../../../rehearsal/warehouse/generator/legacy-data';
import { createLegacySchema } from '../../../rehearsal/warehouse/legacy/schema';
import { createProjectDatabase } from '../../../rehearsal/warehouse/postgres/project-database';
import { type PostgresServer, startPostgres } from '../../../rehearsal/warehouse/postgres/server';
import { PostgresWarehouse } from '../../../rehearsal/warehouse/postgres/statements';
import { createV2Schema } from '../../../rehearsal/warehouse/v2';

const OWNER = 'IAMR:DataApi';
const START_MS = Date.UTC(2026, 0, 15, 12);
const DAYS = 10;

let server: PostgresServer;
let clock: VirtualClock;
let warehouse: PostgresWarehouse;
let service: RedshiftDataService;
let client: Client;

beforeAll(async () => {
  server = await startPostgres();
  await createProjectDatabase(server, { database: 'shop', owner: OWNER });
  client = new Client({ connectionString: server.url('shop') });
  await client.connect();
  await createLegacySchema(client, { schema: 'app1', owner: OWNER });
  await generateLegacyData(client, {
    schema: 'app1',
    projectId: 'shop',
    seed: 1,
    events: 2_000,
    endMs: START_MS - 3_600_000,
    days: DAYS,
    olderDays: { from: 20, to: 30 },
  });
  await client.query('REFRESH MATERIALIZED VIEW app1.user_m_view');
  await createV2Schema(client, { schema: 'app1', owner: OWNER });
  clock = new VirtualClock(START_MS);
  warehouse = new PostgresWarehouse({ server, clock });
  service = new RedshiftDataService({ clock });
  service.targets.add({
    region: 'eu-west-1',
    accountId: '111122223333',
    kind: 'workgroup',
    name: 'wg',
    warehouse,
    evidence: warehouse,
  });
}, 120_000);

afterAll(async () => {
  await warehouse.close();
  clock.close();
  await client.end();
  await server.stop();
});

/** Submits a statement, waits for its end, and gives the reason for which the journal calls it a duplicate. */
async function duplicate(sql: string, parameters?: { name: string; value: string }[]): Promise<string | undefined> {
  const before = service.journal.calls.length;
  const caller = {
    accountId: '111122223333',
    roleArn: 'arn:aws:iam::111122223333:role/DataApi',
    sessionName: 's',
    accessKeyId: 'AKIA',
  };
  const release = clock.hold();
  const call = (operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>> =>
    service.handle({ service: 'redshift-data', operation, region: 'eu-west-1', input, caller });
  try {
    const { Id: id } = await call('ExecuteStatement', {
      Sql: sql,
      Database: 'shop',
      WorkgroupName: 'wg',
      ...(parameters === undefined ? {} : { Parameters: parameters }),
    });
    const end = await call('DescribeStatement', { Id: id, WaitTimeSeconds: 30 });
    if (end['Status'] !== 'FINISHED') throw new Error(String(end['Error']));
  } finally {
    release();
  }
  const [entry] = service.journal.calls.slice(before);
  if (entry === undefined) throw new Error('The journal did not see a call');
  return entry.duplicate;
}

/** One migration from empty to done: every call is judged on what the ones before it left. */
it('knows from the warehouse alone which call had nothing left to do', async () => {
  const events = (days: number): string => `/* x */ CALL "app1".sp_migrate_event_to_v2(${days})`;
  const items = (days: number): string => `CALL "app1".sp_migrate_item_to_v2(${days})`;
  const users = 'CALL "app1".sp_migrate_user_to_v2()';
  const sessions = 'CALL "app1".sp_migrate_session_to_v2()';
  const everything = 'CALL "app1".sp_migrate_data_to_v2(:days)';
  const day = `CALL "app1".clickstream_event_base_view_sp(TIMESTAMP '2026-01-10', TIMESTAMP '2026-01-11', 1)`;

  // A window that grows: the wider one has work to do, the same one again has not.
  expect(await duplicate(events(5))).toBeUndefined();
  expect(await duplicate(events(5))).toMatch(/every event/);
  expect(await duplicate(events(DAYS + 1))).toBeUndefined();

  expect(await duplicate(users)).toBeUndefined();
  expect(await duplicate(users)).toMatch(/users are migrated/);

  // The call that moves items does not prove itself; the empty one after it does, for its window and smaller ones.
  expect(await duplicate(items(5))).toBeUndefined();
  expect(await duplicate(items(5))).toBeUndefined();
  expect(await duplicate(items(5))).toMatch(/items of the window/);
  expect(await duplicate(items(DAYS + 1))).toBeUndefined();

  expect(await duplicate(sessions)).toBeUndefined();
  expect(await duplicate(sessions)).toMatch(/sessions are migrated/);

  expect(await duplicate(day)).toBeUndefined();
  expect(await duplicate(day)).toMatch(/range is refreshed/);
  expect(await duplicate(day.replace('2026-01-11', '2026-01-12'))).toBeUndefined();
  expect(await duplicate('CALL "app1".clickstream_event_base_view_sp(NULL, NULL, 24)')).toBeUndefined();

  // A batch left open by an interrupted call is work to do.
  await client.query(`INSERT INTO app1.tmp_backfill_trace VALUES (0, 1, now(), 1, 'start', null)`);
  expect(await duplicate(events(5))).toBeUndefined();
  await client.query(`UPDATE app1.tmp_backfill_trace SET status = 'done'`);

  // An event that went missing, and the events done-line of the call that brings it back, outdate what came after.
  await client.query(
    'DELETE FROM app1.event_v2 WHERE event_id IN (SELECT event_id FROM app1.event_v2 ORDER BY 1 LIMIT 1)',
  );
  await clock.sleep(2_000);
  expect(await duplicate(events(DAYS + 1))).toBeUndefined();
  await clock.sleep(2_000);
  expect(await duplicate(users)).toBeUndefined();
  expect(await duplicate(sessions)).toBeUndefined();
  expect(await duplicate(day)).toBeUndefined();

  await duplicate(items(DAYS + 1));
  await duplicate(items(DAYS + 1));
  expect(await duplicate(everything, [{ name: 'days', value: '5' }])).toMatch(/events, users, items and sessions/);
}, 60_000);
