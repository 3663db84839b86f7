import { reportDocument } from '../../../lambda/report/report-document';
import { converge } from '../../../lambda/report/report';
import * as schema from '../../../lambda/report/schema';
import type { StepResponse } from '../../../lambda/shared/contract';
import { DAY_MS } from '../../../lambda/shared/plan/app-plan';
import { parityVerdict, parityVerdictKey } from '../../../lambda/shared/parity-verdict';
import { writeJson } from '../../../lambda/shared/plan/store';
import { StateTable } from '../../../lambda/shared/state-table';
import { recordStep, stepRecordKey } from '../../../lambda/shared/step-record';
import { stepHandler } from '../../../lambda/shared/step';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb/dynamodb';
import { RedshiftDataService } from '../../../rehearsal/aws/redshift-data';
import { Buckets } from '../../../rehearsal/aws/s3/buckets';
import { S3 } from '../../../rehearsal/aws/s3/s3';
import { Sts } from '../../../rehearsal/aws/sts/sts';
import { ModelledWarehouse } from '../../../rehearsal/warehouse/modelled';
import { Account, ACCOUNT, allow, REGION, ROLE, START_MS, trustedBy } from '../../rehearsal/aws/door-harness';
import { ROOT } from '../support/fixtures';
import { plan, plannedProject, verdict, WAREHOUSE } from './support';

const environment = { ...process.env };
let handler: ReturnType<typeof stepHandler>;
const account = new Account();
const { clock, iam, credentials } = account;
const buckets = new Buckets(clock);
const redshift = new RedshiftDataService({ clock });

/** One execution with its plan, its role and its warehouse: the steps' clients outlive a test. */
let tests = 0;
const name = (kind: string): string => `${kind}-${String(tests)}`;
const rootId = (): string => ROOT.replace(/run-1$/, name('run'));
const planKey = (): string => `plans/${name('hash')}/plan.json`;
const roleArn = (): string => `arn:aws:iam::${ACCOUNT}:role/${name('Clickstream')}`;
let release: () => void = () => undefined;

beforeAll(async () => {
  buckets.create('plans', REGION);
  const dynamoDb = new DynamoDb();
  await dynamoDb.createTable(REGION, {
    TableName: 'state',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  });
  await account.open(dynamoDb, redshift, new S3(buckets, iam), new Sts(credentials));
  Object.assign(process.env, {
    ...account.environment(),
    STATE_TABLE: 'state',
    PLAN_BUCKET: 'plans',
    HISTORY_PASSES: '100',
    HISTORY_PASSES_TO_LEAVE: '10',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  handler = stepHandler(schema, converge);
});

beforeEach(() => {
  tests += 1;
});

afterEach(() => {
  release();
});

afterAll(async () => {
  process.env = { ...environment };
  await account.close();
});

/** A world in which one app was migrated, as far as a report can see it. */
async function open(options: { skipped?: boolean; monitor?: boolean; reachable?: boolean } = {}): Promise<void> {
  const dbUser = `IAMR:${name('Clickstream')}`;
  iam.registerRole({
    roleArn: roleArn(),
    trustPolicy: trustedBy({ AWS: options.reachable === false ? `${ROLE}-other` : ROLE }),
    policies: [{ name: 'data', document: allow('redshift-data:*', 'redshift-serverless:*') }],
  });
  const warehouse = new ModelledWarehouse({ clock, rpu: 32, monitors: options.monitor === false ? [] : [dbUser] });
  warehouse.addApp('shop', 'app1', [[START_MS - DAY_MS, 3_000_000]]);
  redshift.targets.add({ region: REGION, accountId: ACCOUNT, warehouse, kind: 'workgroup', name: name('wg') });
  const skipped = plannedProject({ decision: 'skip', apps: [] });
  const worked = plannedProject({ warehouse: { ...WAREHOUSE, name: name('wg'), roleArn: roleArn() } });
  await writeJson('plans', planKey(), plan({ projects: [options.skipped === true ? skipped : worked] }));
  const sinceMs = clock.now();
  const call = { id: 'call', sqls: ['CALL "app1".sp_migrate_event_to_v2(4)'], parameters: [] };
  await warehouse.begin({ ...call, database: 'shop', dbUser, mode: 'single' }).outcome;
  release = clock.hold();
  const table = new StateTable('state');
  const done = { step: 'migrate-events', sinceMs, nowMs: clock.now(), summary: 'all there', facts: { events: 3 } };
  const app = { region: REGION, projectId: 'shop', appId: 'app1' };
  await recordStep(table, stepRecordKey(rootId(), 'migrate-events', app), done);
  if ((await table.get(parityVerdictKey(app), parityVerdict)) === undefined) {
    await table.put(parityVerdictKey(app), verdict());
  }
}

/** One pass, as the machine makes it. */
function pass(passes: number, progress: unknown): Promise<StepResponse> {
  return handler({
    v: 1,
    now: clock.now(),
    target: {},
    progress,
    attempt: { redrive: 0, retry: 0 },
    root: { id: rootId(), redrive: 0, plan: planKey() },
    execution: { id: rootId(), passes },
  });
}

/** Passes of the loop, as the machine makes them, until it is done. */
async function run(): Promise<{ passes: number; answer: StepResponse }> {
  let progress: unknown;
  for (let passes = 1; passes < 20; passes += 1) {
    const answer = await pass(passes, progress);
    if (answer.status === 'DONE') return { passes, answer };
    if (answer.status !== 'IN_PROGRESS') throw new Error(answer.status);
    progress = JSON.parse(JSON.stringify(answer.progress));
  }
  throw new Error('The report was not written in 20 passes');
}

function written(): ReturnType<typeof reportDocument.parse> {
  const text = buckets.readObject('plans', `reports/${name('run')}/report.json`)?.toString() ?? '';
  return reportDocument.parse(JSON.parse(text));
}

describe('The report of an execution', () => {
  test('is written as JSON and as a page, and its output is short', async () => {
    await open();
    const { answer } = await run();
    expect(answer).toMatchObject({
      result: {
        report: `s3://plans/reports/${name('run')}/report.md`,
        projects: 1,
        migrated: 1,
        skipped: 0,
        events: 30_000,
      },
    });
    expect(JSON.stringify(answer).length).toBeLessThan(1_000);
    expect(written().projects[0]?.apps[0]?.steps.find(({ state }) => state === 'Migrate events')).toMatchObject({
      outcome: 'done',
      facts: { events: 3 },
    });
    expect(buckets.readObject('plans', `reports/${name('run')}/report.md`)?.toString()).toContain(
      '# Upgrade of clickstream-web',
    );
  });

  test('tells what the warehouse charged while it was worked on', async () => {
    await open();
    await run();
    const [warehouse] = written().cost.warehouses;
    expect(warehouse?.rpuHours).toBeGreaterThan(0);
    expect(warehouse).toMatchObject({ name: name('wg'), projects: ['shop'] });
  });

  test('does not fail for a cost that the database user may not see', async () => {
    await open({ monitor: false });
    await run();
    expect(written().cost.warehouses).toMatchObject([{ unknown: 'forbidden' }]);
  });

  test('does not fail for a warehouse whose role cannot be assumed any more', async () => {
    await open({ reachable: false });
    await run();
    expect(written().cost.warehouses).toMatchObject([{ unknown: 'unreadable' }]);
  });

  test('is written at once when no warehouse was worked on', async () => {
    await open({ skipped: true });
    const { passes } = await run();
    expect(passes).toBe(1);
    expect(written().cost.warehouses).toEqual([]);
  });

  test('does without a warehouse that does not answer in time', async () => {
    await open();
    const since = clock.now() - 5 * 60_000 - 1;
    const step = { usages: [{ projectId: 'shop', fromMs: 0, toMs: 1 }], since };
    const answer = await pass(2, { since, redrive: 0, step });
    expect(answer).toMatchObject({ progress: { step: { usages: [{ unknown: 'no answer' }] } } });
  });
});
