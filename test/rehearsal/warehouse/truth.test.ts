import { generateLegacyData } from '../../../rehearsal/warehouse/generator/legacy-data';
import { createLegacySchema } from '../../../rehearsal/warehouse/legacy/schema';
import { changedTables, migrationTruth, tableFingerprints, TIMES_OF_RUNNING } from '../../../rehearsal/warehouse/truth';
import { openTestDatabase, OWNER, PROJECT, type TestDatabase } from './support/database';

jest.setTimeout(60_000);
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.stop());

/** An app with these legacy events, and these event_ids in event_v2. */
async function app(schema: string, legacy: [id: string | null, ms: number][], migrated?: string[]): Promise<string> {
  const { client } = database;
  await createLegacySchema(client, { schema, owner: OWNER });
  for (const [id, ms] of legacy) {
    await client.query(`INSERT INTO ${schema}.event (event_id, event_timestamp) VALUES ($1, $2)`, [id, ms]);
  }
  if (migrated !== undefined) {
    await client.query(`CREATE TABLE ${schema}.event_v2 (event_id text, created_time timestamp DEFAULT now())`);
    await client.query(`INSERT INTO ${schema}.event_v2 SELECT unnest($1::text[])`, [migrated]);
  }
  return schema;
}

const CUTOFF = 1_000;

describe('what is true of a migration', () => {
  it('is that every event is missing before there is an event_v2', async () => {
    const schema = await app('before', [
      ['a', 1_000],
      ['b', 2_000],
      ['old', 999],
    ]);
    expect(await migrationTruth(database.client, { schema, cutoffMs: CUTOFF })).toEqual({
      legacyEvents: 2,
      migratedEvents: 0,
      missing: 2,
      duplicated: 0,
    });
  });

  it('counts an id that is absent once, however many legacy rows have it, and every row without an id', async () => {
    const schema = await app(
      'missing',
      [
        ['a', 1_000],
        ['a', 1_000],
        ['b', 1_500],
        [null, 1_600],
        [null, 1_700],
      ],
      ['b'],
    );
    expect(await migrationTruth(database.client, { schema, cutoffMs: CUTOFF })).toEqual({
      legacyEvents: 5,
      migratedEvents: 1,
      missing: 3,
      duplicated: 0,
    });
  });

  it('calls a row duplicated only beyond the legacy rows of its id, those before the cutoff included', async () => {
    const schema = await app(
      'twice',
      [
        ['a', 1_000],
        ['a', 500],
        ['b', 1_500],
        ['old', 10],
      ],
      ['a', 'a', 'b', 'b', 'b', 'old', 'old', 'new pipeline', 'new pipeline'],
    );
    expect(await migrationTruth(database.client, { schema, cutoffMs: CUTOFF })).toEqual({
      legacyEvents: 2,
      migratedEvents: 5,
      missing: 0,
      duplicated: 2,
    });
  });

  it('is all zero where no event is due', async () => {
    const schema = await app('nothing', [['old', 10]], []);
    expect(await migrationTruth(database.client, { schema, cutoffMs: CUTOFF })).toEqual({
      legacyEvents: 0,
      migratedEvents: 0,
      missing: 0,
      duplicated: 0,
    });
  });
});

describe('fingerprints of the tables', () => {
  it('tell every change of content, and no change of order', async () => {
    const { client } = database;
    const schema = await app(
      'prints',
      [
        ['a', 1],
        ['b', 2],
      ],
      ['x', 'y'],
    );
    const before = await tableFingerprints(client, schema);

    await client.query('TRUNCATE prints.event');
    await client.query(`INSERT INTO prints.event (event_id, event_timestamp) VALUES ('b', 2), ('a', 1)`);
    expect(changedTables(before, await tableFingerprints(client, schema))).toEqual([]);

    await client.query(`UPDATE prints.event SET device = '{"carrier": null}' WHERE event_id = 'a'`);
    await client.query('CREATE TABLE prints.extra ()');
    expect(changedTables(before, await tableFingerprints(client, schema))).toEqual(['event', 'extra']);
    expect(before.get('event_v2')?.rows).toBe(2);
  });

  it('leave out the columns and tables they are told to', async () => {
    const { client } = database;
    const schema = await app('times', [], ['x']);
    const before = await tableFingerprints(client, schema, TIMES_OF_RUNNING);
    const everything = await tableFingerprints(client, schema);

    await client.query(`UPDATE times.event_v2 SET created_time = '2001-01-01'`);

    expect(changedTables(before, await tableFingerprints(client, schema, TIMES_OF_RUNNING))).toEqual([]);
    expect(changedTables(everything, await tableFingerprints(client, schema))).toEqual(['event_v2']);
    expect(changedTables(everything, await tableFingerprints(client, schema, { tables: ['event_v2'] }))).toEqual([
      'event_v2',
    ]);
  });

  it('refuse a schema that is not there, which would be equal to anything empty', async () => {
    await expect(tableFingerprints(database.client, 'nowhere')).rejects.toThrow('No schema nowhere');
  });

  it('cover generated data in full', async () => {
    await createLegacySchema(database.client, { schema: 'full', owner: OWNER });
    await generateLegacyData(database.client, {
      schema: 'full',
      projectId: PROJECT,
      seed: 3,
      events: 300,
      endMs: Date.UTC(2026, 0, 1),
      days: 30,
    });
    const prints = await tableFingerprints(database.client, 'full');
    expect(prints.get('event')?.rows).toBe(300);
    expect([...prints.keys()].sort()).toEqual([
      'clickstream_log',
      'event',
      'event_parameter',
      'item',
      'item_m_view',
      'user',
      'user_m_view',
    ]);
  });
});
