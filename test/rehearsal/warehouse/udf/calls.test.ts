import '../../../lambda/support/silence';
import { VirtualClock } from '../../../../rehearsal/clock';
import { Iam } from '../../../../rehearsal/aws/iam/iam';
import { AssociatedRoles } from '../../../../rehearsal/aws/redshift/associated-roles';
import { Redshift } from '../../../../rehearsal/aws/redshift/redshift';
import { RedshiftServerless } from '../../../../rehearsal/aws/redshift-serverless/redshift-serverless';
import { createProjectDatabase } from '../../../../rehearsal/warehouse/postgres/project-database';
import { type PostgresServer, startPostgres } from '../../../../rehearsal/warehouse/postgres/server';
import { PostgresWarehouse } from '../../../../rehearsal/warehouse/postgres/statements';
import { LambdaUdfs } from '../../../../rehearsal/warehouse/udf/gate';
import { disagreements, recordedCalls } from '../../../../rehearsal/warehouse/udf/proof';
import type { StatementOutcome, StatementRequest } from '../../../../rehearsal/warehouse/warehouse';

const START_MS = Date.UTC(2026, 6, 15, 12);
const [REGION, ACCOUNT, DATABASE, ADMIN] = ['us-east-1', '111122223333', 'shop', 'IAMR:WorkgroupAdmin'];
const LAMBDA = 'ClickstreamUpgrade-udf';
const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/ClickstreamUpgrade-udf-${REGION}`;

let server: PostgresServer;
let clock: VirtualClock;
let warehouse: PostgresWarehouse;
let iam: Iam;
let workgroups: RedshiftServerless;
let lambdas: Set<string>;
let udfs: LambdaUdfs;

beforeAll(async () => {
  server = await startPostgres();
  await createProjectDatabase(server, { database: DATABASE, owner: 'IAMR:Data', superusers: [ADMIN] });
}, 60_000);

afterAll(() => server.stop());

beforeEach(async () => {
  clock = new VirtualClock(START_MS);
  iam = new Iam();
  workgroups = new RedshiftServerless(clock);
  workgroups.add({
    region: REGION,
    name: 'wg',
    arn: `arn:aws:redshift-serverless:${REGION}:${ACCOUNT}:workgroup/1`,
    namespaceName: 'ns',
    baseCapacityRpu: 32,
    createdMs: START_MS,
    parameters: {},
    roles: new AssociatedRoles([ROLE_ARN]),
  });
  registerRole();
  lambdas = new Set([LAMBDA]);
  udfs = new LambdaUdfs({
    iam,
    workgroups,
    clusters: new Redshift(clock),
    lambdaExists: (name, region) => region === REGION && lambdas.has(name),
  });
  const gate = udfs.of({ region: REGION, accountId: ACCOUNT, kind: 'workgroup', name: 'wg' });
  warehouse = new PostgresWarehouse({ server, clock, externalFunctions: gate });
  await ok('CREATE SCHEMA probe');
});

afterEach(async () => {
  await warehouse.inspect(DATABASE, 'DROP SCHEMA probe CASCADE');
  await warehouse.inspect(DATABASE, 'TRUNCATE rehearsal.recorded_call');
  await warehouse.close();
  clock.close();
});

function registerRole(
  service = 'redshift-serverless.amazonaws.com',
  resource = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${LAMBDA}`,
): void {
  iam.registerRole({
    roleArn: ROLE_ARN,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    policies: [
      {
        name: 'invoke',
        document: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: resource }],
        },
      },
    ],
  });
}

function run(sqls: string[], mode: StatementRequest['mode'] = 'auto-commit'): Promise<StatementOutcome> {
  return warehouse.begin({ id: 'one', database: DATABASE, dbUser: ADMIN, sqls, mode, parameters: [] }).outcome;
}

async function ok(...sqls: string[]): Promise<unknown[][]> {
  const { error, results } = await run(sqls);
  expect(error).toBeUndefined();
  return results.at(-1)?.rows ?? [];
}

const refused = async (...sqls: string[]): Promise<string> => (await run(sqls)).error ?? 'no error';

const create = (name: string, args = 1, options = '', retryMs = 600_000): string =>
  `CREATE OR REPLACE EXTERNAL FUNCTION probe.${name} (${Array.from({ length: args }, () => 'varchar(65535)').join()})
   RETURNS varchar(65535) STABLE LAMBDA '${LAMBDA}' IAM_ROLE '${ROLE_ARN}' RETRY_TIMEOUT ${retryMs} ${options}`;

const CALL = `SELECT probe.combine_json_list('[{"a":1},{"b":2}]')`;
const FAILURE = /^ERROR: .*Invalid External Function Response.*code: +32103/s;

describe('An external function', () => {
  test('answers in SELECT, in UPDATE, and in a procedure, with what only the handler would know', async () => {
    await ok(create('combine_json_list'), create('convert_json_list'), create('rm_object_props', 2));
    expect(await ok(CALL)).toEqual([['{"a": 1, "b": 2}']]);
    expect(await ok('SELECT probe.combine_json_list(NULL)')).toEqual([[null]]);
    await ok(
      `CREATE TABLE probe.t (v varchar(65535))`,
      `INSERT INTO probe.t VALUES ('{"name":1,"é":2}'), ('broken')`,
      `UPDATE probe.t SET v = probe.rm_object_props(v, 'name')`,
      `CREATE PROCEDURE probe.p() LANGUAGE plpgsql AS $$
       BEGIN UPDATE probe.t SET v = probe.rm_object_props(v, 'x'); END $$`,
      'CALL probe.p()',
    );
    expect(await ok('SELECT v FROM probe.t ORDER BY v')).toEqual([['{"é": 2}'], [null]]);
  });

  test('can be created and called in one transaction', async () => {
    const { error, results } = await run([create('combine_json_list'), CALL], 'transaction');
    expect(error).toBeUndefined();
    expect(results[1]?.rows).toEqual([['{"a": 1, "b": 2}']]);
  });

  test('cannot be called without its role in sync, assumable and allowed to, nor without its Lambda', async () => {
    await ok(create('combine_json_list'));
    const roles = workgroups.find(REGION, 'wg')?.roles;
    if (roles === undefined) throw new Error('There is no workgroup');
    const release = clock.hold();
    roles.become([], clock);
    expect(await refused(CALL)).toMatch(/32103.*is not authorized to assume IAM Role/s);
    release();
    await clock.sleep(120_000);
    roles.become([ROLE_ARN], clock);
    await clock.sleep(120_000);
    await ok(CALL);
    registerRole('lambda.amazonaws.com');
    expect(await refused(CALL)).toMatch(/32103.*is not authorized to assume IAM Role/s);
    registerRole('redshift.amazonaws.com', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:other`);
    expect(await refused(CALL)).toMatch(/32103.*AccessDeniedException.*lambda:InvokeFunction/s);
    registerRole('redshift.amazonaws.com');
    lambdas.clear();
    expect(await refused(CALL)).toMatch(/32103.*ResourceNotFoundException/s);
    expect(await refused(CALL)).toMatch(FAILURE);
  });

  test('that the Lambda does not know fails, and so does every one without a gate', async () => {
    await ok(create('other'));
    expect(await refused(`SELECT probe.other('x')`)).toMatch(/32103.*There is no function other/s);
    await ok(create('combine_json_list').replace(LAMBDA, 'unasked'));
    warehouse.externalFunctions = undefined;
    await warehouse.inspect(DATABASE, 'TRUNCATE rehearsal.external_gate');
    expect(await refused(CALL)).toMatch(/32103.*reaches no Lambda/s);
  });

  test('lasts while its Lambda is throttled, and fails where that outlasts its retries', async () => {
    await ok(create('combine_json_list', 1, '', 20_000));
    const over = clock.now() + 300;
    await udfs.throttle(LAMBDA, over);
    await ok(CALL);
    expect(clock.now()).toBeGreaterThanOrEqual(over);
    await udfs.throttle(LAMBDA, clock.now() + 60_000);
    expect(await refused(CALL)).toMatch(/32103.*TooManyRequestsException: Rate Exceeded/s);
    await ok(create('combine_json_list', 1, '', 600_000));
    await udfs.throttle(LAMBDA, 0);
    await ok(CALL);
  });

  test('has answers of a batch that are too large, unless its batches are small', async () => {
    // A quote in a parameter comes back in the query as well, and is escaped three times.
    const many = `SELECT count(probe.parse_utm_from_url('https://e.com/p?n=' || n || repeat('"', 2000), NULL, NULL))
      FROM generate_series(1, 220) n`;
    await ok(create('parse_utm_from_url', 3));
    expect(await refused(many)).toMatch(/32103.*a Lambda may give back 6291456.*smaller MAX_BATCH_ROWS/s);
    await ok(create('parse_utm_from_url', 3, 'MAX_BATCH_ROWS 2000 MAX_BATCH_SIZE 256 KB'));
    await ok(many);
  });
});

describe('The record of calls', () => {
  test('has each committed one once, and the handler agrees', async () => {
    await ok(create('combine_json_list'), create('parse_utm_from_url', 3), CALL, CALL);
    await ok(`SELECT probe.parse_utm_from_url('https://e.com/?gclid=1', NULL, NULL)`);
    await run([`SELECT probe.combine_json_list('[]')`, 'SELECT 1/0'], 'transaction');
    const calls = await recordedCalls(warehouse, DATABASE);
    expect(calls.map(({ functionName, arguments: args }) => [functionName, args])).toEqual([
      ['combine_json_list', ['[{"a":1},{"b":2}]']],
      ['parse_utm_from_url', ['https://e.com/?gclid=1', null, null]],
    ]);
    expect(disagreements(calls)).toEqual([]);
  });
});
