import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifier, integer, timestamp } from '../../../lambda/shared/sql/identifiers';
import { marked, statement, type SqlStatement } from '../../../lambda/shared/sql/statement';
import { VirtualClock } from '../../../rehearsal/clock';
import { createLegacySchema } from '../../../rehearsal/warehouse/legacy/schema';
import { BENCHMARK, evenHistogram, ModelledWarehouse } from '../../../rehearsal/warehouse/modelled';
import { parseCall } from '../../../rehearsal/warehouse/postgres/call-text';
import { PostgresWarehouse } from '../../../rehearsal/warehouse/postgres/statements';
import { createV2Schema } from '../../../rehearsal/warehouse/v2';
import { METRIC_PROCEDURES } from '../../../rehearsal/warehouse/v2/metrics';
import type { RunningStatement, StatementOutcome } from '../../../rehearsal/warehouse/warehouse';
import { openTestDatabase, OWNER, PROJECT, type TestDatabase } from './support/database';

const START_MS = Date.UTC(2026, 5, 15, 9, 30);
const DAY_MS = 86_400_000;
const SQL = join(__dirname, '..', '..', '..', 'sql');
const LAMBDA = join(__dirname, '..', '..', '..', 'lambda');

let clock: VirtualClock;
let warehouse: ModelledWarehouse;

afterEach(() => {
  clock.close();
});

function open(options: { events?: number; days?: number; rpu?: number } = {}): void {
  const { events = 3_000_000, days = 3, rpu } = options;
  clock = new VirtualClock(START_MS);
  warehouse = new ModelledWarehouse({ clock, monitors: [OWNER], ...(rpu === undefined ? {} : { rpu }) });
  warehouse.addApp(PROJECT, 'app1', evenHistogram(events, days, START_MS));
}

function begin(sql: string, parameters: Record<string, string> = {}): RunningStatement {
  return warehouse.begin({
    id: 'statement-1',
    database: PROJECT,
    dbUser: OWNER,
    sqls: [sql],
    mode: 'single',
    parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
  });
}

function run(sql: string, parameters: Record<string, string> = {}): Promise<StatementOutcome> {
  return begin(sql, parameters).outcome;
}

/** Runs a CALL and tells how many seconds it took. */
async function call(procedure: string): Promise<number> {
  const { status, error, durationMs } = await run(`CALL "app1".${procedure}`);
  expect({ status, error }).toEqual({ status: 'FINISHED', error: undefined });
  return durationMs / 1000;
}

/** A statement file filled in as the steps do, whatever it wants. */
function filled(name: string, schema = 'app1'): SqlStatement {
  const file = readFileSync(join(SQL, `${name}.sql`), 'utf8');
  const body = file.replace(/^--.*$/gm, '');
  const fragments = {
    schema: identifier(schema),
    days: integer(31),
    from: timestamp(START_MS - DAY_MS),
    to: timestamp(START_MS),
    name: identifier('event'),
    arguments: identifier('bigint'),
  };
  const values: Record<string, string | number> = {
    schema,
    cutoff_ms: START_MS - 40 * DAY_MS,
    since_seconds: 0,
    pattern: `%"${schema}".%`,
    needle: `"${schema}".`,
    migration: ` ${schema}.sp_migrate_`,
    expiry: ` ${schema}.sp_clear_`,
    items: ` ${schema}.sp_item`,
    pid: 1,
    schemas: `,${schema},`,
    timezone: 'Asia/Shanghai',
    from_ms: START_MS - DAY_MS,
    to_ms: START_MS + 365 * DAY_MS,
  };
  return statement(
    file,
    Object.fromEntries(Object.entries(fragments).filter(([key]) => body.includes(`{{${key}}}`))),
    Object.fromEntries(Object.entries(values).filter(([key]) => new RegExp(`[^:]:${key}\\b`).test(body))),
  );
}

/** Rows of one of our reads, by column name. */
async function read(name: string): Promise<Record<string, unknown>[]> {
  const { text, parameters } = filled(name);
  const { error, results } = await run(text, parameters);
  if (error !== undefined) throw new Error(error);
  const [result] = results;
  return (result?.rows ?? []).map((row) =>
    Object.fromEntries(row.map((value, index) => [result?.columns[index]?.name ?? '', value])),
  );
}

async function messages(procedure: string): Promise<unknown[]> {
  const rows = await read('migration/log');
  return rows
    .filter((row) => row['log_name'] === procedure)
    .map((row) => row['log_msg'])
    .reverse();
}

const truth = (): ReturnType<ModelledWarehouse['truth']> => warehouse.truth(PROJECT, 'app1', START_MS - 40 * DAY_MS);

function statementNames(folder = ''): string[] {
  return readdirSync(join(SQL, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return statementNames(path);
    // Three statements of one transaction, see python-probe.test.ts.
    return path.startsWith('inspect/python-') ? [] : [path.replace(/\.sql$/, '')];
  });
}

/**
 * What a model does not answer: only a clean-up asks it, and a model is for the benchmark of a migration. It counts events
 * instead of keeping objects, so it has nothing to drop, and knows neither who owns what nor when a user was first seen.
 * Clean-ups are rehearsed on PostgreSQL.
 */
const ofCleanUpOnly = (name: string): boolean =>
  name.startsWith('clean-up/') || name === 'parity/newest' || name === 'parity/users-since';
/** A modelled warehouse has its functions, whatever they are written in. */
const ofFunctions = (name: string): boolean => name.startsWith('udf/');
const modelled = (): string[] => statementNames().filter((name) => !ofCleanUpOnly(name) && !ofFunctions(name));

describe('time', () => {
  it('the documented call takes what the guide says for 300 million events on 32 RPU', async () => {
    open({ events: BENCHMARK.events, days: 30 });
    const seconds = await call('sp_migrate_data_to_v2(31)');
    expect(Math.abs(seconds - BENCHMARK.migrationSeconds)).toBeLessThan(BENCHMARK.migrationSeconds / 100);
    expect(truth()).toMatchObject({ missing: 0, duplicated: 0, migratedEvents: BENCHMARK.events });
  });

  it('the base view and the metrics take what the guide says', async () => {
    open({ events: BENCHMARK.events, days: 30 });
    await call('sp_migrate_data_to_v2(31)');
    let viewSeconds = 0;
    for (let day = 30; day > 0; day -= 1) {
      const [from, to] = [START_MS - day * DAY_MS, START_MS - (day - 1) * DAY_MS].map((ms) =>
        timestamp(Math.floor(ms / DAY_MS) * DAY_MS),
      );
      viewSeconds += await call(`clickstream_event_base_view_sp(${from ?? ''}, ${to ?? ''}, 1)`);
    }
    let metricSeconds = 0;
    for (const view of ['acquisition_intra_day_user_mv', 'lifecycle_view_v2', 'retention_base_view']) {
      metricSeconds += (await run(`REFRESH MATERIALIZED VIEW app1.clickstream_${view}`)).durationMs / 1000;
    }
    for (const name of METRIC_PROCEDURES) metricSeconds += await call(`${name}('2026-06-15', 'UTC', 31)`);
    expect(Math.abs(viewSeconds - BENCHMARK.baseViewSeconds)).toBeLessThan(BENCHMARK.baseViewSeconds / 20);
    expect(Math.abs(metricSeconds - BENCHMARK.metricsSeconds)).toBeLessThan(BENCHMARK.metricsSeconds / 100);
  });

  it('twice the capacity takes half of the time', async () => {
    open({ events: 100_000_000 });
    const slow = await call('sp_migrate_event_to_v2(4)');
    clock.close();
    open({ events: 100_000_000, rpu: 64 });
    const fast = await call('sp_migrate_event_to_v2(4)');
    expect(slow / fast).toBeCloseTo(2, 1);
  });

  it('a statement ends after 24 hours, whatever it was doing', async () => {
    open({ events: 20_000_000_000, days: 30 });
    const { status, error, durationMs } = await run('CALL "app1".sp_migrate_data_to_v2(31)');
    expect({ status, durationMs }).toEqual({ status: 'ABORTED', durationMs: 24 * 3_600_000 });
    expect(error).toMatch(/^ERROR: Query \(\d+\) canceled on user's request$/);
  });

  it('the limit of the workgroup names itself', async () => {
    clock = new VirtualClock(START_MS);
    warehouse = new ModelledWarehouse({ clock, maxQueryExecutionMs: 60_000 });
    warehouse.addApp(PROJECT, 'app1', evenHistogram(100_000_000, 3, START_MS));
    const { error, durationMs } = await run('CALL "app1".sp_migrate_event_to_v2(4)');
    expect(error).toMatch(/cancelled by WLM abort action of Query Monitoring Rule "max_query_execution_time"/);
    expect(durationMs).toBe(60_000);
  });
});

describe('events', () => {
  it('a window reaches so many times 24 hours back from the call, and no further', async () => {
    open({ events: 3_000_000, days: 3 });
    await call('sp_migrate_event_to_v2(1)');
    // From 09:30 of yesterday on: fifteen of its hours, for the hour of 09:30 counts.
    expect(truth().migratedEvents).toBe(625_000);
    // Some seconds later, and so the hour of 09:30 is out of reach: fourteen hours and a whole day.
    await call('sp_migrate_event_to_v2(2)');
    expect(truth().migratedEvents).toBe(1_583_334);
    await call('sp_migrate_event_to_v2(4)');
    expect(truth()).toMatchObject({ missing: 0, duplicated: 0 });
  });

  it('what is left is told by UTC day, with numbers', async () => {
    open({ events: 3_000_000, days: 3 });
    await call('sp_migrate_event_to_v2(1)');
    const day = Math.floor(START_MS / DAY_MS) * DAY_MS;
    expect(await read('events/remaining')).toEqual([
      { day_ms: day - 3 * DAY_MS, events: 1_000_000, newest_ms: day - 2 * DAY_MS - 1_800_000 },
      { day_ms: day - 2 * DAY_MS, events: 1_000_000, newest_ms: day - DAY_MS - 1_800_000 },
      { day_ms: day - DAY_MS, events: 375_000, newest_ms: day - DAY_MS + 9 * 3_600_000 - 1_800_000 },
    ]);
  });

  it('a call moves a hundred million events at most, and only an empty one says that all is done', async () => {
    open({ events: 250_000_000, days: 5 });
    const moved: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      await call('sp_migrate_event_to_v2(6)');
      moved.push(truth().migratedEvents);
    }
    expect(moved).toEqual([100_000_000, 200_000_000, 250_000_000, 250_000_000]);
    expect((await messages('sp_migrate_event_to_v2')).slice(-3)).toEqual([
      `----start---- n_days_ago_msec: ${await startOfLast('sp_migrate_event_to_v2')}`,
      'select candidate event_id 0 from event',
      'backfill event_v2 is done',
    ]);
  });

  async function startOfLast(procedure: string): Promise<number> {
    const starts = (await messages(procedure)).map(String).filter((text) => text.startsWith('----start----'));
    return Number(starts.at(-1)?.split(': ')[1]);
  }

  it('writes its log while it runs, in the solution’s words', async () => {
    open({ events: 3_000_000 });
    const running = begin('CALL "app1".sp_migrate_event_to_v2(4)');
    await clock.sleep(30_000);
    const early = await messages('sp_migrate_event_to_v2');
    expect(early).toContain('insert 3000000 to event_v2');
    expect(early).not.toContain('----done---------------------------- ');
    await running.outcome;
    expect((await messages('sp_migrate_event_to_v2')).slice(1)).toEqual([
      'select candidate event_id 3000000 from event',
      'insert 3000000 to event_v2',
      'UPDATE event_v2 3000000 for user_first_touch_time_msec',
      'UPDATE event_v2 3000000 for flatten parameters',
      'UPDATE event_v2 3000000 for customed parameters',
      'UPDATE event_v2 3000000 for traffic source - web',
      '----done---------------------------- ',
    ]);
  });

  it('times of the log have whole seconds and ids grow', async () => {
    open();
    await call('sp_migrate_data_to_v2(4)');
    const rows = await read('migration/log');
    expect(rows.every((row) => Number.isInteger(row['at_seconds']) && typeof row['id'] === 'number')).toBe(true);
    const ids = rows.map((row) => Number(row['id']));
    expect(ids).toEqual([...ids].sort((one, other) => other - one));
  });

  it('a cancelled batch stays open, and the next call does its whole range again', async () => {
    open({ events: 3_000_000 });
    const running = begin('CALL "app1".sp_migrate_event_to_v2(4)');
    await clock.sleep(30_000);
    const [sent] = await read('migration/log').then(() =>
      run(filled('migration/cancel').text, { pid: String(running.pid) }).then(({ results }) => results[0]?.rows ?? []),
    );
    expect(sent).toEqual([true]);
    expect(await running.outcome).toMatchObject({ status: 'ABORTED' });
    expect(await read('events/trace')).toMatchObject([{ open_rows: 1 }]);
    // A smaller window does not matter: the open range is what is done.
    await call('sp_migrate_event_to_v2(1)');
    expect(await messages('sp_migrate_event_to_v2')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^retry min_event_timestamp:\d+max_event_timestamp:\d+ from event$/),
      ]),
    );
    expect(await read('events/trace')).toEqual([{ open_rows: 0, oldest_ms: null, newest_ms: null }]);
    expect(truth()).toMatchObject({ missing: 0, duplicated: 0 });
  });

  it('two calls at once move the same events twice', async () => {
    open({ events: 3_000_000 });
    await Promise.all([call('sp_migrate_event_to_v2(4)'), call('sp_migrate_event_to_v2(4)')]);
    expect(truth()).toMatchObject({ missing: 0, duplicated: 3_000_000 });
  });
});

describe('users, items, sessions and views', () => {
  it('a cancelled pass leaves unfinished rows, which the next one does again', async () => {
    open({ events: 30_000_000 });
    await call('sp_migrate_event_to_v2(4)');
    const running = begin('CALL "app1".sp_migrate_user_to_v2()');
    await clock.sleep(20_000);
    await running.cancel();
    expect(await read('users/unfinished')).toEqual([{ unfinished: 300_000 }]);
    await call('sp_migrate_user_to_v2()');
    expect(await read('users/unfinished')).toEqual([{ unfinished: 0 }]);
    expect(await read('parity/users')).toEqual([{ missing_users: 0, doubled_users: 0 }]);
    expect(await messages('sp_migrate_user_to_v2')).toContain('backfill is done ---- user_v2');
    await call('sp_migrate_user_to_v2()');
    expect((await messages('sp_migrate_user_to_v2')).at(-1)).toBe('backfill user_v2 is done');
  });

  it('the base view’s log row appears when all of its range is there, with the time of its start', async () => {
    open({ events: 30_000_000 });
    await call('sp_migrate_data_to_v2(4)');
    const startedSeconds = Math.floor(clock.now() / 1000);
    const day = Math.floor(START_MS / DAY_MS) * DAY_MS;
    const running = begin(
      `CALL "app1".clickstream_event_base_view_sp(${timestamp(day - DAY_MS)}, ${timestamp(day)}, 1)`,
    );
    await clock.sleep(5_000);
    expect(await read('base-view/log')).toEqual([]);
    await running.outcome;
    expect(await read('base-view/log')).toMatchObject([
      {
        log_msg: 'refresh with custom time range:2026-06-14 00:00:00 - 2026-06-15 00:00:00',
        at_seconds: startedSeconds,
      },
    ]);
  });

  it('the refresh workflow’s row is what proves the metrics', async () => {
    open();
    expect(await read('metrics/status')).toMatchObject([{ recalculated_seconds: null }]);
    await run(`INSERT INTO app1.refresh_mv_sp_status (refresh_name, refresh_type, refresh_date, triggerred_by)
      VALUES ('clickstream_device_user_device_sp', 'SP', '2026-06-14', 'MANUALLY')`);
    expect(await read('metrics/status')).toMatchObject([{ recalculated_seconds: START_MS / 1000 }]);
  });
});

describe('what it is charged for', () => {
  const usage = async (): Promise<unknown> => (await read('report/usage'))[0];

  it('is nothing that can be told while nothing has ended', async () => {
    open();
    expect(await usage()).toEqual({ charged_seconds: null, minutes: 0 });
  });

  it('is its capacity for as long as something ran, and what ran at once counts once', async () => {
    open({ events: 100_000_000, rpu: 64 });
    const calls = [begin('CALL "app1".sp_migrate_event_to_v2(4)'), begin('CALL "app1".sp_migrate_event_to_v2(4)')];
    const durations = await Promise.all(calls.map(async ({ outcome }) => (await outcome).durationMs / 1000));
    expect(await usage()).toMatchObject({ charged_seconds: String(Math.round(Math.max(...durations) * 64)) });
  });

  it('is a minute at least', async () => {
    open({ rpu: 8 });
    await read('migration/moment');
    expect(await usage()).toEqual({ charged_seconds: String(8 * 60), minutes: 1 });
  });

  it('is shown to monitors only', async () => {
    open();
    const { text, parameters } = filled('report/usage');
    const { outcome } = warehouse.begin({
      id: 'foreign',
      database: PROJECT,
      dbUser: 'IAMR:somebody',
      sqls: [text],
      mode: 'single',
      parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
    });
    expect(await outcome).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('permission denied for relation sys_serverless_usage') as string,
    });
  });
});

describe('what it is asked', () => {
  it.each(modelled())('knows the statement %s', async (name) => {
    open();
    await call('sp_migrate_event_to_v2(4)');
    const { text, parameters } = marked(filled(name), 'token-1');
    const { status, error } = await run(text, parameters);
    expect({ status, error }).toEqual({ status: 'FINISHED', error: undefined });
  });

  it.each(statementNames().filter(ofCleanUpOnly))('refuses %s, which only a clean-up asks', async (name) => {
    open();
    await call('sp_migrate_event_to_v2(4)');
    const { text, parameters } = marked(filled(name), 'token-1');
    const before = truth();
    expect(await run(text, parameters)).toMatchObject({
      status: 'FAILED',
      error: expect.stringContaining('the modelled warehouse does not know this statement') as string,
    });
    expect(truth()).toEqual(before);
    expect(askedBy(name).filter((path) => !/^(?:clean-up\/|verify-parity\/reprove\.ts$)/.test(path))).toEqual([]);
  });

  /** Sources of the steps that a statement file is read by. */
  function askedBy(name: string): string[] {
    return readdirSync(LAMBDA, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.ts') && readFileSync(join(LAMBDA, path), 'utf8').includes(`/sql/${name}.sql'`),
    );
  }

  it.each([
    ['a query without our comment', 'SELECT count(*) FROM app1.event'],
    ['a text that is not that of the file', '/* clickstream-upgrade events/trace */ SELECT 0 AS open_rows'],
    ['a file that does not exist', '/* clickstream-upgrade events/invented */ SELECT 1'],
    ['a procedure it has no model of', 'CALL app1.sp_clear_expired_data(30)'],
    ['an argument it cannot read', 'CALL app1.sp_migrate_event_to_v2(3 + 1)'],
    ['an app it does not have', 'CALL app2.sp_migrate_event_to_v2(4)'],
  ])('refuses %s', async (_what, sql) => {
    open();
    expect(await run(sql)).toMatchObject({ status: 'FAILED', error: expect.stringMatching(/^ERROR: .+/) as string });
  });

  it('finds a call by the token in its comment, and shows those that run', async () => {
    open({ events: 100_000_000 });
    const { text } = marked(filled('events/call'), 'token-1');
    const running = begin(text);
    await clock.sleep(10_000);
    const found = await run(filled('migration/find-call').text, { pattern: '%token-1%' });
    expect(found.results[0]?.rows).toEqual([['running   ', null, 10_000, running.pid]]);
    expect(await read('check/running-calls')).toMatchObject([
      { query_text: text, session_id: running.pid, is_call: 1 },
    ]);
    await running.cancel();
    expect(await read('check/running-calls')).toEqual([]);
  });

  it('does not cancel what another user runs', async () => {
    open({ events: 100_000_000 });
    const running = begin('CALL "app1".sp_migrate_event_to_v2(4)');
    const { text } = filled('migration/cancel');
    const stranger = warehouse.begin({
      id: 'statement-2',
      database: PROJECT,
      dbUser: 'somebody',
      sqls: [text],
      mode: 'single',
      parameters: [{ name: 'pid', value: String(running.pid) }],
    });
    expect((await stranger.outcome).results[0]?.rows).toEqual([[false]]);
    expect((await running.outcome).status).toBe('FINISHED');
  });

  it('tells what shows that a call has nothing to do', async () => {
    open();
    const evidence = (sql: string): Promise<string | undefined> => {
      const parsed = parseCall(sql);
      if (parsed === undefined) throw new Error('not a call');
      return warehouse.evidenceAgainst(PROJECT, parsed);
    };
    expect(await evidence('CALL app1.sp_migrate_event_to_v2(4)')).toBeUndefined();
    await call('sp_migrate_data_to_v2(4)');
    expect(await evidence('CALL app1.sp_migrate_event_to_v2(4)')).toBe('every event of the window is migrated');
    expect(await evidence('CALL app1.sp_migrate_item_to_v2(4)')).toMatch(/^items/);
    expect(await evidence('CALL app1.sp_migrate_session_to_v2()')).toMatch(/^sessions/);
    const range = `TIMESTAMP '2026-06-14 00:00:00', TIMESTAMP '2026-06-15 00:00:00'`;
    expect(await evidence(`CALL app1.clickstream_event_base_view_sp(${range}, 1)`)).toBeUndefined();
    await call(`clickstream_event_base_view_sp(${range}, 1)`);
    expect(await evidence(`CALL app1.clickstream_event_base_view_sp(${range}, 1)`)).toMatch(/^the range/);
  });
});

describe('beside PostgreSQL', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase();
    await createLegacySchema(database.client, { schema: 'app1', owner: OWNER });
    await createV2Schema(database.client, { schema: 'app1', owner: OWNER });
    await database.client.query(`GRANT "sys:monitor" TO "${OWNER}"`);
  }, 60_000);

  afterAll(async () => {
    await database.stop();
  });

  it('every read has the same columns, of the same types', async () => {
    open();
    const real = new PostgresWarehouse({ server: database.server, clock });
    await call('sp_migrate_event_to_v2(4)');
    const ask = async (name: string, of: PostgresWarehouse | ModelledWarehouse): Promise<unknown> => {
      const { text, parameters } = filled(name);
      const values = Object.entries(parameters).map(([key, value]) => ({ name: key, value }));
      const { outcome } = of.begin({
        id: name,
        database: PROJECT,
        dbUser: OWNER,
        sqls: [text],
        mode: 'single',
        parameters: values,
      });
      const { error, results } = await outcome;
      return error ?? results[0]?.columns ?? null;
    };
    try {
      await real.begin({
        id: 'first',
        database: PROJECT,
        dbUser: OWNER,
        sqls: ['CALL app1.sp_migrate_event_to_v2(1)'],
        mode: 'single',
        parameters: [],
      }).outcome;
      for (const name of modelled().filter((each) => !each.includes('call'))) {
        expect({ name, answer: await ask(name, warehouse) }).toEqual({ name, answer: await ask(name, real) });
      }
    } finally {
      await real.close();
    }
  }, 60_000);
});
