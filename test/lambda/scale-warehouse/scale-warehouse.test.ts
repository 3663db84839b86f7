import '../support/silence';
import { ExecuteStatementCommand, RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { handler } from '../../../lambda/scale-warehouse';
import type { StepResponse } from '../../../lambda/shared/contract';
import { Hold } from '../../../lambda/shared/hold';
import { Journal } from '../../../lambda/shared/journal';
import { projectPlanKey, type ProjectPlan } from '../../../lambda/shared/plan/project-plan';
import type { WarehouseRef } from '../../../lambda/shared/plan/warehouse';
import { RedshiftDataService } from '../../../rehearsal/aws/redshift-data';
import { RedshiftServerless, type Workgroup } from '../../../rehearsal/aws/redshift-serverless/redshift-serverless';
import { AwsError } from '../../../rehearsal/aws/service';
import { Sts } from '../../../rehearsal/aws/sts/sts';
import type { RunningStatement, StatementOutcome, Warehouse } from '../../../rehearsal/warehouse/warehouse';
import { ACCOUNT, allow, REGION, ROLE, START_MS, trustedBy } from '../../rehearsal/aws/door-harness';
import { HeldClock } from '../../rehearsal/aws/held-clock';
import { projectPlan } from '../support/plans';
import { PLAN_KEY, StepBench } from '../support/step-bench';
import { timedPasses } from '../support/timed-passes';

/** Statements on it end when the test says so. */
class Endless implements Warehouse {
  end: (outcome: StatementOutcome) => void = () => undefined;

  begin(): RunningStatement {
    const outcome = new Promise<StatementOutcome>((resolve) => (this.end = resolve));
    return { pid: 1, cancel: () => Promise.resolve(), outcome };
  }
}

const DATA_ROLE = `arn:aws:iam::${ACCOUNT}:role/ClickstreamDataApi`;
const bench = new StepBench();
const { clock, faults, callLog } = bench.account;
const time = new HeldClock(clock);
const workgroups = new RedshiftServerless(clock);
const statements = new Endless();
let names = 0;

beforeAll(async () => {
  bench.account.iam.registerRole({
    roleArn: DATA_ROLE,
    trustPolicy: trustedBy({ AWS: ROLE }),
    policies: [{ name: 'all', document: allow('*') }],
  });
  const data = new RedshiftDataService({ clock });
  data.targets.add({ region: REGION, accountId: ACCOUNT, kind: 'workgroup', name: 'busy', warehouse: statements });
  await bench.open(workgroups, data, new Sts(bench.account.credentials));
});
afterAll(() => bench.close());

/** A fresh workgroup, and the plans of projects on it. */
function given(
  changes: Partial<Workgroup> = {},
  plans: Partial<ProjectPlan>[] = [{}],
): { workgroup: Workgroup; warehouse: WarehouseRef } {
  names += 1;
  const name = changes.name ?? `wg-${String(names)}`;
  const workgroup: Workgroup = {
    region: REGION,
    name,
    arn: `arn:aws:redshift-serverless:${REGION}:${ACCOUNT}:workgroup/${name}`,
    namespaceName: name,
    baseCapacityRpu: 32,
    createdMs: START_MS - 86_400_000,
    parameters: { max_query_execution_time: '14400' },
    ...changes,
  };
  workgroups.add(workgroup);
  const warehouse: WarehouseRef = { kind: 'serverless', region: REGION, name, roleArn: DATA_ROLE };
  for (const plan of plans) {
    const project = projectPlan({ warehouse, capacity: { rpu: 64 }, ...plan });
    bench.write(projectPlanKey(PLAN_KEY, project.projectId), project);
  }
  return { workgroup, warehouse };
}

const run = (act: 'up' | 'restore', projectId = 'shop', root = 'root'): Promise<StepResponse[]> =>
  timedPasses(bench, time, handler, { target: { region: REGION, projectId, act }, root });
const updates = (): number => callLog.of('redshift-serverless', 'UpdateWorkgroup').length;
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('Scaling a workgroup up and restoring it', () => {
  test('goes through every setting, one after the other, and back to what it was', async () => {
    const target = { status: 'ENABLED', level: 50 } as const;
    const { workgroup } = given({ pricePerformanceTarget: target, maxCapacityRpu: 48 });

    const up = await run('up');
    expect(up.at(-1)).toMatchObject({ status: 'DONE', summary: expect.stringContaining('64 RPU') as string });
    expect(workgroup).toMatchObject({
      baseCapacityRpu: 64,
      maxCapacityRpu: 64,
      pricePerformanceTarget: { status: 'DISABLED' },
      parameters: { max_query_execution_time: '86399' },
    });

    const back = await run('restore');
    expect(back.at(-1)).toMatchObject({ summary: expect.stringContaining('are what they were') as string });
    expect(workgroup).toMatchObject({
      maxCapacityRpu: 48,
      pricePerformanceTarget: target,
      parameters: { max_query_execution_time: '14400' },
    });
  });

  test('is done at once when it is repeated', async () => {
    given();
    await run('up');
    const before = updates();
    expect(await run('up')).toHaveLength(1);
    await run('restore');
    expect(await run('restore')).toHaveLength(1);
    expect(updates()).toBe(before + 2);
  });

  test('lasts until the last of the projects that share it has let go', async () => {
    const { workgroup } = given({ maxCapacityRpu: 128 }, [
      { projectId: 'a' },
      { projectId: 'b', capacity: { rpu: 96 } },
    ]);
    await run('up', 'a');
    await run('up', 'b');
    expect(workgroup.baseCapacityRpu).toBe(96);
    expect((await run('restore', 'a')).at(-1)?.summary).toContain('still needed by b');
    expect(workgroup.baseCapacityRpu).toBe(96);
    await run('restore', 'b');
    expect(workgroup).toMatchObject({ baseCapacityRpu: 32, maxCapacityRpu: 128 });
  });

  test('can be taken up again by a redrive after it was restored', async () => {
    const { workgroup } = given();
    for (let round = 0; round < 2; round += 1) {
      await run('up');
      expect(workgroup.baseCapacityRpu).toBe(64);
      await run('restore');
      expect(workgroup.baseCapacityRpu).toBe(32);
    }
  });

  test('keeps what it was when the step dies between the note and the change', async () => {
    const { workgroup } = given();
    const drop = faults.add({ match: (call) => call.operation === 'UpdateWorkgroup', times: Infinity, effect: 'drop' });
    expect(await failure(run('up'))).toMatchObject({ name: 'AwsUnavailable' });
    drop();
    await run('up', 'shop', 'another root');
    expect(workgroup.baseCapacityRpu).toBe(64);
    await run('restore', 'shop', 'another root');
    expect(workgroup).toMatchObject({ baseCapacityRpu: 32, parameters: { max_query_execution_time: '14400' } });
  });

  test('leaves what an operator has set meanwhile, and tells it', async () => {
    const { workgroup } = given();
    await run('up');
    workgroup.baseCapacityRpu = 128;
    const answers = await run('restore');
    expect(answers.at(-1)?.summary).toContain('the base capacity is 128 RPU, it was 32');
    expect(workgroup).toMatchObject({ baseCapacityRpu: 128, parameters: { max_query_execution_time: '14400' } });
  });

  test('raises the limit on queries only, where the plan says nothing of capacity', async () => {
    const { workgroup } = given({}, [{ capacity: undefined }]);
    await run('up');
    expect(workgroup).toMatchObject({ baseCapacityRpu: 32, parameters: { max_query_execution_time: '86399' } });
  });

  test('does not touch a cluster, a project without Redshift, or one without an app', async () => {
    const before = updates();
    given({}, [
      { projectId: 'cluster', warehouse: { kind: 'provisioned', region: REGION, name: 'big', roleArn: DATA_ROLE } },
      { projectId: 'idle', apps: [] },
    ]);
    bench.write(projectPlanKey(PLAN_KEY, 'none'), projectPlan({ projectId: 'none' }));
    expect(await run('up', 'cluster')).toMatchObject([{ summary: expect.stringContaining('not resized') as string }]);
    expect(await run('restore', 'cluster')).toHaveLength(1);
    expect(await run('up', 'idle')).toMatchObject([{ summary: 'skipped: no app is migrated' }]);
    expect(await run('up', 'none')).toMatchObject([{ summary: 'skipped: the project has no Redshift' }]);
    expect(updates()).toBe(before);
  });
});

describe('A change that Redshift refuses', () => {
  const refusing = (effect: AwsError, times: number): (() => void) =>
    faults.add({ match: (call) => call.operation === 'UpdateWorkgroup', times, effect });

  test('is made again when a change under way has ended, when there is capacity, or when there is a snapshot', async () => {
    for (const [name, message] of [
      ['ConflictException', 'There is an operation running.'],
      ['InsufficientCapacityException', 'There is no capacity.'],
      ['ValidationException', 'Failed to update. Wait until at least one snapshot exists and retry.'],
    ] as const) {
      const { workgroup } = given();
      refusing(new AwsError(name, message), 3);
      await run('up');
      expect(workgroup.baseCapacityRpu).toBe(64);
    }
  });

  test('for lack of capacity ends the step after hours, in Redshift’s own words', async () => {
    given();
    const began = clock.now();
    const stop = refusing(new AwsError('InsufficientCapacityException', 'There is no capacity.'), Infinity);
    expect(await failure(run('up'))).toMatchObject({
      name: 'CapacityNotChanged',
      report: { why: 'There is no capacity.' },
    });
    stop();
    expect(clock.now() - began).toBeGreaterThan(3 * 3_600_000);
  });

  test('for another reason ends the step at once', async () => {
    given();
    refusing(new AwsError('ValidationException', 'Not enough free IP addresses.'), 1);
    expect(await failure(run('up'))).toMatchObject({
      name: 'CapacityNotChanged',
      report: { why: 'ValidationException: Not enough free IP addresses.', redrive: 'yes' },
    });
  });

  test('of a workgroup that is not there ends the step at once', async () => {
    const warehouse: WarehouseRef = { kind: 'serverless', region: REGION, name: 'gone', roleArn: DATA_ROLE };
    bench.write(projectPlanKey(PLAN_KEY, 'shop'), projectPlan({ warehouse }));
    expect(await failure(run('up'))).toMatchObject({ name: 'CapacityNotChanged' });
  });
});

describe('Restoring while a call of the project is alive', () => {
  test('waits for its end, whatever the journal says by then', async () => {
    const { workgroup, warehouse } = given({ name: 'busy' });
    await run('up');
    const credentials = bench.account.credentials.issueForRole(DATA_ROLE, 'clickstream-upgrade');
    const client = bench.account.client(RedshiftDataClient, { credentials });
    const { Id: id = '' } = await client.send(
      new ExecuteStatementCommand({
        WorkgroupName: 'busy',
        Database: 'shop',
        Sql: 'CALL app1.sp_migrate_event_to_v2(3)',
      }),
    );
    const journal = new Journal(bench.table, { warehouse, database: 'shop', schema: 'app1', name: 'events' });
    await journal.write(undefined, {
      root: 'root',
      redrive: 0,
      retry: 0,
      token: 'token',
      state: 'alive',
      openedAtMs: clock.now(),
      id,
      timeOuts: 0,
      facts: {},
    });

    const waiting = await bench.pass(handler, {
      target: { region: REGION, projectId: 'shop', act: 'restore' },
      nowMs: clock.now(),
    });
    expect(waiting).toMatchObject({ status: 'IN_PROGRESS', summary: 'workgroup busy: still at work: app1 events' });
    expect((await new Hold(bench.table, `workgroup/${REGION}/busy`).read())?.holders).toEqual(['shop']);

    statements.end({ status: 'FINISHED', durationMs: 1, results: [null] });
    await new Promise(setImmediate);
    await run('restore');
    expect(workgroup.baseCapacityRpu).toBe(32);
  });
});
