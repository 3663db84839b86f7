import { marshall } from '@aws-sdk/util-dynamodb';
import {
  accountState,
  changedTables,
  differences,
  duplicates,
  leftBehind,
  warehouseState,
} from '../../../rehearsal/aftermath';
import { BEFORE_UPGRADE } from '../../../rehearsal/scenarios/worlds';
import { VERSION } from '../../../rehearsal/world/description';
import { buildWorld, type World } from '../../../rehearsal/world/world';

jest.setTimeout(120_000);
let world: World;

/** A project with everything an upgrade touches: a fleet, a warehouse, data processing. */
beforeAll(async () => {
  world = await buildWorld({
    seed: 1,
    events: 100,
    days: 2,
    version: BEFORE_UPGRADE,
    pipeline: 'upgraded',
    projects: [
      {
        projectId: 'shop_f3kx',
        region: 'eu-west-1',
        servers: { min: 2, max: 4 },
        ingestion: { infra: 'EC2', desired: 2, warmPool: 1 },
        apps: [{ appId: 'webshop', timezone: 'Europe/Berlin' }],
      },
    ],
  });
});
afterAll(() => world.dispose());

async function sql(text: string): Promise<void> {
  await (await world.postgres.client('shop_f3kx')).query(text);
}

function putState(item: Record<string, unknown>): Promise<void> {
  const { dynamoDb, region, stateTable } = world.account;
  return dynamoDb.putItem(region, stateTable, marshall(item));
}

describe('the state of the warehouse', () => {
  it('is the same when nothing happened', async () => {
    const before = await warehouseState(world);
    expect(before.size).toBeGreaterThan(5);
    expect(changedTables(before, await warehouseState(world))).toEqual([]);
  });

  it('tells a changed row, a row more and a member of process_info that is no time', async () => {
    const before = await warehouseState(world);
    await sql(`UPDATE webshop.user_v2 SET user_id = 'changed' WHERE ctid = (SELECT min(ctid) FROM webshop.user_v2)`);
    await sql(`INSERT INTO webshop.event_v2 SELECT * FROM webshop.event_v2 LIMIT 1`);
    await sql(`UPDATE webshop.session SET process_info = '{"odd": true}'`);
    const changed = changedTables(before, await warehouseState(world));
    expect(changed).toEqual(['event_v2', 'session', 'user_v2'].map((table) => `shop_f3kx.webshop.${table}`));
  });

  it('does not tell when something ran', async () => {
    await sql(`UPDATE webshop.event_v2 SET process_info = '{"backfill_start_time": "one", "odd": 1}'`);
    const before = await warehouseState(world);
    await sql(
      `UPDATE webshop.event_v2 SET created_time = now(), process_info = '{"backfill_start_time": "two", "odd": 1}'`,
    );
    await sql(`INSERT INTO webshop.clickstream_log_v2 (log_name) VALUES ('another run')`);
    expect(changedTables(before, await warehouseState(world))).toEqual([]);
  });
});

describe('the state of the account', () => {
  it('is the same when only time has passed', async () => {
    const before = await accountState(world);
    await world.clock.sleep(60_000);
    expect(differences(await accountState(world), before)).toEqual([]);
  });

  it('tells a stack, a rule, a workgroup, a fleet and a record that differ', async () => {
    const { account } = world;
    const before = structuredClone(await accountState(world));
    const [stack] = account.stacks.all;
    const [workgroup] = account.workgroups.all;
    const [rule] = account.plane.events.all;
    const fleet = account.plane.fleets.of('shop_f3kx');
    const table = account.solution.tables.find(({ createTable }) => createTable.TableName.includes('Dictionary'));
    if (stack === undefined || workgroup === undefined || rule === undefined || table === undefined) throw new Error();
    stack.tags['aws-solution/version'] = 'v9';
    workgroup.baseCapacityRpu += 8;
    rule.state = rule.state === 'DISABLED' ? 'ENABLED' : 'DISABLED';
    fleet.target.suspended.DynamicScalingInSuspended = true;
    await account.dynamoDb.putItem(table.region, table.createTable.TableName, marshall({ name: 'Other', data: {} }));
    const told = differences(await accountState(world), before).map((line) => line.split(' › ')[0]);
    expect(new Set(told)).toEqual(new Set(['stacks', 'workgroups', 'rules', 'fleets', 'consoleTables']));
    fleet.target.suspended.DynamicScalingInSuspended = false;
    rule.state = rule.state === 'DISABLED' ? 'ENABLED' : 'DISABLED';
  });
});

describe('what is left behind', () => {
  it('is nothing in a world that nobody touched', async () => {
    expect(await leftBehind(world)).toEqual([]);
  });

  it('is a hold, a living record, a lock, a paused rule, suspended scaling and an execution that runs', async () => {
    const { account } = world;
    await putState({ pk: 'hold/rule/eu-west-1/a', state: 'held', holders: ['shop_f3kx'] });
    await putState({ pk: 'hold/workgroup/eu-west-1/w', state: 'held', holders: ['shop_f3kx'] });
    await putState({ pk: 'hold/rule/eu-west-1/b', state: 'restored' });
    await putState({ pk: 'journal/eu-west-1/w/d/s/events', state: 'alive' });
    await putState({ pk: 'lock/us-east-1/console', state: 'held', owner: 'root-1' });
    const rule = account.plane.processing.of('shop_f3kx').rules.find(({ state }) => state === 'ENABLED');
    const known = account.plane.events.find(rule?.region ?? '', rule?.name ?? '');
    if (known === undefined) throw new Error('The project has no rule');
    known.state = 'DISABLED';
    account.plane.fleets.of('shop_f3kx').target.suspended.DynamicScalingInSuspended = true;
    const machine = account.solution.stateMachines.find(({ kind }) => kind === 'scan-metadata');
    account.engine.startExecution({ stateMachineArn: machine?.arn ?? '' });
    const told = await leftBehind(world);
    expect(told).toEqual(
      [
        expect.stringContaining('hold/rule/eu-west-1/a is still held'),
        expect.stringContaining('hold/workgroup/eu-west-1/w is still held'),
        expect.stringContaining('events is still alive'),
        expect.stringContaining('root-1 still has the lock'),
        expect.stringContaining('is still RUNNING'),
        expect.stringContaining('is still disabled'),
        expect.stringContaining('DynamicScalingInSuspended'),
      ].map((wanted) => wanted as unknown),
    );
    const afterFailure = (await leftBehind(world, { mayBeRedriven: true, mayRest: () => true })).join('\n');
    expect(afterFailure).toContain('hold/workgroup/eu-west-1/w is still held');
    expect(afterFailure).not.toMatch(/hold\/rule|is still alive|still has the lock|is still disabled/);
  });
});

describe('what was begun twice', () => {
  it('is nothing in a world that nobody touched', async () => {
    expect(await duplicates(world)).toEqual([]);
  });

  it('is a call whose work was done, a stack updated twice, and a request that the console took twice', async () => {
    const { account } = world;
    const [stack] = account.stacks.all;
    if (stack === undefined) throw new Error('There is no stack');
    for (let time = 0; time < 2; time += 1) {
      account.updates.events.addStackEvent(stack, 'UPDATE_IN_PROGRESS');
      account.life.api.accepted.push({ route: 'upgrade', id: 'p1' });
    }
    account.data.journal.calls.push({ ...CALL, duplicate: 'another call of it is running' });
    expect(await duplicates(world)).toEqual([
      'webshop.sp_migrate_event_to_v2 was called again: another call of it is running',
      `the stack ${stack.stackName} was updated 2 times`,
      'the console was asked for upgrade of p1 2 times',
    ]);
  });

  it('is not the update that follows a rolled back one', async () => {
    const { account } = world;
    const [stack] = account.stacks.all;
    if (stack !== undefined) account.updates.events.addStackEvent(stack, 'UPDATE_ROLLBACK_IN_PROGRESS');
    expect(await duplicates(world)).not.toContainEqual(expect.stringContaining('was updated'));
  });

  it('is not an update by which the solution repeats one, but it is any other', async () => {
    const { account, clock } = world;
    const stack = account.stacks.all.find(({ stackName }) => stackName.includes('-Reporting-'));
    const machine = account.solution.stateMachines.find(({ kind }) => kind === 'stack-workflow');
    if (stack === undefined) throw new Error('There is no stack for reports');
    const { region: Region, stackName: StackName } = stack;
    const TemplateURL = `https://solution.s3.amazonaws.com/${VERSION}/reporting.json`;
    const node = { Type: 'Stack', Data: { Action: 'Upgrade', Region, StackName, TemplateURL, Tags: [] } };
    for (const tree of [node, { Type: 'Serial', Branches: [node] }]) {
      const started = { stateMachineArn: machine?.arn ?? '', input: JSON.stringify(tree) };
      const { status } = await account.engine.waitForEnd(account.engine.startExecution(started).executionArn);
      expect(status).toBe('SUCCEEDED');
      await clock.sleep(3_600_000);
    }
    expect(await duplicates(world)).not.toContainEqual(expect.stringContaining(StackName));
    account.updates.events.addStackEvent(stack, 'UPDATE_IN_PROGRESS');
    expect(await duplicates(world)).toContain(`the stack ${StackName} was updated 3 times`);
  });
});

const CALL = {
  schema: 'webshop',
  procedure: 'sp_migrate_event_to_v2',
  arguments: [],
  statementId: 's',
  region: 'eu-west-1',
  warehouse: 'w',
  database: 'shop_f3kx',
  dbUser: 'u',
  roleArn: 'r',
  sql: '',
  submittedMs: 0,
  cancelled: false,
};
