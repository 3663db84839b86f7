import { RedshiftDataService } from '../../../rehearsal/aws/redshift-data';
import { AwsError, type Caller } from '../../../rehearsal/aws/service';
import { VirtualClock } from '../../../rehearsal/clock';
import type {
  RunningStatement,
  StatementOutcome,
  StatementRequest,
  Warehouse,
} from '../../../rehearsal/warehouse/warehouse';

const REGION = 'eu-west-1';
const HOUR_MS = 3_600_000;

/** A warehouse whose statements end when the test says so, or after a modelled time. */
class ScriptedWarehouse implements Warehouse {
  readonly begun: StatementRequest[] = [];
  private readonly ends: ((outcome: StatementOutcome) => void)[] = [];
  answer: StatementOutcome = { status: 'FINISHED', durationMs: 5, results: [null] };
  /** Milliseconds after which a statement ends by itself; undefined = when told. */
  lastsMs: number | undefined;

  constructor(private readonly clock: VirtualClock) {}

  begin(request: StatementRequest): RunningStatement {
    const index = this.begun.push(request) - 1;
    const outcome = new Promise<StatementOutcome>((resolve) => {
      this.ends[index] = resolve;
      if (this.lastsMs !== undefined) this.clock.at(this.clock.now() + this.lastsMs, () => resolve(this.answer));
    });
    return {
      pid: 4711,
      outcome,
      cancel: () => {
        this.end(index, {
          status: 'ABORTED',
          error: "ERROR: Query (1) canceled on user's request",
          durationMs: 1,
          results: [],
        });
        return Promise.resolve();
      },
    };
  }

  end(index: number, outcome: StatementOutcome = this.answer): void {
    this.ends[index]?.(outcome);
  }
}

let clock: VirtualClock;
let warehouse: ScriptedWarehouse;
let service: RedshiftDataService;

beforeEach(() => {
  clock = new VirtualClock(Date.UTC(2026, 0, 15));
  warehouse = new ScriptedWarehouse(clock);
  service = new RedshiftDataService({ clock });
  const place = { region: REGION, accountId: '111122223333', warehouse };
  service.targets.add({ ...place, kind: 'workgroup', name: 'wg' });
  service.targets.add({ ...place, kind: 'cluster', name: 'cl' });
  service.targets.addSecret('arn:aws:secretsmanager:eu-west-1:111122223333:secret:admin', 'admin');
});

afterEach(() => clock.close());

function caller(role = 'service-role/Clickstream-DataApi', sessionName = 's1'): Caller {
  return {
    accountId: '111122223333',
    roleArn: `arn:aws:iam::111122223333:role/${role}`,
    sessionName,
    accessKeyId: 'AKIA',
  };
}

async function call(
  operation: string,
  input: Record<string, unknown>,
  as = caller(),
): Promise<Record<string, unknown>> {
  // Every real caller is a handler in flight, which holds the clock.
  const release = clock.hold();
  try {
    return await service.handle({ service: 'redshift-data', operation, region: REGION, input, caller: as });
  } finally {
    release();
  }
}

const WORKGROUP = { WorkgroupName: 'wg', Database: 'project1' };

async function submit(input: Record<string, unknown> = {}, as = caller()): Promise<string> {
  const answer = await call('ExecuteStatement', { Sql: 'SELECT 1', ...WORKGROUP, ...input }, as);
  return String(answer['Id']);
}

/** Ends a statement and lets everybody who waits for it see it. */
async function end(index: number, outcome?: StatementOutcome): Promise<void> {
  warehouse.end(index, outcome);
  await new Promise((resolve) => setImmediate(resolve));
}

async function refusal(promise: Promise<unknown>): Promise<{ name: string; message: string; members: unknown }> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AwsError)) throw new Error(`Expected an AwsError, got ${String(error)}`);
  return { name: error.name, message: error.message, members: error.members };
}

describe('a statement', () => {
  it('is described from its submission to its end with the fields of the Data API', async () => {
    const id = await submit({ Sql: 'SELECT :a', Parameters: [{ name: 'a', value: '1' }], StatementName: 'one' });
    expect(await call('DescribeStatement', { Id: id })).toMatchObject({
      Id: id,
      Status: 'STARTED',
      Duration: -1,
      RedshiftPid: 4711,
      HasResultSet: false,
      ResultRows: -1,
      Database: 'project1',
      DbUser: 'IAMR:Clickstream-DataApi',
      WorkgroupName: 'wg',
      QueryString: 'SELECT :a',
      QueryParameters: [{ name: 'a', value: '1' }],
    });
    const columns = [{ name: 'a', typeName: 'varchar' }];
    await end(0, { status: 'FINISHED', durationMs: 1500, results: [{ columns, rows: [['1']] }] });
    expect(await call('DescribeStatement', { Id: id })).toMatchObject({
      Status: 'FINISHED',
      Duration: 1_500_000_000,
      HasResultSet: true,
      ResultRows: 1,
      ResultSize: 1,
    });
  });

  it('that fails was submitted all the same, and tells its error when described', async () => {
    const id = await submit();
    await end(0, { status: 'FAILED', error: 'ERROR: division by zero', durationMs: 1, results: [] });
    expect(await call('DescribeStatement', { Id: id })).toMatchObject({
      Status: 'FAILED',
      Error: 'ERROR: division by zero',
    });
  });

  it('is forgotten 24 hours after its end', async () => {
    const id = await submit();
    await end(0);
    await clock.sleep(24 * HOUR_MS - 1);
    expect(await call('DescribeStatement', { Id: id })).toMatchObject({ Status: 'FINISHED' });
    await clock.sleep(1);
    expect(await refusal(call('DescribeStatement', { Id: id }))).toEqual({
      name: 'ResourceNotFoundException',
      message: 'Query does not exist.',
      members: { Message: 'Query does not exist.', ResourceId: id },
    });
  });

  it('does not exist for another role, but does for another session of the same role', async () => {
    const id = await submit();
    for (const operation of ['DescribeStatement', 'GetStatementResult', 'CancelStatement']) {
      expect((await refusal(call(operation, { Id: id }, caller('Other')))).name).toBe('ResourceNotFoundException');
    }
    expect(await call('DescribeStatement', { Id: id }, caller(undefined, 's2'))).toMatchObject({ Status: 'STARTED' });
  });
});

describe('a long poll', () => {
  it('answers at the end of the statement, when that comes first', async () => {
    const id = await submit();
    const polled = call('DescribeStatement', { Id: id, WaitTimeSeconds: 30 });
    await end(0);
    expect(await polled).toMatchObject({ Status: 'FINISHED' });
  });

  it('answers after its time when the statement still runs, and lets the clock jump there', async () => {
    const id = await submit();
    const startMs = clock.now();
    expect(await call('DescribeStatement', { Id: id, WaitTimeSeconds: 20 })).toMatchObject({ Status: 'STARTED' });
    expect(clock.now()).toBe(startMs + 20_000);
  });

  it('lets the clock jump to the end of a modelled statement, not beyond', async () => {
    warehouse.lastsMs = 12_345;
    const startMs = clock.now();
    const answer = await call('ExecuteStatement', { Sql: 'SELECT 1', ...WORKGROUP, WaitTimeSeconds: 30 });
    expect(answer).toMatchObject({ Status: 'FINISHED', RedshiftPid: 4711, HasResultSet: false });
    expect(clock.now()).toBe(startMs + 12_345);
  });

  it('leaves the clock held by the other handlers in flight', async () => {
    const release = clock.hold();
    const id = await submit();
    let answered = false;
    const polled = call('DescribeStatement', { Id: id, WaitTimeSeconds: 5 }).then(() => (answered = true));
    await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
    expect(answered).toBe(false);
    release();
    await polled;
  });

  it.each([0, 31, 1.5])('of %p seconds is refused', async (seconds) => {
    expect((await refusal(call('DescribeStatement', { Id: await submit(), WaitTimeSeconds: seconds }))).name).toBe(
      'ValidationException',
    );
  });
});

describe('a client token', () => {
  it('gives the first statement back for 8 hours, also while the first answer is outstanding', async () => {
    const [first, second] = await Promise.all([submit({ ClientToken: 't' }), submit({ ClientToken: 't' })]);
    expect(second).toBe(first);
    await clock.sleep(8 * HOUR_MS - 1);
    expect(await submit({ ClientToken: 't' })).toBe(first);
    expect(warehouse.begun).toHaveLength(1);
    await clock.sleep(1);
    expect(await submit({ ClientToken: 't' })).not.toBe(first);
  });

  it('does not depend on how long the caller waits', async () => {
    const first = await submit({ ClientToken: 't' });
    expect(await submit({ ClientToken: 't', WaitTimeSeconds: 1 })).toBe(first);
  });

  it('with other parameters is refused', async () => {
    await submit({ ClientToken: 't' });
    expect((await refusal(submit({ ClientToken: 't', Sql: 'SELECT 2' }))).name).toBe('ValidationException');
  });

  it('of a refused submission is not used up', async () => {
    await refusal(submit({ ClientToken: 't', WorkgroupName: 'absent' }));
    await submit({ ClientToken: 't' });
    expect(warehouse.begun).toHaveLength(1);
  });
});

describe('the database user', () => {
  it.each([
    ['of a workgroup is the role', WORKGROUP, 'IAMR:Clickstream-DataApi'],
    ['of a cluster is DbUser', { ClusterIdentifier: 'cl', DbUser: 'clickstream', Database: 'd' }, 'clickstream'],
    ['of a cluster without DbUser is the role', { ClusterIdentifier: 'cl', Database: 'd' }, 'IAMR:Clickstream-DataApi'],
    [
      'of a secret is its user',
      { ...WORKGROUP, SecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:admin' },
      'admin',
    ],
  ])('%s', async (_, address, user) => {
    await call('ExecuteStatement', { Sql: 'SELECT 1', ...address });
    expect(warehouse.begun[0]?.dbUser).toBe(user);
  });
});

describe('a submission', () => {
  it.each([
    ['without warehouse', { WorkgroupName: undefined }],
    ['with two warehouses', { ClusterIdentifier: 'cl' }],
    ['for a workgroup of another name', { WorkgroupName: 'other' }],
    ['with DbUser on a workgroup', { DbUser: 'x' }],
    ['with an unknown secret', { SecretArn: 'arn:x' }],
    ['without database', { Database: undefined }],
    ['with an empty parameter', { Sql: 'SELECT :a', Parameters: [{ name: 'a', value: '' }] }],
    ['with a parameter that is not used', { Parameters: [{ name: 'a', value: '1' }] }],
    ['with a token of 65 characters', { ClientToken: 'x'.repeat(65) }],
    ['with more than 200 KB of text', { Sql: `SELECT '${'x'.repeat(200 * 1024)}'` }],
  ])('%s is refused', async (_, input) => {
    expect((await refusal(submit(input))).name).toBe('ValidationException');
    expect(warehouse.begun).toEqual([]);
  });

  it.each(['SessionId', 'SessionKeepAliveSeconds'])('with %s is refused as not simulated', async (member) => {
    expect((await refusal(submit({ [member]: 60 }))).message).toMatch(/does not simulate/);
  });

  it('is refused when 500 statements are active, until one ends', async () => {
    for (let count = 0; count < 500; count += 1) await submit();
    expect((await refusal(submit())).name).toBe('ActiveStatementsExceededException');
    await end(0);
    await submit();
  });
});

describe('a batch', () => {
  const columns = [{ name: 'n', typeName: 'int4' }];

  it('runs as one transaction by default and has sub-statements with results of their own', async () => {
    warehouse.answer = { status: 'FINISHED', durationMs: 2, results: [null, { columns, rows: [[7]] }] };
    const { Id: id } = await call('BatchExecuteStatement', { Sqls: ['CALL a.b()', 'SELECT 7'], ...WORKGROUP });
    expect(warehouse.begun[0]?.mode).toBe('transaction');
    await end(0);
    expect(await call('DescribeStatement', { Id: id })).toMatchObject({
      HasResultSet: true,
      ExecutionMode: 'TRANSACTION',
      SubStatements: [
        { Id: `${String(id)}:1`, HasResultSet: false, QueryString: 'CALL a.b()' },
        { Id: `${String(id)}:2`, HasResultSet: true, ResultRows: 1 },
      ],
    });
    expect(await call('GetStatementResult', { Id: `${String(id)}:2` })).toMatchObject({
      Records: [[{ longValue: 7 }]],
    });
    expect((await refusal(call('GetStatementResult', { Id: id }))).name).toBe('ResourceNotFoundException');
    expect((await refusal(call('DescribeStatement', { Id: `${String(id)}:3` }))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  it('commits each statement with AUTO_COMMIT', async () => {
    await call('BatchExecuteStatement', { Sqls: ['SELECT 1'], ExecutionMode: 'AUTO_COMMIT', ...WORKGROUP });
    expect(warehouse.begun[0]?.mode).toBe('auto-commit');
  });

  it.each([0, 41])('of %p statements is refused', async (count) => {
    const sqls = Array.from({ length: count }, () => 'SELECT 1');
    expect((await refusal(call('BatchExecuteStatement', { Sqls: sqls, ...WORKGROUP }))).name).toBe(
      'ValidationException',
    );
  });
});

describe('a result', () => {
  it('comes typed, in pages', async () => {
    const id = await submit();
    const columns = ['int8', 'float8', 'varchar', 'bool', 'numeric'].map((typeName, index) => ({
      name: `c${index}`,
      typeName,
    }));
    const rows = Array.from({ length: 1001 }, (_, index) => [index, index, 'x', index % 2 === 0, null]);
    await end(0, { status: 'FINISHED', durationMs: 1, results: [{ columns, rows }] });
    const first = await call('GetStatementResult', { Id: id });
    expect(first['TotalNumRows']).toBe(1001);
    expect(first['Records']).toHaveLength(1000);
    expect(await call('GetStatementResult', { Id: id, NextToken: first['NextToken'] })).toMatchObject({
      Records: [
        [{ longValue: 1000 }, { doubleValue: 1000 }, { stringValue: 'x' }, { booleanValue: true }, { isNull: true }],
      ],
      ColumnMetadata: [{ name: 'c0', typeName: 'int8' }, {}, {}, {}, {}],
    });
  });

  it('is not found while the statement runs, after a failure and where there is none', async () => {
    const running = await submit();
    const failed = await submit();
    const silent = await submit({ Sql: 'CALL a.b()' });
    await end(1, { status: 'FAILED', error: 'ERROR: x', durationMs: 1, results: [] });
    await end(2);
    for (const id of [running, failed, silent]) {
      expect((await refusal(call('GetStatementResult', { Id: id }))).message).toBe(
        'Query does not have result. Please check query status with DescribeStatement.',
      );
    }
  });

  it('with a row of more than 64 KB fails its statement', async () => {
    const id = await submit();
    const columns = [{ name: 'a', typeName: 'varchar' }];
    await end(0, { status: 'FINISHED', durationMs: 1, results: [{ columns, rows: [['x'.repeat(70_000)]] }] });
    expect(await call('DescribeStatement', { Id: id })).toMatchObject({ Status: 'FAILED', HasResultSet: false });
  });
});

describe('a cancel', () => {
  it('aborts a running statement, and is refused afterwards', async () => {
    const id = await submit();
    expect(await call('CancelStatement', { Id: id })).toEqual({ Status: true });
    expect(await call('DescribeStatement', { Id: id, WaitTimeSeconds: 1 })).toMatchObject({ Status: 'ABORTED' });
    expect(await refusal(call('CancelStatement', { Id: id }))).toMatchObject({
      name: 'ValidationException',
      message: `Could not cancel a query that is already in ABORTED state with ID: ${id}`,
    });
  });
});

describe('the list of statements', () => {
  it('shows the role its finished statements by default, all of them on demand, newest first, by name prefix', async () => {
    const first = await submit({ StatementName: 'load-1' });
    const second = await submit({ StatementName: 'load-2' });
    await submit({ StatementName: 'other' });
    await submit({ StatementName: 'load-3' }, caller('Other'));
    await end(0);
    const ids = async (input: Record<string, unknown>): Promise<unknown[]> =>
      ((await call('ListStatements', input))['Statements'] as { Id: string }[]).map(({ Id }) => Id);
    expect(await ids({})).toEqual([first]);
    expect(await ids({ Status: 'ALL', StatementName: 'load' })).toEqual([second, first]);
    const page = await call('ListStatements', { Status: 'ALL', MaxResults: 2 });
    expect(await ids({ Status: 'ALL', MaxResults: 2, NextToken: page['NextToken'] })).toEqual([first]);
    expect(await ids({ Status: 'ALL', Database: 'elsewhere' })).toEqual([]);
  });
});

describe('the journal', () => {
  it('takes note of calls, comments before them or not, and of how they ended', async () => {
    await submit({ Sql: '/* clickstream-upgrade events/call */ CALL "App1".sp_migrate_event_to_v2(12)' });
    await submit({ Sql: 'SELECT 1' });
    await call('CancelStatement', { Id: service.journal.calls[0]?.statementId });
    await new Promise((resolve) => setImmediate(resolve));
    expect(service.journal.calls).toMatchObject([
      {
        schema: 'app1',
        procedure: 'sp_migrate_event_to_v2',
        arguments: ['12'],
        database: 'project1',
        status: 'ABORTED',
      },
    ]);
    expect(service.journal.counts()).toEqual({ submitted: 1, cancelled: 1, duplicated: 0 });
  });

  it('calls a call a duplicate when another of the same unit runs, and only then', async () => {
    const sql = 'CALL "app1".sp_migrate_user_to_v2()';
    await submit({ Sql: sql });
    await submit({ Sql: 'CALL "app2".sp_migrate_user_to_v2()' });
    await submit({ Sql: sql, Database: 'project2' });
    expect(service.journal.counts().duplicated).toBe(0);
    await submit({ Sql: sql });
    expect(service.journal.calls.at(-1)?.duplicate).toBe('another call of it is running');
    await end(0);
    await end(3);
    await submit({ Sql: sql });
    expect(service.journal.counts()).toMatchObject({ submitted: 5, duplicated: 1 });
  });
});

it('refuses operations that are not simulated', async () => {
  expect((await refusal(call('ListSessions', {}))).message).toMatch(/does not simulate redshift-data:ListSessions/);
});
