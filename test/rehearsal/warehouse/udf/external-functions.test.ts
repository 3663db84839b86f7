import { VirtualClock } from '../../../../rehearsal/clock';
import { createProjectDatabase } from '../../../../rehearsal/warehouse/postgres/project-database';
import { type PostgresServer, startPostgres } from '../../../../rehearsal/warehouse/postgres/server';
import { PostgresWarehouse } from '../../../../rehearsal/warehouse/postgres/statements';

const START_MS = Date.UTC(2026, 6, 15, 12);
const DATABASE = 'shop';
const OWNER = 'IAMR:ClickstreamDataApi';
const ADMIN = 'IAMR:WorkgroupAdmin';
const ROLE_ARN = 'arn:aws:iam::111122223333:role/ClickstreamUpgrade-udf-us-east-1';

let server: PostgresServer;
let clock: VirtualClock;
let warehouse: PostgresWarehouse;

beforeAll(async () => {
  server = await startPostgres();
  await createProjectDatabase(server, { database: DATABASE, owner: OWNER, role: 'clickstream', superusers: [ADMIN] });
  clock = new VirtualClock(START_MS);
  warehouse = new PostgresWarehouse({ server, clock });
  await ok('CREATE SCHEMA app1');
}, 60_000);

afterAll(async () => {
  await warehouse.close();
  clock.close();
  await server.stop();
});

async function run(sql: string, dbUser = OWNER): Promise<{ error: string | undefined; rows: unknown[][] }> {
  const request = { id: 'one', database: DATABASE, dbUser, sqls: [sql], mode: 'single' as const, parameters: [] };
  const { error, results } = await warehouse.begin(request).outcome;
  return { error, rows: results[0]?.rows ?? [] };
}

async function ok(sql: string, dbUser = OWNER): Promise<unknown[][]> {
  const { error, rows } = await run(sql, dbUser);
  expect(error).toBeUndefined();
  return rows;
}

const refused = async (sql: string, dbUser = OWNER): Promise<string | undefined> => (await run(sql, dbUser)).error;

const create = (name: string, signature = '(varchar(65535))', options = ''): string =>
  `CREATE OR REPLACE EXTERNAL FUNCTION "app1".${name} ${signature} RETURNS varchar(65535) STABLE
   LAMBDA 'ClickstreamUpgrade-udf' IAM_ROLE '${ROLE_ARN}' RETRY_TIMEOUT 600000 ${options}`;

const languageOf = (name: string): Promise<unknown[][]> =>
  ok(`SELECT p.proname, l.lanname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.proname = '${name}'`);

describe('Who may create an external function', () => {
  test('is who has the system permission by a role, and the use of the language', async () => {
    expect(await refused(create('combine_json_list'))).toBe('ERROR: permission denied to create external function');
    const permission = 'GRANT CREATE OR REPLACE EXTERNAL FUNCTION TO ROLE clickstream';
    expect(await refused(permission)).toContain('must be superuser');
    await ok(permission, ADMIN);
    expect(await refused(create('combine_json_list'))).toBe('ERROR: permission denied for language exfunc');
    const usage = `GRANT USAGE ON LANGUAGE EXFUNC TO "${OWNER}"`;
    expect(await refused(usage)).toBe('ERROR: permission denied for language exfunc');
    await ok(usage, ADMIN);
    await ok(create('combine_json_list'));
    expect(await languageOf('combine_json_list')).toEqual([['combine_json_list', 'exfunc']]);
  });

  test('is every superuser, and holders may replace what is theirs or others', async () => {
    await ok(create('convert_json_list'), ADMIN);
    await ok(create('convert_json_list', '(varchar(65535))', 'MAX_BATCH_SIZE 1 MB'));
    const rows = await warehouse.inspect(
      DATABASE,
      `SELECT r.rolname, f.max_batch_bytes FROM rehearsal.external_function f JOIN pg_proc p ON p.oid = f.function_oid
       JOIN pg_roles r ON r.oid = p.proowner WHERE p.proname = 'convert_json_list'`,
    );
    expect(rows).toEqual([{ rolname: ADMIN, max_batch_bytes: 1_048_576 }]);
  });

  test('is not whoever has only the permissions that the solution gives', async () => {
    await ok('REVOKE CREATE OR REPLACE EXTERNAL FUNCTION FROM ROLE clickstream', ADMIN);
    expect(await refused(create('rm_object_props', '(varchar(65535), varchar(65535))'))).toContain('permission denied');
    await ok('GRANT CREATE OR REPLACE EXTERNAL FUNCTION, DROP FUNCTION TO ROLE clickstream', ADMIN);
    await ok(create('rm_object_props', '(varchar(65535), varchar(65535))'));
  });

  test('is nobody by a role that is not there', async () => {
    expect(await refused('GRANT CREATE OR REPLACE EXTERNAL FUNCTION TO ROLE nobody', ADMIN)).toBe(
      'ERROR: role "nobody" does not exist',
    );
  });
});

describe('An external function', () => {
  const start = 'CREATE EXTERNAL FUNCTION app1.f';
  const end = `LAMBDA 'l' IAM_ROLE '${ROLE_ARN}'`;
  test.each([
    [`${start}(json_in varchar(65535)) RETURNS varchar STABLE ${end}`, 'syntax error at or near "varchar"'],
    [`${start}(super) RETURNS varchar STABLE ${end}`, 'External functions do not support the data type super'],
    [`${start}(varchar) RETURNS jsonb STABLE ${end}`, 'type "jsonb" does not exist'],
    [`${start}(varchar) RETURNS varchar IMMUTABLE ${end}`, 'syntax error at or near "IMMUTABLE"'],
    [`${start}(varchar) RETURNS varchar STABLE IAM_ROLE default`, 'syntax error at or near "IAM_ROLE"'],
    [`${start}(varchar) RETURNS varchar STABLE LAMBDA 'l'`, 'syntax error at end of input'],
    [`${start}(varchar) RETURNS varchar STABLE ${end} MAX_BATCH_SIZE 6 MB`, 'MAX_BATCH_SIZE must be'],
    [`${start}(varchar) RETURNS varchar STABLE ${end} MAX_BATCH_ROWS 0`, 'MAX_BATCH_ROWS must be'],
    [`${start}(varchar) RETURNS varchar STABLE ${end} MAX_BATCH_SIZE 1 MB MAX_BATCH_ROWS 5`, 'syntax error at or near'],
    [`${start}(varchar(70000)) RETURNS varchar STABLE ${end}`, 'length for type varchar cannot exceed 65535'],
  ])('is refused as Redshift refuses it: %s', async (sql, message) => {
    expect(await refused(sql, ADMIN)).toContain(`ERROR: ${message}`);
  });

  test('does not take the place of one in Python: that has to be dropped', async () => {
    await ok(
      `CREATE FUNCTION app1.transform_event_custom_props(varchar) RETURNS varchar STABLE AS $$ return 'x' $$ LANGUAGE plpythonu`,
    );
    expect(await languageOf('transform_event_custom_props')).toEqual([['transform_event_custom_props', 'plpythonu']]);
    expect(await refused(create('transform_event_custom_props'))).toContain('cannot change language');
    await ok('DROP FUNCTION "app1".transform_event_custom_props(varchar(65535))');
    await ok(create('transform_event_custom_props'));
    expect(await languageOf('transform_event_custom_props')).toEqual([['transform_event_custom_props', 'exfunc']]);
  });

  test('is of the language that its comment marks it with, where a stand-in plays it', async () => {
    await ok(
      'CREATE FUNCTION app1.stand_in(varchar) RETURNS varchar STABLE AS $$ begin return $1; end $$ LANGUAGE plpgsql',
    );
    await ok(`COMMENT ON FUNCTION app1.stand_in(varchar) IS 'language: plpythonu'`);
    const catalogue = `SELECT l.lanname FROM pg_catalog.pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang WHERE p.proname = 'stand_in'`;
    expect(await ok(catalogue)).toEqual([['plpythonu']]);
    expect(await refused(create('stand_in'))).toContain('cannot change language');
  });

  test('goes with its schema', async () => {
    await ok('CREATE SCHEMA probe');
    await ok(create('combine_json_list').replace('"app1"', 'probe'));
    await ok('DROP SCHEMA probe CASCADE');
    expect(await languageOf('combine_json_list')).toHaveLength(1);
  });
});
