import { plantProcedureFault } from '../../../../rehearsal/warehouse/v2';
import { DAY_MS, TestWarehouse, type TestApp } from './support';

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.start();
}, 60_000);
afterAll(async () => {
  await warehouse.stop();
});

async function migrated(): Promise<TestApp> {
  const app = await warehouse.app({ events: 1000 });
  await app.call('sp_migrate_event_to_v2(30)');
  await app.call('sp_migrate_user_to_v2()');
  await app.call('sp_migrate_session_to_v2()');
  return app;
}

const refresh = (from: string, to: string): string =>
  `clickstream_event_base_view_sp('${from}'::timestamp, '${to}'::timestamp, 0)`;
const day = (daysAgo: number): string => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
const ALL = refresh(day(100), day(-1));
const KEYS = 'select event_id, event_timestamp';
const DIFFERENCES = `
  select count(*) from (
    (${KEYS} from $s.event_v2 except ${KEYS} from $s.clickstream_event_base_view)
    union all (${KEYS} from $s.clickstream_event_base_view except ${KEYS} from $s.event_v2)) d`;

test('explicit ranges, day by day, bring every event exactly once, with its session', async () => {
  const app = await migrated();
  for (let daysAgo = 31; daysAgo >= 0; daysAgo -= 1) {
    await app.call(refresh(`${day(daysAgo)} 00:00:00`, `${day(daysAgo - 1)} 00:00:00`));
  }
  expect(await app.number('select count(*) from $s.clickstream_event_base_view')).toBe(
    await app.number('select count(distinct (event_id, event_timestamp)) from $s.event_v2'),
  );
  expect(await app.number(DIFFERENCES)).toBe(0);
  expect(
    await app.number('select count(*) from $s.clickstream_event_base_view where session_start_time_msec is null'),
  ).toBe(0);
  expect(
    await app.rows('select distinct page_view_entrances as value from $s.clickstream_event_base_view order by 1'),
  ).toEqual([{ value: 'false' }, { value: 'true' }]);
  const log = await app.messages('clickstream_event_base_view');
  expect(log).toHaveLength(32);
  expect(log[0]).toBe(`refresh with custom time range:${day(31)} 00:00:00 - ${day(30)} 00:00:00`);
}, 60_000);

test('a range can be refreshed again, and takes up what changed meanwhile', async () => {
  const app = await migrated();
  await app.call(ALL);
  const rows = await app.number('select count(*) from $s.clickstream_event_base_view');
  await app.run(`update $s.event_v2 set geo_city = 'Elsewhere'`);
  await app.call(ALL);
  expect(await app.number('select count(*) from $s.clickstream_event_base_view')).toBe(rows);
  expect(await app.number(`select count(*) from $s.clickstream_event_base_view where geo_city = 'Elsewhere'`)).toBe(
    rows,
  );
}, 60_000);

test('NULL, NULL, n skips migrated rows that are older than the newest created_time it holds', async () => {
  const app = await migrated();
  // A load of the new pipeline, and the scheduled refresh after it, came before the migrated events were taken up.
  await app.run(`
    update $s.event_v2 set created_time = created_time - interval '1 hour';
    insert into $s.event_v2 (event_timestamp, event_id, event_time_msec, event_name, project_id, app_id, user_pseudo_id)
    values (public.getdate(), 'new', 0, '_app_start', 'shop', '$s', 'someone')`);
  await app.call(refresh(day(0), day(-1)));
  await app.run(`delete from $s.clickstream_event_base_view where event_id <> 'new'`);
  await app.call('clickstream_event_base_view_sp(null, null, 720)');
  expect(await app.number('select count(*) from $s.clickstream_event_base_view')).toBe(1);
  expect((await app.messages('clickstream_event_base_view')).at(-1)).toMatch(/^refresh time range:.+ - .+$/);
}, 60_000);

test('NULL, NULL, n takes all of the last n hours while the base view is empty', async () => {
  const app = await migrated();
  await app.call('clickstream_event_base_view_sp(null, null, 240)');
  expect(await app.number('select count(*) from $s.clickstream_event_base_view')).toBe(
    await app.number(
      `select count(distinct (event_id, event_timestamp)) from $s.event_v2 where event_timestamp >= public.getdate() - interval '240 hours'`,
    ),
  );
}, 60_000);

test('without hours the incremental form is an error', async () => {
  const app = await migrated();
  await expect(app.call('clickstream_event_base_view_sp(null, null, null)')).rejects.toThrow('null querystring');
}, 60_000);

test('an error undoes the whole call, is logged and thrown again', async () => {
  const app = await migrated();
  await plantProcedureFault(warehouse.admin, {
    schema: app.schema,
    procedure: 'clickstream_event_base_view_sp',
    step: 3,
    kind: 'error',
    message: 'could not complete because of conflict with concurrent transaction',
    times: 1,
  });
  await expect(app.call(ALL)).rejects.toThrow('conflict with concurrent transaction');
  expect(await app.number('select count(*) from $s.clickstream_event_base_view')).toBe(0);
  expect(await app.log(`log_name = 'clickstream_event_base_view'`)).toEqual([
    {
      log_name: 'clickstream_event_base_view',
      log_level: 'error',
      log_msg: 'error message:could not complete because of conflict with concurrent transaction',
    },
  ]);
  await app.call(ALL);
  expect(await app.number(DIFFERENCES)).toBe(0);
}, 60_000);
