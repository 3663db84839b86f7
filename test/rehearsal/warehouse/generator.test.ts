import { dataFaults, plantDataFault } from '../../../rehearsal/warehouse/generator/data-faults';
import { generateLegacyData } from '../../../rehearsal/warehouse/generator/legacy-data';
import { newPipelineRows } from '../../../rehearsal/warehouse/generator/pipeline-rows';
import { createLegacySchema } from '../../../rehearsal/warehouse/legacy/schema';
import { changedTables, tableFingerprints } from '../../../rehearsal/warehouse/truth';
import { createV2Schema } from '../../../rehearsal/warehouse/v2/index';
import { column, number, openTestDatabase, OWNER, PROJECT, type TestDatabase } from './support/database';

jest.setTimeout(120_000);
const DAY_MS = 86_400_000;
const END_MS = Date.UTC(2026, 5, 15, 12);
const EVENTS = 12_000;
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await makeApp('app1', { events: EVENTS });
});
afterAll(() => database.stop());

async function makeApp(
  schema: string,
  options: { events: number; seed?: number; userView?: 'fresh' | 'stale'; olderDays?: null },
): Promise<void> {
  await createLegacySchema(database.client, { schema, owner: OWNER });
  await generateLegacyData(database.client, {
    schema,
    projectId: PROJECT,
    seed: 7,
    endMs: END_MS,
    days: 30,
    ...options,
  });
}

const count = (condition: string): Promise<number> =>
  number(database.client, `SELECT count(*) FROM app1.event e WHERE ${condition}`);

describe('the generated legacy data', () => {
  it('has exactly the events asked for, one in a hundred a second copy', async () => {
    expect(await count('true')).toBe(EVENTS);
    expect(await number(database.client, 'SELECT count(DISTINCT event_id) FROM app1.event')).toBe(EVENTS * 0.99);
  });

  it('lies in the window and, about one in twelve, out of its reach; nothing is newer than the end', async () => {
    const older = await count(`event_timestamp < ${END_MS - 34 * DAY_MS}`);
    expect(await count(`event_timestamp >= ${END_MS} OR event_timestamp < ${END_MS - 61 * DAY_MS}`)).toBe(0);
    expect(await count(`event_timestamp BETWEEN ${END_MS - 34 * DAY_MS} AND ${END_MS - 32 * DAY_MS}`)).toBe(0);
    expect(older / EVENTS).toBeGreaterThan(0.05);
    expect(older / EVENTS).toBeLessThan(0.11);
    expect(
      await number(
        database.client,
        `SELECT count(DISTINCT event_date) FROM app1.event WHERE event_timestamp >= ${END_MS - 30 * DAY_MS}`,
      ),
    ).toBe(31);
  });

  it('comes from web, Android, iOS and an unnamed platform that has page URLs', async () => {
    expect(await column(database.client, 'SELECT DISTINCT platform FROM app1.event ORDER BY 1')).toEqual([
      'Android',
      'Web',
      'iOS',
      null,
    ]);
    expect(
      await number(
        database.client,
        `SELECT count(*) FROM app1.event JOIN app1.event_parameter USING (event_id)
         WHERE platform IS NULL AND event_param_key = '_page_url'`,
      ),
    ).toBeGreaterThan(0);
  });

  it('has sessions that cross midnight and number on from 1 for each user', async () => {
    const sessions = `(SELECT event_param_string_value AS id, min(event_timestamp) AS first, max(event_timestamp) AS last
      FROM app1.event_parameter WHERE event_param_key = '_session_id' GROUP BY 1) s`;
    expect(
      await number(database.client, `SELECT count(*) FROM ${sessions} WHERE first / ${DAY_MS} <> last / ${DAY_MS}`),
    ).toBeGreaterThan(0);
    expect(
      await number(
        database.client,
        `SELECT count(*) FROM (
           SELECT user_pseudo_id, max(event_param_int_value) - count(DISTINCT event_param_int_value) AS gap
           FROM app1.event JOIN app1.event_parameter p USING (event_id)
           WHERE event_param_key = '_session_number' GROUP BY 1) u WHERE gap <> 0`,
      ),
    ).toBe(0);
  });

  it('gives every event its session, every parameter one typed value, and about six parameters an event', async () => {
    const parameters = await number(database.client, 'SELECT count(*) FROM app1.event_parameter');
    expect(parameters / EVENTS).toBeGreaterThan(5);
    expect(parameters / EVENTS).toBeLessThan(8);
    expect(
      await number(
        database.client,
        `SELECT count(*) FROM app1.event_parameter
         WHERE num_nonnulls(event_param_int_value, event_param_double_value, event_param_string_value) <> 1
            OR event_param_float_value IS NOT NULL`,
      ),
    ).toBe(0);
    expect(
      await count(
        `NOT EXISTS (SELECT FROM app1.event_parameter p WHERE p.event_id = e.event_id AND event_param_key = '_session_id')`,
      ),
    ).toBe(0);
  });

  it.each([
    ['a campaign', `event_param_string_value LIKE '%utm_source=%'`],
    ['a Google advertisement', `event_param_string_value LIKE '%gclid=%'`],
    ['text outside ASCII', `event_param_key = '_page_title' AND event_param_string_value = '衬衫'`],
    ['a custom double', `event_param_key = 'cart_value' AND event_param_double_value IS NOT NULL`],
    ['a custom int', `event_param_key = 'quantity' AND event_param_int_value IS NOT NULL`],
    [
      'a custom boolean, as a string',
      `event_param_key = 'is_member' AND event_param_string_value IN ('true', 'false')`,
    ],
  ])('has %s among its parameters', async (_, condition) => {
    expect(
      await number(database.client, `SELECT count(*) FROM app1.event_parameter WHERE ${condition}`),
    ).toBeGreaterThan(0);
  });

  it('gives about half of the purchases an item row of exactly their time', async () => {
    const purchases = await count(`event_name = 'purchase' AND jsonb_array_length(items) >= 1`);
    const matched = await count(
      `event_name = 'purchase' AND EXISTS (
         SELECT FROM app1.item i, jsonb_array_elements(e.items) bought
         WHERE i.id = bought ->> 'id' AND i.event_timestamp = e.event_timestamp)`,
    );
    expect(purchases).toBe(await count(`event_name = 'purchase'`));
    expect(matched / purchases).toBeGreaterThan(0.3);
    expect(matched / purchases).toBeLessThan(0.7);
  });

  it('has one to three rows a user, none for some users with events, and users that share a second', async () => {
    const { client } = database;
    expect(
      await column(client, `SELECT DISTINCT count(*)::int FROM app1."user" GROUP BY user_pseudo_id ORDER BY 1`),
    ).toEqual([1, 2, 3]);
    expect(
      await number(
        client,
        `SELECT count(DISTINCT user_pseudo_id) FROM app1.event WHERE user_pseudo_id NOT IN (SELECT user_pseudo_id FROM app1."user")`,
      ),
    ).toBeGreaterThan(0);
    expect(
      await number(
        client,
        `SELECT count(*) FROM (SELECT event_timestamp / 1000 FROM app1.user_m_view
         GROUP BY 1 HAVING count(DISTINCT user_pseudo_id) > 1) shared`,
      ),
    ).toBeGreaterThan(0);
  });

  it('is the same for the same seed, size and end, and another for another seed or app', async () => {
    const { client } = database;
    const fingerprint = (): ReturnType<typeof tableFingerprints> => tableFingerprints(client, 'twin');
    const again = async (options: { seed: number; events: number }): ReturnType<typeof tableFingerprints> => {
      await client.query('DROP SCHEMA IF EXISTS twin CASCADE');
      await makeApp('twin', options);
      return fingerprint();
    };
    const first = await again({ seed: 1, events: 1_000 });

    expect(changedTables(first, await again({ seed: 1, events: 1_000 }))).toEqual([]);
    expect(changedTables(first, await again({ seed: 2, events: 1_000 }))).toContain('event');
    expect(await number(client, 'SELECT count(*) FROM app1.event a JOIN twin.event t USING (event_id)')).toBe(0);
  });

  it('can leave user_m_view behind its table', async () => {
    await makeApp('stale', { events: 500, userView: 'stale', olderDays: null });
    expect(await number(database.client, 'SELECT count(*) FROM stale.user_m_view')).toBe(0);
    expect(await number(database.client, 'SELECT count(*) FROM stale."user"')).toBeGreaterThan(0);
    expect(
      await number(database.client, `SELECT count(*) FROM stale.event WHERE event_timestamp < ${END_MS - 31 * DAY_MS}`),
    ).toBe(0);
  });

  it('refuses fewer events than make a picture', async () => {
    await expect(
      generateLegacyData(database.client, {
        schema: 'app1',
        projectId: PROJECT,
        seed: 1,
        events: 5,
        endMs: END_MS,
        days: 30,
      }),
    ).rejects.toThrow('At least 100 events');
  });
});

describe('the rows of the new pipeline', () => {
  it('are events of the days given, each with its session and its user, some of whom the legacy tables know', async () => {
    const { client } = database;
    await createV2Schema(client, { schema: 'app1', owner: OWNER });

    await newPipelineRows(client, {
      schema: 'app1',
      projectId: PROJECT,
      seed: 7,
      events: 500,
      fromMs: END_MS,
      toMs: END_MS + 2 * DAY_MS,
    });

    expect(await number(client, 'SELECT count(*) FROM app1.event_v2')).toBe(500);
    expect(
      await number(
        client,
        `SELECT count(*) FROM app1.event_v2 WHERE event_time_msec NOT BETWEEN ${END_MS} AND ${END_MS + 2 * DAY_MS}
         OR process_info IS NOT NULL OR event_timestamp <> to_timestamp(event_time_msec / 1000) AT TIME ZONE 'utc'`,
      ),
    ).toBe(0);
    for (const [table, key] of [
      ['session', 'user_pseudo_id, session_id'],
      ['user_v2', 'user_pseudo_id'],
    ] as const) {
      expect(await number(client, `SELECT count(*) FROM app1.${table}`)).toBe(
        await number(client, `SELECT count(*) FROM (SELECT DISTINCT ${key} FROM app1.event_v2) k`),
      );
    }
    const known = await number(
      client,
      'SELECT count(*) FROM app1.user_v2 WHERE user_pseudo_id IN (SELECT user_pseudo_id FROM app1.user_m_view)',
    );
    expect(known).toBeGreaterThan(0);
    expect(known).toBeLessThan(await number(client, 'SELECT count(*) FROM app1.user_v2'));
    expect(await number(client, 'SELECT count(*) FROM app1.event JOIN app1.event_v2 USING (event_id)')).toBe(0);
  });
});

describe('faults in the data', () => {
  const breaking = dataFaults().filter((fault) => fault !== 'trace-left-at-start');
  it.each(breaking)('%s makes the migration of events fail or never end, until it is repaired', async (fault) => {
    const { client } = database;
    await makeIll();
    const healthy = await tableFingerprints(client, 'ill');

    const planted = await plantDataFault(client, { schema: 'ill', fault });
    const changed = changedTables(healthy, await tableFingerprints(client, 'ill'));
    await createV2Schema(client, { schema: 'ill', owner: OWNER });
    await client.query(`SET rehearsal.clock_offset_ms = ${END_MS - Date.now()}`);
    await client.query(`SET ROLE "${OWNER}"`);
    await client.query('CALL ill.sp_migrate_event_to_v2(70)');
    await client.query('CALL ill.sp_migrate_event_to_v2(70)');
    await client.query('RESET ROLE');
    const done = await number(
      client,
      `SELECT count(*) FROM ill.clickstream_log_v2 WHERE log_msg = 'backfill event_v2 is done'`,
    );
    await planted.repair(client);

    expect(changed).toHaveLength(1);
    expect(done).toBe(0);
    expect(await number(client, 'SELECT count(*) FROM ill.event WHERE event_id = $1', [planted.eventId])).toBe(1);
    expect(changedTables(healthy, await tableFingerprints(client, 'ill')).filter((name) => healthy.has(name))).toEqual(
      [],
    );
  });

  it('trace-left-at-start makes the next call do the range of an interrupted one', async () => {
    const { client } = database;
    await makeIll();
    const planted = await plantDataFault(client, { schema: 'ill', fault: 'trace-left-at-start' });
    await createV2Schema(client, { schema: 'ill', owner: OWNER });
    await client.query(`SET ROLE "${OWNER}"`);
    await client.query('CALL ill.sp_migrate_event_to_v2(70)');
    await client.query('RESET ROLE');

    expect(await column(client, `SELECT status FROM ill.tmp_backfill_trace`)).toEqual(['done']);
    expect(await number(client, 'SELECT count(*) FROM ill.event_v2')).toBe(
      await number(client, `SELECT row_count FROM ill.tmp_backfill_trace`),
    );
    expect(await number(client, 'SELECT count(*) FROM ill.event_v2 WHERE event_id = $1', [planted.eventId])).toBe(1);
  });

  async function makeIll(): Promise<void> {
    await database.client.query('DROP SCHEMA IF EXISTS ill CASCADE');
    await makeApp('ill', { events: 1_000 });
  }
});
