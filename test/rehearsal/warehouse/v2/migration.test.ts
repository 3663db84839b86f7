import { TestWarehouse, type TestApp } from './support';

/** Legacy events whose migration is certain: the cutoff moves while the calls run. */
const WINDOW = `(extract(epoch from public.getdate() - interval '30 days') * 1000)::bigint + 120000`;

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.start();
}, 60_000);
afterAll(async () => {
  await warehouse.stop();
});

describe('a clean migration', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await warehouse.app({ events: 3000 });
    await app.call('sp_migrate_data_to_v2(30)');
  }, 60_000);

  test('leaves no event of the window behind and makes no duplicate', async () => {
    expect(await app.number(`select count(*) from $s.event where event_timestamp >= ${WINDOW}`)).toBeGreaterThan(2000);
    expect(
      await app.number(`
        select count(*) from $s.event e
        where event_timestamp >= ${WINDOW} and not exists (select from $s.event_v2 t where t.event_id = e.event_id)`),
    ).toBe(0);
    expect(
      await app.number(`
        select count(*) from
          (select event_id, count(*) from $s.event_v2 group by 1
           except select event_id, count(*) from $s.event group by 1) different`),
    ).toBe(0);
  });

  test('keeps milliseconds beside timestamps of whole seconds, and the counts per day and name', async () => {
    expect(
      await app.number(`
        select count(*) from $s.event_v2
        where event_timestamp <> date_trunc('second', to_timestamp(event_time_msec / 1000.0) at time zone 'UTC')`),
    ).toBe(0);
    expect(
      await app.number(`
        select count(*) from (
          (select event_timestamp / 86400000 as day, event_name, count(*) from $s.event
           where event_id in (select event_id from $s.event_v2) group by 1, 2)
          except (select event_time_msec / 86400000, event_name, count(*) from $s.event_v2 group by 1, 2)) different`),
    ).toBe(0);
  });

  test('flags exactly the events each parameter step concerns', async () => {
    const flagged = (flag: string): string => `select event_id from $s.event_v2 where process_info ? '${flag}'`;
    const differences = (flag: string, expected: string): Promise<number> =>
      app.number(`
        select count(*) from (
          ((${flagged(flag)}) except (${expected})) union all ((${expected}) except (${flagged(flag)}))) d`);
    const migrated = 'event_id in (select event_id from $s.event_v2)';
    const flat = `event_param_key ~ '^_(screen|previous|page|latest|is_first_time|entrances|search|link|outbound|session|engagement|error|exception|sdk)'`;
    expect(
      await differences(
        'backfill_event_parameters',
        `select distinct event_id from $s.event_parameter where ${flat} and ${migrated}`,
      ),
    ).toBe(0);
    expect(
      await differences(
        'backfill_custom_parameters',
        `select distinct event_id from $s.event_parameter where not ${flat} and ${migrated}`,
      ),
    ).toBe(0);
    expect(
      await differences(
        'backfill_traffic_source_web',
        `select event_id from $s.event_v2 where platform = 'Web' and page_view_page_url is not null`,
      ),
    ).toBe(0);
    expect(await app.number(`select count(distinct event_id) from $s.event_v2 where session_id is not null`)).toBe(
      await app.number(
        `select count(distinct event_id) from $s.event_parameter where event_param_key = '_session_id' and ${migrated}`,
      ),
    );
  });

  test('closes its trace rows, whose counts are those of the log', async () => {
    expect(await app.rows('select status, end_time is null as open from $s.tmp_backfill_trace')).toEqual([
      { status: 'done', open: false },
    ]);
    const candidates = await app.number('select sum(row_count) from $s.tmp_backfill_trace');
    expect(await app.messages('sp_migrate_event_to_v2')).toEqual(
      expect.arrayContaining([
        `select candidate event_id ${candidates} from event`,
        `insert ${await app.number('select count(*) from $s.event_v2')} to event_v2`,
      ]),
    );
  });

  test('has one row a user, with every user of user_m_view', async () => {
    expect(await app.number('select count(*) from $s.user_v2')).toBe(
      await app.number('select count(*) from $s.user_m_view'),
    );
    expect(await app.number('select count(distinct user_pseudo_id) from $s.user_v2')).toBe(
      await app.number('select count(*) from $s.user_v2'),
    );
    expect(await app.number('select count(*) from $s.user_v2 where user_properties is not null')).toBeGreaterThan(0);
  });

  test('has an item row for each purchased item that has an item row of exactly its time', async () => {
    const expected = await app.number(`
      select count(*) from (
        select distinct e.event_id, i.element
        from $s.event e
        cross join lateral jsonb_array_elements(case jsonb_typeof(e.items) when 'array' then e.items end) i(element)
        where e.event_timestamp >= ${WINDOW} - 120000 and exists (
          select from $s.item m where m.id = i.element ->> 'id' and m.event_timestamp = e.event_timestamp)) d`);
    expect(expected).toBeGreaterThan(0);
    expect(await app.number('select count(*) from $s.item_v2')).toBe(expected);
    expect(await app.number('select count(*) from $s.item_v2 where name is not null')).toBeGreaterThan(0);
  });

  test('has one row a session', async () => {
    expect(await app.number('select count(*) from $s.session')).toBe(
      await app.number(
        'select count(distinct (user_pseudo_id, session_id)) from $s.event_v2 where session_id is not null',
      ),
    );
    expect(await app.number('select count(*) from $s.session where session_source is not null')).toBeGreaterThan(0);
  });

  test('stamps the end of all it began', async () => {
    for (const table of ['user_v2', 'item_v2', 'session']) {
      expect(
        await app.number(
          `select count(*) from $s.${table} where process_info ? 'backfill_start_time' and not process_info ? 'backfill_end_time'`,
        ),
      ).toBe(0);
    }
  });

  test('tells its story in the log, line by line', async () => {
    const withoutLoops = (messages: string[]): string[] =>
      messages.filter((message) => !message.includes('loop_count')).map((message) => message.replace(/\d{2,}/, 'N'));
    expect(withoutLoops(await app.messages('sp_migrate_data_to_v2'))).toEqual([
      'backfill all start',
      'backfill event_v2 start',
      'backfill event_v2 end',
      'backfill user_v2 start',
      'backfill user_v2 end',
      'backfill item_v2 start',
      'backfill item_v2 end',
      'backfill session start',
      'backfill session end',
      'backfill all end',
    ]);
    expect(withoutLoops(await app.messages('sp_migrate_event_to_v2')).slice(0, 8)).toEqual([
      '----start---- n_days_ago_msec: N',
      'select candidate event_id N from event',
      'insert N to event_v2',
      'UPDATE event_v2 N for user_first_touch_time_msec',
      'UPDATE event_v2 N for flatten parameters',
      'UPDATE event_v2 N for customed parameters',
      'UPDATE event_v2 N for traffic source - web',
      '----done---------------------------- ',
    ]);
    expect(withoutLoops(await app.messages('sp_migrate_user_to_v2'))).toEqual([
      'insert N to user_v2',
      'update Nfor user_properties in user_v2',
      'update Nfor first_app_install_source in user_v2',
      expect.stringMatching(/^update \w+for traffic_source\(web\) in user_v2$/),
      expect.stringMatching(/^update \w+for traffic_source\(mobile\) in user_v2$/),
      'backfill is done ---- user_v2',
    ]);
    expect(withoutLoops(await app.messages('sp_migrate_item_to_v2')).slice(0, 6)).toEqual([
      '----start---- n_days_ago_msec: N',
      'select candidate event item N from event',
      'insert N to item_v2',
      'UPDATE N in item_v2 for item_properties',
      'UPDATE N in item_v2 for custom_parameters',
      'backfill is done ---- item_v2',
    ]);
    expect(withoutLoops(await app.messages('sp_migrate_session_to_v2'))).toEqual([
      'insert N into session',
      'update N traffic_source for session(web)',
      'backfill is done ---- session',
    ]);
    expect(await app.log(`log_level <> 'info'`)).toEqual([]);
  });

  test('a second run changes no data and says that everything is done', async () => {
    const before = await app.counts();
    const last = await app.number('select max(id) from $s.clickstream_log_v2');
    await app.call('sp_migrate_data_to_v2(30)');
    expect(await app.counts()).toEqual(before);
    const said = (await app.log(`id > ${last}`)).map((row) => row.log_msg);
    expect(said).toEqual(
      expect.arrayContaining([
        'select candidate event_id 0 from event',
        'backfill event_v2 is done',
        'insert 0 to user_v2',
        'backfill user_v2 is done',
        'insert 0 to item_v2',
        'backfill item_v2 is done',
        'insert 0 into session',
        'backfill session is done',
        'backfill all end',
      ]),
    );
  });
});

test('a small batch limit makes several batches, one trace row each, that add up to all candidates', async () => {
  const app = await warehouse.app({ events: 1000, batchLimit: 300 });
  await app.call('sp_migrate_data_to_v2(30)');
  expect(await app.number('select count(*) from $s.tmp_backfill_trace')).toBeGreaterThanOrEqual(4);
  expect(await app.number('select max(row_count) from $s.tmp_backfill_trace')).toBe(300);
  const legacy = `select count(*) from $s.event where event_id in (select event_id from $s.event_v2)`;
  expect(await app.number('select count(*) from $s.event_v2')).toBe(await app.number(legacy));
}, 60_000);

test('each growing window adds only the older events it newly reaches', async () => {
  const app = await warehouse.app();
  const candidates: number[] = [];
  for (const days of [5, 10, 30]) {
    await app.call(`sp_migrate_event_to_v2(${days})`);
    candidates.push(await app.number('select count(*) from $s.event_v2'));
  }
  expect(candidates).toEqual([...candidates].sort((a, b) => a - b));
  expect(new Set(candidates).size).toBe(3);
  expect(await app.number('select max(c) from (select count(*) c from $s.event_v2 group by event_id) x')).toBe(
    await app.number('select max(c) from (select count(*) c from $s.event group by event_id) x'),
  );
}, 60_000);

test('users who share a second can receive each other’s properties, as upstream', async () => {
  const app = await warehouse.app({ events: 100 });
  await app.run(`
    truncate $s."user";
    insert into $s."user" (event_timestamp, user_pseudo_id, user_properties) values
      (1000, 'a', '[{"key":"name","value":{"string_value":"Ann","set_timestamp_micros":1000}}]'),
      (1900, 'b', '[{"key":"name","value":{"string_value":"Bob","set_timestamp_micros":1000}}]');
    refresh materialized view $s.user_m_view`);
  await app.call('sp_migrate_user_to_v2()');
  const names = await app.rows<{ name: string }>(
    `select user_properties -> 'name' ->> 'value' as name from $s.user_v2 where user_pseudo_id in ('a', 'b')`,
  );
  expect(names).toHaveLength(2);
  expect(new Set(names.map((row) => row.name)).size).toBe(1);
}, 60_000);
