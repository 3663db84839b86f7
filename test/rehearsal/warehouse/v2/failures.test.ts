import { clearProcedureFaults, plantProcedureFault } from '../../../../rehearsal/warehouse/v2';
import { OWNER, TestWarehouse, type TestApp } from './support';

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.start();
}, 60_000);
afterAll(async () => {
  await warehouse.stop();
});

const FOR_EVER = 2 ** 40;

/** Every legacy event of the last 29 days is in event_v2, as often as in event. */
async function expectComplete(app: TestApp): Promise<void> {
  expect(
    await app.number(`
      select count(*) from $s.event e
      where event_timestamp >= (extract(epoch from public.getdate() - interval '29 days') * 1000)::bigint
        and not exists (select from $s.event_v2 t where t.event_id = e.event_id)`),
  ).toBe(0);
  expect(
    await app.number(`
      select count(*) from (
        select event_id, count(*) from $s.event_v2 group by 1
        except select event_id, count(*) from $s.event group by 1) different`),
  ).toBe(0);
}

/** Starts a call that is to be stopped from another session. */
async function callUntilCancelled(app: TestApp, procedure: string, meanwhile: string): Promise<void> {
  const pid = await app.pid();
  const outcome = app.call(procedure).then(
    () => 'ended by itself',
    (error: unknown) => (error as { code?: string }).code,
  );
  await app.until(meanwhile.replaceAll('$pid', String(pid)));
  await app.run(`select pg_cancel_backend(${pid})`);
  expect(await outcome).toBe('57014');
}

const SLEEPS = `select exists (select from pg_stat_activity where pid = $pid and wait_event = 'PgSleep')`;

test('a call cancelled in the middle leaves its batch half done, and the next call finishes it without loss or duplicate', async () => {
  const app = await warehouse.app();
  await plantProcedureFault(warehouse.admin, {
    schema: app.schema,
    procedure: 'sp_migrate_event_to_v2',
    step: 7,
    kind: 'sleep',
    seconds: 3600,
    times: 1,
  });
  await callUntilCancelled(app, 'sp_migrate_data_to_v2(30)', SLEEPS);

  expect(await app.rows('select status, end_time from $s.tmp_backfill_trace')).toEqual([
    { status: 'start', end_time: null },
  ]);
  expect(await app.number('select count(*) from $s.event_v2')).toBeGreaterThan(800);
  expect(await app.number('select count(*) from $s.event_v2 where session_id is not null')).toBe(0);
  expect(await app.log(`log_level = 'error' or log_msg like '----done%'`)).toEqual([]);

  await app.call('sp_migrate_event_to_v2(30)');
  expect(await app.messages('sp_migrate_event_to_v2')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^retry min_event_timestamp:\d+max_event_timestamp:\d+ from event$/),
    ]),
  );
  expect(await app.rows('select status from $s.tmp_backfill_trace')).toEqual([{ status: 'done' }]);
  await expectComplete(app);
  expect(
    await app.number(
      `select count(*) from $s.event_v2 where session_id is null or not process_info ? 'backfill_event_parameters'`,
    ),
  ).toBe(0);
}, 60_000);

test.each([
  ['sp_migrate_user_to_v2()', 6, 'user_v2'],
  ['sp_migrate_item_to_v2(30)', 6, 'item_v2'],
  ['sp_migrate_session_to_v2()', 3, 'session'],
] as const)(
  '%s cancelled at step %i redoes its unfinished rows',
  async (procedure, step, table) => {
    const app = await warehouse.app();
    await app.call('sp_migrate_event_to_v2(30)');
    await plantProcedureFault(warehouse.admin, {
      schema: app.schema,
      procedure: procedure.replace(/\(.*/, ''),
      step,
      kind: 'sleep',
      seconds: 3600,
      times: 1,
    });
    await callUntilCancelled(app, procedure, SLEEPS);
    const unfinished = `select count(*) from $s.${table} where not process_info ? 'backfill_end_time'`;
    const rows = await app.number(`select count(*) from $s.${table}`);
    expect(rows).toBeGreaterThan(0);
    expect(await app.number(unfinished)).toBe(rows);
    await app.call(procedure);
    expect(await app.number(unfinished)).toBe(0);
    expect(await app.number(`select count(*) from $s.${table}`)).toBe(rows);
  },
  60_000,
);

test('an error is swallowed: the call ends as if it had succeeded, with an error row and an open trace row', async () => {
  const app = await warehouse.app();
  await plantProcedureFault(warehouse.admin, {
    schema: app.schema,
    procedure: 'sp_migrate_event_to_v2',
    step: 8,
    kind: 'error',
    message: 'Disk Full',
    times: 1,
  });
  await app.call('sp_migrate_event_to_v2(30)');
  expect(await app.log(`log_level = 'error'`)).toEqual([
    { log_name: 'sp_migrate_event_to_v2', log_level: 'error', log_msg: 'error message:Disk Full' },
  ]);
  expect(await app.rows('select status from $s.tmp_backfill_trace')).toEqual([{ status: 'start' }]);
  // What the steps before did is kept, what the failed one did is not.
  expect(await app.number('select count(*) from $s.event_v2 where session_id is not null')).toBeGreaterThan(0);
  expect(await app.number('select count(*) from $s.event_v2 where custom_parameters is not null')).toBe(0);
}, 60_000);

test('an error that passes is repaired by the outer loop alone', async () => {
  const app = await warehouse.app();
  await plantProcedureFault(warehouse.admin, {
    schema: app.schema,
    procedure: 'sp_migrate_event_to_v2',
    step: 6,
    kind: 'error',
    times: 2,
  });
  await app.call('sp_migrate_data_to_v2(30)');
  expect(await app.log(`log_level = 'error'`)).toHaveLength(2);
  expect((await app.messages('sp_migrate_data_to_v2')).at(-1)).toBe('backfill all end');
  await expectComplete(app);
}, 60_000);

test('an error that stays keeps the outer loop going until somebody cancels it', async () => {
  const app = await warehouse.app({ events: 100 });
  await plantProcedureFault(warehouse.admin, {
    schema: app.schema,
    procedure: 'sp_migrate_event_to_v2',
    step: 5,
    kind: 'error',
    message: 'stays',
    times: FOR_EVER,
  });
  await callUntilCancelled(
    app,
    'sp_migrate_data_to_v2(30)',
    `select count(*) > 6 from $s.clickstream_log_v2 where log_msg = 'error message:stays'`,
  );
  expect(await app.messages('sp_migrate_data_to_v2')).toContain('backfill event_v2 loop_count:6');
  await clearProcedureFaults(warehouse.admin, app.schema);
  await app.call('sp_migrate_data_to_v2(30)');
  await expectComplete(app);
}, 60_000);

test('a NULL event_id keeps the outer loop going without any error', async () => {
  const app = await warehouse.app({ events: 100 });
  await app.run(
    'update $s.event set event_id = null where event_id = (select max(event_id) from $s.event where event_timestamp > (select max(event_timestamp) - 86400000 from $s.event))',
  );
  await callUntilCancelled(
    app,
    'sp_migrate_data_to_v2(30)',
    `select count(*) > 4 from $s.clickstream_log_v2 where log_msg = 'insert 0 to event_v2'`,
  );
  expect(await app.log(`log_level = 'error'`)).toEqual([]);
  expect(await app.messages('sp_migrate_event_to_v2')).toContain('select candidate event_id 1 from event');
  expect(await app.messages('sp_migrate_event_to_v2')).not.toContain('backfill event_v2 is done');
}, 60_000);

test('hollow done: an open trace row whose range is empty says done and stays open', async () => {
  const app = await warehouse.app({ events: 100 });
  await app.call('sp_migrate_event_to_v2(0)');
  await app.run(`insert into $s.tmp_backfill_trace values (1, 2, public.getdate(), 10, 'start')`);
  await app.call('sp_migrate_data_to_v2(30)');
  expect(await app.messages('sp_migrate_event_to_v2')).toEqual(
    expect.arrayContaining([
      'retry min_event_timestamp:1max_event_timestamp:2 from event',
      'select candidate event_id 0 from event',
      'backfill event_v2 is done',
    ]),
  );
  expect((await app.messages('sp_migrate_data_to_v2')).at(-1)).toBe('backfill all end');
  expect(await app.rows('select status from $s.tmp_backfill_trace')).toEqual([{ status: 'start' }]);
  expect(await app.number('select count(*) from $s.event_v2')).toBe(0);
}, 60_000);

test('two calls at once duplicate rows, and the first to end marks the other’s batch done', async () => {
  const app = await warehouse.app({ events: 300 });
  await plantProcedureFault(warehouse.admin, {
    schema: app.schema,
    procedure: 'sp_migrate_event_to_v2',
    step: 5,
    kind: 'sleep',
    seconds: 2,
    times: 1,
  });
  const pid = await app.pid();
  const slow = app.call('sp_migrate_event_to_v2(30)');
  await app.until(SLEEPS.replace('$pid', String(pid)));
  const other = await warehouse.session();
  await other.query(`call ${app.schema}.sp_migrate_event_to_v2(30)`);
  expect(await app.rows('select status from $s.tmp_backfill_trace')).toEqual([{ status: 'done' }]);
  await slow;
  const duplicated = await app.number(`
    select count(*) from (
      select event_id, count(*) from $s.event_v2 group by 1
      except select event_id, count(*) from $s.event group by 1) different`);
  expect(duplicated).toBe(await app.number('select count(distinct event_id) from $s.event_v2'));
}, 60_000);

test('a failed user or session step is not noticed by the outer procedure', async () => {
  const app = await warehouse.app({ events: 300 });
  for (const procedure of ['sp_migrate_user_to_v2', 'sp_migrate_session_to_v2']) {
    await plantProcedureFault(warehouse.admin, { schema: app.schema, procedure, step: 2, kind: 'error', times: 1 });
  }
  await app.call('sp_migrate_data_to_v2(30)');
  expect((await app.messages('sp_migrate_data_to_v2')).at(-1)).toBe('backfill all end');
  expect(await app.number('select count(*) from $s.user_v2')).toBe(0);
  expect(await app.messages('sp_migrate_session_to_v2')).toEqual([
    'error message:planted fault at step 2 of sp_migrate_session_to_v2',
  ]);
}, 60_000);

test('an error of the outer procedure itself ends it without the final line', async () => {
  const app = await warehouse.app({ events: 300 });
  await app.run('drop procedure $s.sp_migrate_item_to_v2(integer)');
  await app.call('sp_migrate_data_to_v2(30)');
  expect((await app.log()).at(-1)).toEqual({
    log_name: 'sp_migrate_data_to_v2',
    log_level: 'error',
    log_msg: `error message:procedure ${app.schema}.sp_migrate_item_to_v2(integer) does not exist`,
  });
  expect(await app.messages('sp_migrate_data_to_v2')).toContain('backfill user_v2 end');
}, 60_000);

test('inside a transaction the calls are refused', async () => {
  const app = await warehouse.app({ events: 100 });
  for (const procedure of ['data_to_v2(30)', 'event_to_v2(30)', 'user_to_v2()', 'item_to_v2(30)', 'session_to_v2()']) {
    await app.session.query('begin');
    await expect(app.call(`sp_migrate_${procedure}`)).rejects.toMatchObject({
      code: '2D000',
      message: 'invalid transaction termination',
    });
    await app.session.query('rollback');
  }
}, 60_000);

test('a trace table that belongs to somebody else stops every later call', async () => {
  const app = await warehouse.app({ events: 300 });
  await app.call('sp_migrate_event_to_v2(1)');
  await app.run('alter table $s.tmp_backfill_trace owner to current_user');
  await app.call('sp_migrate_event_to_v2(30)');
  expect((await app.log()).at(-1)?.log_msg).toBe('error message:must be owner of relation tmp_backfill_trace');
}, 60_000);

test('a log table that cannot be written makes the loop endless and mute', async () => {
  const app = await warehouse.app({ events: 100 });
  await app.run(`revoke insert on $s.clickstream_log_v2 from "${OWNER}"`);
  await callUntilCancelled(
    app,
    'sp_migrate_data_to_v2(30)',
    `select exists (select from pg_stat_activity where pid = $pid and wait_event = 'PgSleep')`,
  );
  expect(await app.log()).toEqual([]);
  await expectComplete(app);
}, 60_000);

test('everything the calls create belongs to their caller', async () => {
  const app = await warehouse.app({ events: 100 });
  await app.call('sp_migrate_event_to_v2(30)');
  expect(
    await app.rows(`
      select distinct owner from (
        select relowner::regrole::text as owner from pg_class where relnamespace = '$s'::regnamespace
        union all select proowner::regrole::text from pg_proc where pronamespace = '$s'::regnamespace) owners`),
  ).toEqual([{ owner: `"${OWNER}"` }]);
}, 60_000);

describe('a bad legacy row blocks its whole batch', () => {
  /** An event of the last hours, and rows of event_parameter for it. */
  const EVENT = `(select event_id from $s.event where event_timestamp > (select max(event_timestamp) - 86400000 from $s.event) order by 1 limit 1)`;
  const parameter = (key: string, column: string, value: string): string =>
    `delete from $s.event_parameter where event_id = ${EVENT} and event_param_key = '${key}';
     insert into $s.event_parameter (event_id, event_param_key, event_param_${column}_value) values (${EVENT}, '${key}', ${value})`;

  test.each([
    [
      'NULL user',
      `update $s.event set user_pseudo_id = null where event_id = ${EVENT}`,
      /null value in column "user_pseudo_id".*violates not-null constraint/,
    ],
    [
      'NULL app id',
      `update $s.event set app_info = app_info - 'app_id' where event_id = ${EVENT}`,
      /null value in column "app_id".*violates not-null constraint/,
    ],
    [
      'parameter with only a float value',
      parameter('weight', 'float', '1.5'),
      /^error message:TypeError: 'NoneType' object has no attribute '__getitem__'/,
    ],
    [
      'screen name of 300 characters',
      parameter('_screen_name', 'string', `repeat('x', 300)`),
      /^error message:Value too long for character type$/,
    ],
    [
      'title of 2048 three-byte characters',
      parameter('_page_title', 'string', `repeat('上', 2048)`),
      /^error message:Value too long for character type$/,
    ],
    [
      'engagement time that is no integer',
      parameter('_engagement_time_msec', 'double', '1.5'),
      /^error message:invalid input syntax for type bigint: "1.5"$/,
    ],
    [
      'event with more than 65,535 bytes of parameters',
      `insert into $s.event_parameter (event_id, event_param_key, event_param_string_value) select ${EVENT}, 'note' || n, repeat('x', 4000) from generate_series(1, 17) n`,
      /^error message:Result size exceeds LISTAGG limit$/,
    ],
  ])(
    '%s',
    async (_name, sql, message) => {
      const app = await warehouse.app({ events: 200 });
      await app.run(sql);
      await app.call('sp_migrate_event_to_v2(30)');
      expect((await app.log(`log_level = 'error'`)).map((row) => row.log_msg)).toEqual([
        expect.stringMatching(message),
      ]);
      expect(await app.rows('select status from $s.tmp_backfill_trace')).toEqual([{ status: 'start' }]);
    },
    60_000,
  );
});
