import type { SolutionWarehouse } from '../../../rehearsal/aws/cloudformation/solution-stacks';
import { Buckets } from '../../../rehearsal/aws/s3/buckets';
import { VirtualClock } from '../../../rehearsal/clock';
import { START_MS } from '../../../rehearsal/world/description';
import { createPostgresData, type PostgresData } from '../../../rehearsal/world/postgres-data';
import { SchemaWorkflows } from '../../../rehearsal/world/schema/workflows';

jest.setTimeout(60_000);

const FILES = { bucket: 'pipelines', prefix: 'clickstream/shop/data/load-workflow/' };
const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:SQLExecution';
const WAREHOUSE: SolutionWarehouse = {
  projectId: 'shop',
  region: 'eu-west-1',
  mode: 'New_Serverless',
  name: 'clickstream-shop',
  arn: 'arn:aws:redshift-serverless:eu-west-1:111122223333:workgroup/1',
  database: 'shop',
  schemas: [],
  dataApiRoleArn: 'arn:aws:iam::111122223333:role/DataApi',
  dbUser: 'IAMR:DataApi',
  isSuperuser: false,
  adminRoleArn: 'arn:aws:iam::111122223333:role/Admin',
  workflowFiles: FILES,
};
const REFUSED = 'ERROR: Create function is not supported for language plpythonu anymore.';

let data: PostgresData;
let buckets: Buckets;
let workflows: SchemaWorkflows;
let started: { name: string; sqls: string[] }[];
const clock = new VirtualClock(START_MS);

beforeAll(async () => {
  data = await createPostgresData({
    description: { seed: 1, events: 1, days: 1, projects: [] },
    startMs: START_MS,
    clock,
    warehouses: [WAREHOUSE],
  });
});
afterAll(async () => {
  clock.close();
  await data.dispose();
});
beforeEach(() => {
  started = [];
  buckets = new Buckets(clock);
  buckets.create(FILES.bucket, 'eu-west-1');
  workflows = new SchemaWorkflows({
    clock,
    engine: {
      startExecution: ({ name = '', input = '' }) => {
        started.push({ name, ...(JSON.parse(input) as { sqls: string[] }) });
        return { executionArn: '', startDate: new Date(clock.now()) };
      },
    },
    buckets,
    schemaList: (appId) => data.schemaList(appId),
    openSession: (projectId) => data.schemaSession(projectId, () => 'statement'),
    pipelineOf: () => ({ stateMachineArn: MACHINE, files: FILES }),
  });
  data.warehouse('shop').warehouse.pythonUdfs = 'alive';
});

/** The list of an app, as the custom resource leaves it. */
async function listOf(appId: string): Promise<{ name: string; sqls: string[] }> {
  workflows.startFor('shop', [appId]);
  await clock.sleep(1);
  const [execution] = started.splice(0);
  if (execution === undefined) throw new Error('Nothing was started');
  return execution;
}

function objectAt(address = ''): string | undefined {
  return buckets.readObject('pipelines', address.slice('s3://pipelines/'.length))?.toString();
}

/** What the workflow's tasks have answered, the last one at the end. */
const answers: unknown[] = [];

/** Runs an execution as the engine does, which holds the clock. */
async function run({ name, sqls }: { name: string; sqls: unknown }): Promise<unknown> {
  const release = clock.hold();
  const executionArn = `${MACHINE.replace('stateMachine', 'execution')}:${name}`;
  try {
    return await workflows.work('shop')({ sqls } as never, {
      executionArn,
      signal: new AbortController().signal,
      redriveCount: 0,
      answered: (output) => answers.push(output),
    });
  } finally {
    release();
  }
}

async function rows<T extends object>(sql: string): Promise<T[]> {
  return (await (await data.client('shop')).query<T>(sql)).rows;
}

async function objectsOf(schema: string): Promise<string[]> {
  const found = await rows<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class WHERE relnamespace = to_regnamespace('${schema}') AND relkind IN ('r', 'v', 'm')
     UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = to_regnamespace('${schema}')`,
  );
  return found.map(({ name }) => name);
}

describe('The solution’s schema workflow', () => {
  it('is started with one object a statement, under the name that the web console reads', async () => {
    const { name, sqls } = await listOf('Web');

    const stamp = /^Web-(\d{8}T\d{9}Z)-(\d+)$/.exec(name);
    expect(stamp?.[2]).toBe(String(sqls.length));
    expect(sqls).toEqual(
      sqls.map(
        (_, index) => `s3://pipelines/${FILES.prefix}tmp/shop/sqls/Web-${stamp?.[1] ?? ''}/${String(index)}.sql`,
      ),
    );
    expect(sqls.map((_, index) => objectAt(sqls[index]))).toEqual(data.schemaList('Web'));
  });

  it('starts one app a second, once a release, and not at all where the schema is the same', async () => {
    const atMs = clock.now();
    workflows.stackUpdated({ projectId: 'shop', appIds: ['a', 'b'], version: 'v1.1.7' });
    workflows.stackUpdated({ projectId: 'shop', appIds: ['a', 'b'], version: 'v1.1.7' });
    await clock.sleepUntil(atMs + 5_000);
    expect(started.map(({ name }) => name.split('-')[0])).toEqual(['a', 'b']);

    workflows.schemaUnchanged();
    workflows.stackUpdated({ projectId: 'shop', appIds: ['a', 'b'], version: 'v1.1.8' });
    await clock.sleepUntil(atMs + 10_000);
    expect(started).toHaveLength(2);
  });

  it('makes the schema as the Data API’s user in some six minutes, and again', async () => {
    const list = await listOf('fresh');
    const beginMs = clock.now();
    await expect(run(list)).resolves.toEqual({});
    expect(clock.now() - beginMs).toBeGreaterThan(5 * 60_000);
    expect(clock.now() - beginMs).toBeLessThan(7 * 60_000);
    expect(await objectsOf('fresh')).toEqual(
      expect.arrayContaining(['event_v2', 'sp_migrate_data_to_v2', 'convert_json_list', 'clickstream_engagement_kpi']),
    );
    const owners = await rows<{ owner: string }>(
      `SELECT DISTINCT pg_get_userbyid(proowner)::text AS owner FROM pg_proc WHERE pronamespace = 'fresh'::regnamespace`,
    );
    expect(owners).toEqual([{ owner: 'IAMR:DataApi' }]);
    await expect(run(list)).resolves.toEqual({});
  });

  it('fails at the scan’s object where Python is gone: nothing of it is made, the tables stay', async () => {
    const list = await listOf('late');
    data.warehouse('shop').warehouse.pythonUdfs = 'gone';
    await expect(run(list)).rejects.toMatchObject({ error: '', cause: '' });
    expect(answers.at(-1)).toEqual({ Payload: { status: 'FAILED', reason: REFUSED } });
    expect((await objectsOf('late')).sort()).toEqual(
      ['clickstream_log_v2', 'event_v2', 'item_v2', 'refresh_mv_sp_status', 'session', 'user_v2'].sort(),
    );
  });

  it('fails there although the schema has every function already', async () => {
    const list = await listOf('known');
    await run(list);
    const before = await objectsOf('known');
    data.warehouse('shop').warehouse.pythonUdfs = 'gone';
    await expect(run(list)).rejects.toMatchObject({ message: REFUSED });
    expect((await objectsOf('known')).sort()).toEqual(before.sort());
  });

  it('fails as it is told to, once, after the tables', async () => {
    const list = await listOf('unlucky');
    workflows.failOnce('unlucky', 'ERROR: disk full');
    await expect(run(list)).rejects.toMatchObject({ message: 'ERROR: disk full' });
    expect(await objectsOf('unlucky')).toContain('event_v2');
    expect(await objectsOf('unlucky')).not.toContain('sp_scan_metadata');
    await expect(run(list)).resolves.toEqual({});
  });

  it('takes SQL in place of an address, and an object that is there already for a success', async () => {
    const name = 'raw-20260615T093000000Z-2';
    const create = 'CREATE TABLE public.raw (n integer)';
    await expect(run({ name, sqls: [create, create] })).resolves.toEqual({});
    await expect(run({ name, sqls: ['SELECT nothing'] })).rejects.toMatchObject({
      message: 'ERROR: column "nothing" does not exist',
    });
    await expect(run({ name, sqls: ['DROP FUNCTION IF EXISTS public.raw()'] })).rejects.toMatchObject({
      message: 'ERROR: syntax error at or near "exists"',
    });
    await expect(run({ name, sqls: 'none' })).rejects.toMatchObject({ error: 'States.Runtime' });
  });

  it('fails at an object that its bucket has deleted, or that its role may not read', async () => {
    const list = await listOf('expired');
    expect(workflows.expireLists('shop')).toBe(list.sqls.length);
    await expect(run(list)).rejects.toMatchObject({ error: 'NoSuchKey' });
    buckets.create('elsewhere', 'eu-west-1');
    const name = list.name;
    await expect(run({ name, sqls: ['s3://elsewhere/0.sql'] })).rejects.toMatchObject({ error: 'AccessDenied' });
    await expect(run({ name, sqls: ['s3://pipelines/other/0.sql'] })).rejects.toMatchObject({ error: 'AccessDenied' });
    await expect(run({ name, sqls: ['s3://nowhere/0.sql'] })).rejects.toMatchObject({ error: 'NoSuchBucket' });
  });

  it('may have a Python function that nobody knows', async () => {
    workflows.addPythonFunction('novel', 'mask_ip');
    const list = await listOf('novel');
    expect(objectAt(list.sqls[22])).toMatch(/^CREATE OR REPLACE FUNCTION novel\.mask_ip\(.*LANGUAGE plpythonu;\n$/s);
    await run(list);
    expect(await objectsOf('novel')).toContain('mask_ip');
  });
});

describe('The database users of a workgroup that the solution made', () => {
  it('are a superuser for its administrator, and a member of the role clickstream for the Data API', async () => {
    expect(
      await rows(
        `SELECT rolname::text AS name, rolsuper AS superuser, pg_has_role(oid, 'clickstream', 'member') AS member FROM pg_roles
         WHERE rolname LIKE 'IAMR:%' ORDER BY 1`,
      ),
    ).toEqual([
      { name: 'IAMR:Admin', superuser: true, member: true },
      { name: 'IAMR:DataApi', superuser: false, member: true },
    ]);
  });
});
