import '../support/silence';
import { handler } from '../../../lambda/back-up';
import { stepRecord, stepRecordKey } from '../../../lambda/shared/step-record';
import type { WarehouseRef } from '../../../lambda/shared/plan/warehouse';
import { Redshift } from '../../../rehearsal/aws/redshift/redshift';
import { RedshiftServerless } from '../../../rehearsal/aws/redshift-serverless/redshift-serverless';
import { ACCOUNT, REGION, START_MS } from '../../rehearsal/aws/door-harness';
import { HeldClock } from '../../rehearsal/aws/held-clock';
import { plan, plannedProject } from '../support/plans';
import { PLAN_KEY, rootArn, StepBench } from '../support/step-bench';
import { timedPasses } from '../support/timed-passes';

const TABLES = ['console-Metadata', 'console-Dictionary'];
const bench = new StepBench();
const { clock, faults, callLog } = bench.account;
const time = new HeldClock(clock);
const clusters = new Redshift(clock);
const workgroups = new RedshiftServerless(clock);

beforeAll(async () => {
  for (const TableName of TABLES) {
    await bench.dynamoDb.createTable(REGION, {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
  }
  clusters.add({ region: REGION, identifier: 'big', nodeType: 'ra3.4xlarge', numberOfNodes: 4, createdMs: START_MS });
  for (const [name, recoveryPointMinutes] of [
    ['fresh', 30],
    ['bare', 0],
  ] as const) {
    workgroups.add({
      region: REGION,
      name,
      arn: `arn:aws:redshift-serverless:${REGION}:${ACCOUNT}:workgroup/${name}`,
      namespaceName: `${name}-ns`,
      baseCapacityRpu: 32,
      createdMs: START_MS - 86_400_000,
      parameters: {},
      recoveryPointMinutes,
    });
  }
  await bench.open(clusters, workgroups);
});
afterAll(() => bench.close());

const warehouse = (kind: WarehouseRef['kind'], name: string): WarehouseRef => ({
  kind,
  name,
  region: REGION,
  roleArn: 'arn:aws:iam::111122223333:role/data',
});

function planFor(warehouses: readonly WarehouseRef[], tables: string[] = []): void {
  const projects = warehouses.map((ref, index) => plannedProject({ projectId: `p${String(index)}`, warehouse: ref }));
  bench.write(PLAN_KEY, plan({ projects, console: { ...plan().console, tables } }));
}

const run = (root: string, redrive = 0) => timedPasses(bench, time, handler, { root, redrive });
const calls = (service: string, operation: string): number => callLog.of(service, operation).length;
const facts = async (root: string) =>
  (await bench.table.get(stepRecordKey(rootArn(root), 'back-up', {}), stepRecord))?.facts;
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('Back up', () => {
  test('backs up every table and warehouse, waits until all can be restored, and tells their ids', async () => {
    planFor(
      [warehouse('provisioned', 'big'), warehouse('serverless', 'fresh'), warehouse('serverless', 'bare')],
      TABLES,
    );

    const answers = await run('all');

    expect(answers.at(-1)).toMatchObject({
      status: 'DONE',
      summary:
        '2 tables backed up (kept until somebody deletes them), 2 snapshots made (kept for 30 days), ' +
        '1 warehouse has a recovery point of the last hour (kept for a day)',
    });
    for (const table of TABLES)
      expect(bench.dynamoDb.backupsOf(REGION, table)).toMatchObject([{ status: 'AVAILABLE' }]);
    expect(clusters.snapshotsOf(REGION, 'big')).toMatchObject([{ status: 'available', retentionDays: 30 }]);
    const [backup] = bench.dynamoDb.backupsOf(REGION, 'console-Metadata');
    expect(await facts('all')).toMatchObject({
      'backup of table console-Metadata': backup?.arn,
      'snapshot of cluster big': clusters.snapshotsOf(REGION, 'big')[0]?.identifier,
      'snapshot of workgroup bare': expect.stringMatching(/^clickstream-upgrade-bare-all-/) as string,
      'recovery point of workgroup fresh': expect.any(String) as string,
    });
    expect(calls('redshift-serverless', 'CreateSnapshot')).toBe(1);
  });

  test('makes nothing twice for the same execution, and everything anew for another', async () => {
    planFor([warehouse('provisioned', 'big')], TABLES);
    const before = calls('dynamodb', 'CreateBackup');
    expect(await run('all', 1)).toHaveLength(1);
    expect(calls('dynamodb', 'CreateBackup')).toBe(before);
    await run('another');
    expect(calls('dynamodb', 'CreateBackup')).toBe(before + 2);
    expect(clusters.snapshotsOf(REGION, 'big')).toHaveLength(2);
  });

  test('finds a backup again whose answer was lost', async () => {
    planFor([warehouse('provisioned', 'big')], ['console-Metadata']);
    for (const operation of ['CreateBackup', 'CreateClusterSnapshot']) {
      faults.add({ match: (call) => call.operation === operation, times: 3, effect: 'lose-answer' });
    }
    const tableBackups = bench.dynamoDb.backupsOf(REGION, 'console-Metadata').length;
    const snapshots = clusters.snapshotsOf(REGION, 'big').length;
    let answers: unknown;
    for (let retry = 0; answers === undefined && retry < 5; retry += 1) {
      answers = await run('lossy').catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'AwsUnavailable' });
        return undefined;
      });
    }
    expect(answers).toBeDefined();
    expect(bench.dynamoDb.backupsOf(REGION, 'console-Metadata')).toHaveLength(tableBackups + 1);
    expect(clusters.snapshotsOf(REGION, 'big')).toHaveLength(snapshots + 1);
  });

  test('waits for a table or a cluster that is at something else', async () => {
    planFor([warehouse('provisioned', 'big')], ['console-Dictionary']);
    const cluster = clusters.findCluster(REGION, 'big');
    if (cluster !== undefined) cluster.status = 'resizing';
    clock.at(clock.now() + 20 * 60_000, () => {
      if (cluster !== undefined) cluster.status = 'available';
    });
    const answers = await run('patient');
    expect(answers.map(({ summary }) => summary)).toContain(
      'cluster big is busy with something else; its backup is tried again',
    );
    expect(answers.at(-1)?.status).toBe('DONE');
  });

  test('fails with the database’s own words when a snapshot failed, and when there is no such warehouse', async () => {
    planFor([warehouse('provisioned', 'big')]);
    clusters.failNextSnapshot();
    expect(await failure(run('unlucky'))).toMatchObject({
      name: 'BackupFailed',
      report: { what: 'No backup of cluster big could be made.', redrive: 'yes' },
    });
    planFor([warehouse('provisioned', 'gone')]);
    expect(await failure(run('gone'))).toMatchObject({
      name: 'BackupFailed',
      report: { why: 'ClusterNotFoundFault: Cluster gone not found.' },
    });
    planFor([warehouse('serverless', 'gone')]);
    expect(await failure(run('gone'))).toMatchObject({ name: 'BackupFailed' });
    planFor([], ['no-such-table']);
    expect(await failure(run('gone'))).toMatchObject({ name: 'BackupFailed' });
  });

  test('is skipped when nothing will be changed', async () => {
    bench.write(PLAN_KEY, plan({ projects: [], console: { ...plan().console, decision: 'skip', tables: TABLES } }));
    const before = calls('dynamodb', 'CreateBackup');
    expect(await run('idle')).toMatchObject([{ status: 'DONE', summary: 'skipped: nothing will be changed' }]);
    expect(calls('dynamodb', 'CreateBackup')).toBe(before);
  });
});
