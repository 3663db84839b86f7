import { Client } from 'pg';
import { VirtualClock } from '../../../rehearsal/clock';
import { createProjectDatabase } from '../../../rehearsal/warehouse/postgres/project-database';
import { type PostgresServer, startPostgres } from '../../../rehearsal/warehouse/postgres/server';
import { abortCalls } from '../../../rehearsal/warehouse/postgres/statement-faults';
import { PostgresWarehouse } from '../../../rehearsal/warehouse/postgres/statements';
import type { RunningStatement, StatementOutcome, StatementRequest } from '../../../rehearsal/warehouse/warehouse';

const START_MS = Date.UTC(2026, 0, 15, 12);
const USER = 'IAMR:ClickstreamRole';

let server: PostgresServer;
let clock: VirtualClock;
let warehouse: PostgresWarehouse;
let ids = 0;

beforeAll(async () => {
  server = await startPostgres();
  await createProjectDatabase(server, { database: 'project1', owner: USER });
}, 60_000);

afterAll(async () => {
  await server.stop();
});

beforeEach(() => {
  clock = new VirtualClock(START_MS);
  warehouse = new PostgresWarehouse({ server, clock });
});

afterEach(async () => {
  await warehouse.close();
  clock.close();
});

function begin(sqls: string | string[], options: Partial<StatementRequest> = {}): RunningStatement {
  ids += 1;
  return warehouse.begin({
    id: `statement-${ids}`,
    database: 'project1',
    dbUser: USER,
    sqls: typeof sqls === 'string' ? [sqls] : sqls,
    mode: 'single',
    parameters: [],
    ...options,
  });
}

function run(sqls: string | string[], options: Partial<StatementRequest> = {}): Promise<StatementOutcome> {
  return begin(sqls, options).outcome;
}

async function value(sql: string, options: Partial<StatementRequest> = {}): Promise<unknown> {
  const outcome = await run(sql, options);
  if (outcome.error !== undefined) throw new Error(outcome.error);
  return outcome.results[0]?.rows[0]?.[0];
}

async function superuser(sql: string): Promise<void> {
  const client = new Client({ connectionString: server.url('project1') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The first moment at which the statement has a backend and its SQL has begun. */
function started(matching: string): Promise<void> {
  return new Promise((resolve) => {
    const remove = warehouse.onStatement((statement) => {
      if (!statement.sql.includes(matching)) return;
      remove();
      resolve();
    });
  });
}

describe('a statement', () => {
  it('runs as the user it was submitted for, which is created at its first connection', async () => {
    expect(await value('SELECT current_user::varchar', { dbUser: 'IAMR:SomebodyElse' })).toBe('IAMR:SomebodyElse');
  });

  it('gives its result as the Data API types it', async () => {
    const { results } = await run(
      `SELECT 1::int AS a, 2::bigint AS b, 1.5::float AS c, 1.50::numeric AS d, true AS e, 'x'::varchar AS f,
        TIMESTAMP '2026-01-02 03:04:05' AS g, DATE '2026-01-02' AS h, NULL::varchar AS i, json_parse('{"k":1}') AS j`,
    );
    expect(results[0]).toEqual({
      columns: [
        { name: 'a', typeName: 'int4' },
        { name: 'b', typeName: 'int8' },
        { name: 'c', typeName: 'float8' },
        { name: 'd', typeName: 'numeric' },
        { name: 'e', typeName: 'bool' },
        { name: 'f', typeName: 'varchar' },
        { name: 'g', typeName: 'timestamp' },
        { name: 'h', typeName: 'date' },
        { name: 'i', typeName: 'varchar' },
        { name: 'j', typeName: 'super' },
      ],
      rows: [[1, 2, 1.5, '1.50', true, 'x', '2026-01-02 03:04:05', '2026-01-02', null, '{"k": 1}']],
    });
  });

  it('binds parameters as values that the database types by their place', async () => {
    const parameters = [
      { name: 'n', value: '41' },
      { name: 'name', value: "O'Hara; DROP TABLE x" },
    ];
    const { results } = await run('SELECT CAST(:n AS bigint) + 1 AS n, lower(:name) AS name, :n::varchar AS again', {
      parameters,
    });
    expect(results[0]?.rows).toEqual([[42, "o'hara; drop table x", '41']]);
  });

  it('that is refused by the database ends FAILED with the error as Redshift words it', async () => {
    const { status, error } = await run('SELECT * FROM nowhere');
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'ERROR: relation "nowhere" does not exist' });
  });

  it('with Redshift SQL that is not simulated ends FAILED and says so', async () => {
    expect((await run('VACUUM t')).error).toBe("ERROR: VACUUM is not simulated by the rehearsal's warehouse");
  });

  it('may only be one', async () => {
    expect((await run('SELECT 1; SELECT 2')).error).toMatch(/cannot insert multiple commands/);
  });

  it('on a database that does not exist ends FAILED', async () => {
    expect((await run('SELECT 1', { database: 'nowhere' })).error).toBe('FATAL: database "nowhere" does not exist');
  });

  it('lets a procedure commit on its own, but not in a batch that is one transaction', async () => {
    await run('CREATE TABLE steps (n int)');
    await run(`CREATE PROCEDURE two_steps() LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO steps VALUES (1); COMMIT; INSERT INTO steps VALUES (2); END $$`);
    expect((await run('CALL two_steps()')).status).toBe('FINISHED');
    const refused = await run(['CALL two_steps()', 'SELECT 1'], { mode: 'transaction' });
    expect(refused.error).toBe(
      'ERROR: COMMIT cannot be invoked from a procedure that is executing in an atomic context.',
    );
    expect(await value('SELECT count(*) FROM steps')).toBe(2);
  });
});

describe('a batch', () => {
  it('in one transaction leaves nothing when one statement fails', async () => {
    const running = begin(['CREATE TABLE batch_a (n int)', 'SELECT 1/0', 'SELECT 1'], { mode: 'transaction' });
    const outcome = await running.outcome;
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ERROR: division by zero', results: [null] });
    expect(running.parts?.map((part) => part.status)).toEqual(['FINISHED', 'FAILED', 'ABORTED']);
    expect(await value(`SELECT count(*) FROM pg_class WHERE relname = 'batch_a'`)).toBe(0);
  });

  it('with automatic commit keeps the statements that succeed', async () => {
    const running = begin(['CREATE TABLE batch_b (n int)', 'SELECT 1/0', 'INSERT INTO batch_b VALUES (1), (2)'], {
      mode: 'auto-commit',
    });
    expect((await running.outcome).status).toBe('FAILED');
    expect(running.parts?.map((part) => part.status)).toEqual(['FINISHED', 'FAILED', 'FINISHED']);
    expect(running.parts?.[2]?.affectedRows).toBe(2);
    expect(await value('SELECT count(*) FROM batch_b')).toBe(2);
  });
});

describe('time', () => {
  it('of getdate() is the rehearsal clock, in whole seconds, and moves on during a procedure', async () => {
    const before = Math.floor(clock.now() / 1000);
    const seconds = await value('SELECT CAST(EXTRACT(epoch FROM getdate()) AS bigint)');
    expect(seconds).toBeGreaterThanOrEqual(before);
    expect(seconds).toBeLessThanOrEqual(Math.ceil(clock.now() / 1000));
    await run('CREATE TABLE moments (at timestamp)');
    await run(`CREATE PROCEDURE later() LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO moments VALUES (getdate()); PERFORM pg_sleep(1.1); INSERT INTO moments VALUES (getdate()); END $$`);
    await run('CALL later()');
    expect(await value('SELECT count(DISTINCT at) FROM moments')).toBe(2);
  });

  it('flows while a statement runs and may jump when none does', async () => {
    const running = begin('SELECT pg_sleep(0.2)');
    let fired = false;
    const tomorrow = clock.sleep(86_400_000).then(() => (fired = true));
    await running.outcome;
    expect(fired).toBe(false);
    await tomorrow;
    expect(clock.now()).toBeGreaterThanOrEqual(START_MS + 86_400_000);
    expect(await value('SELECT getdate()::date::varchar')).toBe('2026-01-16');
  });
});

describe('ending a statement from outside', () => {
  it('by pg_cancel_backend from another statement of the same user', async () => {
    const underWay = started('pg_sleep');
    const running = begin('SELECT pg_sleep(60)');
    await underWay;
    await run('SELECT pg_cancel_backend(CAST(:pid AS integer))', {
      parameters: [{ name: 'pid', value: String(running.pid) }],
    });
    const outcome = await running.outcome;
    expect(outcome.status).toBe('FAILED');
    expect(outcome.error).toMatch(/^ERROR: Query \(\d+\) canceled on user's request$/);
  });

  it('by pg_terminate_backend reads like a cancel', async () => {
    const underWay = started('pg_sleep');
    const running = begin('SELECT pg_sleep(60)');
    await underWay;
    await run(`SELECT pg_terminate_backend(${running.pid})`);
    expect((await running.outcome).error).toMatch(/canceled on user's request$/);
  });

  it('is refused to other users', async () => {
    const underWay = started('pg_sleep');
    const running = begin('SELECT pg_sleep(60)');
    await underWay;
    const refused = await run(`SELECT pg_cancel_backend(${running.pid})`, { dbUser: 'IAMR:Stranger' });
    expect(refused.error).toMatch(/permission denied/);
    await running.cancel();
    expect((await running.outcome).status).toBe('ABORTED');
  });

  it('by CancelStatement works at any moment, also before a backend has it, and ends a whole batch', async () => {
    const running = begin(['SELECT pg_sleep(60)', 'SELECT pg_sleep(60)'], { mode: 'auto-commit' });
    await running.cancel();
    const outcome = await running.outcome;
    expect(outcome.status).toBe('ABORTED');
    expect(running.parts?.map((part) => part.status)).toEqual(['ABORTED', 'ABORTED']);
  });

  it('is not swallowed by a procedure that swallows every error', async () => {
    await run(`CREATE PROCEDURE stubborn() LANGUAGE plpgsql AS $$
      BEGIN LOOP BEGIN PERFORM pg_sleep(0.01); EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$`);
    const underWay = started('stubborn');
    const running = begin('CALL stubborn()');
    await underWay;
    await running.cancel();
    expect((await running.outcome).status).toBe('ABORTED');
  });

  it('by statement_timeout, of the warehouse or of one user, reads like a cancel', async () => {
    warehouse.limits = { statementTimeoutMs: 60_000, statementTimeoutMsByUser: { [USER]: 50 } };
    expect((await run('SELECT pg_sleep(60)')).error).toMatch(/canceled on user's request$/);
    expect(await value(`SELECT current_setting('statement_timeout')`)).toBe('50');
    expect(await value(`SELECT current_setting('statement_timeout')`, { dbUser: 'IAMR:Other' })).toBe('60000');
  });

  it('by max_query_execution_time reads like workload management', async () => {
    warehouse.limits = { maxQueryExecutionMs: 50 };
    expect((await run('SELECT pg_sleep(60)')).error).toMatch(
      /^ERROR: Query \(\d+\) cancelled by WLM abort action of Query Monitoring Rule "max_query_execution_time"\.$/,
    );
  });

  it('by a planted fault strikes so many calls after so many log rows', async () => {
    await run('CREATE SCHEMA app1');
    await run('CREATE TABLE app1.clickstream_log_v2 (log_msg varchar)');
    await run(`CREATE PROCEDURE app1.chatty() LANGUAGE plpgsql AS $$
      BEGIN FOR i IN 1..5 LOOP INSERT INTO app1.clickstream_log_v2 VALUES ('row ' || i); COMMIT; PERFORM pg_sleep(0.05); END LOOP; END $$`);
    const fault = abortCalls(warehouse, {
      procedure: 'chatty',
      when: { afterLogRows: 1, matching: 'row 2' },
      cause: { kind: 'wlm', rule: 'long' },
      times: 1,
    });
    expect((await run('/* first */ CALL app1.chatty()')).error).toMatch(/Query Monitoring Rule "long"/);
    expect(fault.struck()).toBe(1);
    expect((await run('CALL app1.chatty()')).status).toBe('FINISHED');
  });
});

describe('SYS_QUERY_HISTORY', () => {
  const mine = `SELECT TRIM(status), TRIM(query_type), query_text, error_message, elapsed_time > 0, session_id
    FROM sys_query_history WHERE query_text LIKE :pattern AND query_text NOT LIKE '%sys_query_history%' ORDER BY query_id`;
  const pattern = (text: string): Partial<StatementRequest> => ({ parameters: [{ name: 'pattern', value: text }] });

  it('shows a statement while it runs, comment included, and how it ended', async () => {
    const underWay = started('token-1');
    const running = begin('/* token-1 */ SELECT pg_sleep(60)');
    await underWay;
    expect((await run(mine, pattern('%token-1%'))).results[0]?.rows).toEqual([
      ['running', 'SELECT', '/* token-1 */ SELECT pg_sleep(60)', null, true, running.pid],
    ]);
    await running.cancel();
    await running.outcome;
    expect((await run(mine, pattern('%token-1%'))).results[0]?.rows[0]?.slice(0, 1)).toEqual(['canceled']);
    await run('/* token-2 */ SELECT 1/0');
    expect((await run(mine, pattern('%token-2%'))).results[0]?.rows[0]?.slice(0, 4)).toEqual([
      'failed',
      'SELECT',
      '/* token-2 */ SELECT 1/0',
      'division by zero',
    ]);
  });

  it('shows an ordinary user only its own statements', async () => {
    await run('/* token-3 */ SELECT 1');
    expect((await run(mine, { ...pattern('%token-3%'), dbUser: 'IAMR:Stranger' })).results[0]?.rows).toEqual([]);
  });

  it('tells times of the rehearsal clock', async () => {
    await run('/* token-4 */ SELECT 1');
    expect(
      await value(`SELECT start_time::date::varchar FROM sys_query_history WHERE query_text LIKE '/* token-4%'`),
    ).toBe('2026-01-15');
  });
});

describe('SYS_SERVERLESS_USAGE', () => {
  const monitor = { dbUser: 'IAMR:Monitor' };
  const charged = 'SELECT SUM(charged_seconds)::int FROM sys_serverless_usage';

  it('is refused to users without the role sys:monitor', async () => {
    expect((await run(charged)).error).toBe('ERROR: permission denied for relation sys_serverless_usage');
  });

  it('tells RPU-seconds by the minute, counts what runs at once once, and charges a minute at least', async () => {
    await run('SELECT 1', monitor);
    await superuser(`GRANT "sys:monitor" TO "${monitor.dbUser}"`);
    await superuser('DELETE FROM rehearsal.query_history');
    expect(await value(charged, monitor)).toBeNull();
    await superuser(`INSERT INTO rehearsal.query_history
      SELECT 1, n, n, n, 'project1', 'CALL', 'success', begun, ended, 1, NULL, 'CALL'
      FROM (VALUES
        (1, TIMESTAMP '2026-01-15 10:00:30', TIMESTAMP '2026-01-15 10:03:00'),
        (2, TIMESTAMP '2026-01-15 10:00:30', TIMESTAMP '2026-01-15 10:03:00'),
        (3, TIMESTAMP '2026-01-15 12:00:00', TIMESTAMP '2026-01-15 12:00:02')
      ) calls(n, begun, ended)`);
    const minutes = `SELECT TO_CHAR(start_time, 'HH24:MI'), charged_seconds FROM sys_serverless_usage
      WHERE start_time BETWEEN '2026-01-15 10:00:00' AND '2026-01-15 12:00:00' ORDER BY start_time`;
    expect((await run(minutes, monitor)).results[0]?.rows.map((row) => row.map(String))).toEqual([
      ['10:00', String(30 * 32)],
      ['10:01', String(60 * 32)],
      ['10:02', String(60 * 32)],
      ['12:00', String(60 * 32)],
    ]);
  });
});

describe('Redshift functions', () => {
  it.each([
    [`json_extract_path_text('{"a":{"b":"c"}}', 'a', 'b')`, 'c'],
    [`json_extract_path_text('{"a":1}', 'z')`, ''],
    [`json_serialize(NULL)`, 'null'],
    [`CONVERT_TIMEZONE('Asia/Shanghai', TIMESTAMP '2026-01-01 20:00:00')::varchar`, '2026-01-02 04:00:00'],
    [`len('äöü')`, 3],
    [`DATEDIFF(day, TIMESTAMP '2026-01-01 23:59', TIMESTAMP '2026-01-02 00:01')`, 1],
    [`DATEADD(hour, -25, TIMESTAMP '2026-01-02 00:00')::varchar`, '2025-12-31 23:00:00'],
    [`(SELECT LISTAGG(x, '-') WITHIN GROUP (ORDER BY x DESC) FROM (SELECT 'a' AS x UNION ALL SELECT 'b') t)`, 'b-a'],
    [`can_json_parse('{')`, false],
    [`(SELECT count(*) FROM svv_columns WHERE table_name = 'svv_columns')`, 11],
  ])('%s is %p', async (expression, expected) => {
    expect(await value(`SELECT ${expression}`)).toBe(expected);
  });

  it('un-nests and navigates SUPER in a real query', async () => {
    await run('CREATE TABLE orders (id int, items jsonb, app_info jsonb)');
    await run(`INSERT INTO orders VALUES
      (1, '[{"id":"a","price":1.5},{"id":null}]', '{"app_id":"x"}'), (2, null, '{"app_id":null}'), (3, '{}', null)`);
    const { results } = await run(
      `SELECT o.id, item.id::varchar, item.price::float, o.app_info.app_id::varchar FROM orders AS o, o.items AS item
       WHERE item.id IS NOT NULL`,
    );
    expect(results[0]?.rows).toEqual([[1, 'a', 1.5, 'x']]);
    expect(await value('SELECT count(*) FROM orders o WHERE o.app_info.app_id IS NULL')).toBe(2);
  });
});
