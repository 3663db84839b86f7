import { createLegacySchema } from '../../../rehearsal/warehouse/legacy/schema';
import { column, number, openTestDatabase, OWNER, type TestDatabase } from './support/database';

jest.setTimeout(60_000);
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await createLegacySchema(database.client, { schema: 'app1', owner: OWNER });
});
afterAll(() => database.stop());

describe('the legacy schema of an app', () => {
  it('has the tables and materialized views of 1.1.5 and belongs to the database user with all that is in it', async () => {
    const names = await column(
      database.client,
      `SELECT relkind::text || ' ' || relname FROM pg_class WHERE relnamespace = 'app1'::regnamespace AND relkind IN ('r', 'm') ORDER BY 1`,
    );
    const owners = await column(
      database.client,
      `SELECT relowner::regrole::text FROM pg_class WHERE relnamespace = 'app1'::regnamespace
       UNION SELECT proowner::regrole::text FROM pg_proc WHERE pronamespace = 'app1'::regnamespace
       UNION SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'app1'`,
    );

    expect(names).toEqual([
      'm item_m_view',
      'm user_m_view',
      'r clickstream_log',
      'r event',
      'r event_parameter',
      'r item',
      'r user',
    ]);
    expect(owners).toEqual([`"${OWNER}"`]);
  });

  it('keeps the newest row of each user in user_m_view, as of its last refresh', async () => {
    const { client } = database;
    const newest = `SELECT user_id FROM app1.user_m_view WHERE user_pseudo_id = 'u1'`;
    await client.query(
      `INSERT INTO app1."user" (user_pseudo_id, event_timestamp, user_id) VALUES ('u1', 1, 'old'), ('u1', 2, 'new')`,
    );
    const before = await column(client, newest);

    await client.query(`SET ROLE "${OWNER}"`);
    await client.query('REFRESH MATERIALIZED VIEW app1.user_m_view');
    await client.query('RESET ROLE');

    expect(before).toEqual([]);
    expect(await column(client, newest)).toEqual(['new']);
  });

  it('expires events by age relative to the newest one', async () => {
    const { client } = database;
    const day = 86_400_000;
    await client.query(
      `INSERT INTO app1.event (event_id, event_timestamp) VALUES ('a', ${10 * day}), ('b', ${4 * day})`,
    );

    await client.query('CALL app1.sp_clear_expired_events(5)');

    expect(await column(client, 'SELECT event_id FROM app1.event')).toEqual(['a']);
  });

  it('clears items and users with more than one row altogether', async () => {
    const { client } = database;
    await client.query(`INSERT INTO app1.item (id, event_timestamp) VALUES ('once', 1), ('twice', 1), ('twice', 2)`);

    await client.query('CALL app1.sp_clear_item_and_user()');

    expect(await column(client, 'SELECT id FROM app1.item')).toEqual(['once']);
    expect(await number(client, `SELECT count(*) FROM app1."user" WHERE user_id = 'new'`)).toBe(1);
  });

  it('refuses to be created twice', async () => {
    await expect(createLegacySchema(database.client, { schema: 'app1', owner: OWNER })).rejects.toThrow(
      'schema "app1" already exists',
    );
  });
});
