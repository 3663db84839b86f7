import { createV2Schema, METRIC_PROCEDURES, METRICS } from '../../../../rehearsal/warehouse/v2';
import { DAY_MS, OWNER, TestWarehouse, type TestApp } from './support';

const TIMEZONE = 'Asia/Shanghai';
const DAYS = 31;

let warehouse: TestWarehouse;
let app: TestApp;
/** The newest local day, yyyy-mm-dd. */
let today: string;

beforeAll(async () => {
  warehouse = await TestWarehouse.start();
  app = await warehouse.app({ events: 2000 });
  await app.call('sp_migrate_data_to_v2(30)');
  const [from, to] = [-100, 1].map((days) => new Date(Date.now() + days * DAY_MS).toISOString());
  await app.call(`clickstream_event_base_view_sp('${from}', '${to}', 0)`);
  today = String((await app.rows<{ d: string }>(`select (now() at time zone '${TIMEZONE}')::date::text as d`))[0]?.d);
  for (const procedure of METRIC_PROCEDURES) await app.call(`${procedure}('${today}', '${TIMEZONE}', ${DAYS})`);
}, 60_000);
afterAll(async () => {
  await warehouse.stop();
});

const LOCAL_DAY = `((event_timestamp at time zone 'UTC') at time zone '${TIMEZONE}')::date`;

test('there are sixteen of them, and the materialized views can be refreshed', async () => {
  expect(new Set(METRIC_PROCEDURES).size).toBe(16);
  for (const view of [
    'clickstream_acquisition_intra_day_user_mv',
    'clickstream_lifecycle_view_v2',
    'clickstream_retention_base_view',
  ]) {
    await app.run(`refresh materialized view $s.${view}`);
    expect(await app.number(`select count(*) from $s.${view}`)).toBeGreaterThan(0);
  }
});

test.each([
  ['clickstream_engagement_day_event_view', 'event_count', 'count(distinct event_id)'],
  ['clickstream_retention_event_overtime', 'event_count', 'count(distinct event_id)'],
  ['clickstream_acquisition_day_user_view_cnt', 'active_users', 'count(distinct merged_user_id)'],
])('%s.%s is %s of the view, per local day and platform', async (table, column, truth) => {
  const expected = `
    select ${LOCAL_DAY}::text as day, platform, (${truth})::int as n from $s.clickstream_event_view_v3
    where ${LOCAL_DAY} > '${today}'::date - ${DAYS} group by 1, 2 order by 1, 2`;
  expect(
    await app.rows(`select event_date::text as day, platform, ${column}::int as n from $s.${table} order by 1, 2`),
  ).toEqual(await app.rows(expected));
});

test('clickstream_retention_dau_wau has one row for each active user of a day', async () => {
  expect(await app.number('select count(*) from $s.clickstream_retention_dau_wau')).toBe(
    await app.number(
      `select count(distinct (${LOCAL_DAY}, platform, merged_user_id)) from $s.clickstream_event_view_v3 where ${LOCAL_DAY} > '${today}'::date - ${DAYS}`,
    ),
  );
});

test('events of users that user_v2 lacks are in the base view and in no metric', async () => {
  const hidden = await app.number(
    `select count(*) from $s.clickstream_event_base_view b where not exists (select from $s.user_v2 u where u.user_pseudo_id = b.user_pseudo_id)`,
  );
  expect(hidden).toBeGreaterThan(0);
  expect(await app.number('select count(*) from $s.clickstream_event_view_v3')).toBe(
    (await app.number('select count(*) from $s.clickstream_event_base_view')) - hidden,
  );
});

test.each(METRICS.map(({ name }) => name))(
  'clickstream_%s has the requested days only, and again the same',
  async (name) => {
    const table = `$s.clickstream_${name}`;
    const columns = METRICS.filter((metric) => metric.name === name)
      .flatMap((metric) => metric.columns.split(', '))
      .map((column) => column.split(' ')[0])
      .join(', ');
    const content = `select event_date, ${columns} from ${table} order by row(event_date, ${columns})::text`;
    const before = await app.rows(content);
    expect(before.length).toBeGreaterThan(0);
    expect(
      await app.number(
        `select count(*) from ${table} where event_date not between '${today}'::date - ${DAYS - 1} and '${today}'`,
      ),
    ).toBe(0);
    await app.call(`clickstream_${name}_sp('${today}', '${TIMEZONE}', 3)`);
    expect(await app.rows(content)).toEqual(before);
  },
);

test('an error undoes all days, is logged under the table’s name and thrown again', async () => {
  const before = await app.number('select count(*) from $s.clickstream_engagement_kpi');
  await app.run('truncate $s.clickstream_log_v2');
  await expect(app.call(`clickstream_engagement_kpi_sp('${today}', 'Mars/Olympus', 2)`)).rejects.toThrow(
    'time zone "Mars/Olympus" not recognized',
  );
  expect(await app.number('select count(*) from $s.clickstream_engagement_kpi')).toBe(before);
  expect(await app.log()).toEqual([
    {
      log_name: 'clickstream_engagement_kpi',
      log_level: 'error',
      log_msg: 'error message:time zone "Mars/Olympus" not recognized',
    },
  ]);
});

test('column counts are upstream’s', async () => {
  const columns = (table: string): Promise<number> =>
    app.number(`select count(*) from information_schema.columns where table_schema = '$s' and table_name = '${table}'`);
  expect(await columns('event_v2')).toBe(104);
  expect(await columns('clickstream_event_base_view')).toBe(114);
});

test('a schema is created all or nothing, under a lower-case name; what is there stays', async () => {
  const rows = await app.number('select count(*) from $s.clickstream_engagement_kpi');
  await createV2Schema(warehouse.admin, { schema: app.schema, owner: OWNER });
  expect(await app.number('select count(*) from $s.clickstream_engagement_kpi')).toBe(rows);
  await expect(createV2Schema(warehouse.admin, { schema: 'fresh', owner: 'nobody' })).rejects.toMatchObject({
    code: '42704',
  });
  expect(await app.number(`select count(*) from pg_namespace where nspname = 'fresh'`)).toBe(0);
  await expect(createV2Schema(warehouse.admin, { schema: 'App1"; drop', owner: OWNER })).rejects.toThrow(
    'Not a lower-case app id',
  );
  await expect(createV2Schema(warehouse.admin, { schema: 'fresh', owner: OWNER, batchLimit: 0 })).rejects.toThrow(
    'Not a batch limit',
  );
});
