import {
  ConflictException,
  CreateSnapshotCommand,
  GetSnapshotCommand,
  GetWorkgroupCommand,
  ListRecoveryPointsCommand,
  RedshiftServerlessClient,
  ResourceNotFoundException,
  UpdateWorkgroupCommand,
  ValidationException,
  type UpdateWorkgroupCommandInput,
  type Workgroup as ShownWorkgroup,
} from '@aws-sdk/client-redshift-serverless';
import { NOT_SIMULATED } from '../../../../rehearsal/aws/not-simulated';
import { RedshiftServerless, type Workgroup } from '../../../../rehearsal/aws/redshift-serverless/redshift-serverless';
import { Account, ACCOUNT, allow, REGION, START_MS } from '../door-harness';
import { HeldClock } from '../held-clock';

const HOUR_MS = 3_600_000;
const workgroupName = 'wg';
let account: Account;
let time: HeldClock;
let service: RedshiftServerless;
let client: RedshiftServerlessClient;

async function open(changes: Partial<Workgroup> = {}): Promise<void> {
  account = new Account();
  time = new HeldClock(account.clock);
  service = new RedshiftServerless(account.clock);
  service.add({
    region: REGION,
    name: workgroupName,
    arn: `arn:aws:redshift-serverless:${REGION}:${ACCOUNT}:workgroup/1`,
    namespaceName: 'ns',
    baseCapacityRpu: 32,
    createdMs: START_MS - 400 * 24 * HOUR_MS - 60_000,
    parameters: { max_query_execution_time: '14400' },
    ...changes,
  });
  await account.open(service);
  client = account.client(RedshiftServerlessClient, { maxAttempts: 1 });
}

afterEach(() => account.close());

async function shown(): Promise<ShownWorkgroup> {
  const { workgroup } = await client.send(new GetWorkgroupCommand({ workgroupName }));
  if (workgroup === undefined) throw new Error('There is no workgroup');
  return workgroup;
}

const update = (change: Omit<UpdateWorkgroupCommandInput, 'workgroupName'>): Promise<unknown> =>
  client.send(new UpdateWorkgroupCommand({ workgroupName, ...change }));

/** Makes a change and waits until it is over. */
async function changed(change: Omit<UpdateWorkgroupCommandInput, 'workgroupName'>): Promise<ShownWorkgroup> {
  await update(change);
  await time.minutes(10);
  return shown();
}

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('A change of a workgroup', () => {
  test('takes minutes, in which no other is taken, and shows when they are over', async () => {
    await open();
    await update({ baseCapacity: 64 });
    expect(await shown()).toMatchObject({ status: 'MODIFYING', baseCapacity: 32 });
    expect(await failure(update({ maxCapacity: 128 }))).toBeInstanceOf(ConflictException);
    await time.minutes(10);
    expect(await shown()).toMatchObject({ status: 'AVAILABLE', baseCapacity: 64 });
  });

  test('is of one setting only', async () => {
    await open();
    const refused = await failure(update({ baseCapacity: 64, maxCapacity: 128 }));
    expect(refused).toBeInstanceOf(ValidationException);
    expect(refused).toMatchObject({
      message: "Can't update multiple configurations at the same time for workgroup wg.",
    });
  });

  test('never lets the base exceed the maximum: raising begins with the maximum, lowering with the base', async () => {
    await open({ maxCapacityRpu: 48 });
    expect(await failure(update({ baseCapacity: 64 }))).toBeInstanceOf(ValidationException);
    expect(await changed({ maxCapacity: 64 })).toMatchObject({ maxCapacity: 64 });
    expect(await changed({ baseCapacity: 64 })).toMatchObject({ baseCapacity: 64 });
    expect(await failure(update({ maxCapacity: 48 }))).toBeInstanceOf(ValidationException);
    await changed({ baseCapacity: 32 });
    expect(await changed({ maxCapacity: 48 })).toMatchObject({ baseCapacity: 32, maxCapacity: 48 });
  });

  test('removes the maximum once, and is refused the second time', async () => {
    await open({ maxCapacityRpu: 48 });
    expect(await changed({ maxCapacity: -1 })).not.toHaveProperty('maxCapacity');
    expect(await failure(update({ maxCapacity: -1 }))).toBeInstanceOf(ValidationException);
  });

  test('sets no base while the price-performance target is on, and hides it', async () => {
    await open({ pricePerformanceTarget: { status: 'ENABLED', level: 50 } });
    expect(await shown()).toMatchObject({ baseCapacity: -1 });
    expect(await failure(update({ baseCapacity: 64 }))).toBeInstanceOf(ValidationException);
    expect(await changed({ pricePerformanceTarget: { status: 'DISABLED' } })).toMatchObject({
      baseCapacity: 32,
      pricePerformanceTarget: { status: 'DISABLED', level: 0 },
    });
    await changed({ baseCapacity: 64 });
    expect(await failure(update({ pricePerformanceTarget: { status: 'ENABLED', level: 0 } }))).toBeInstanceOf(
      ValidationException,
    );
    expect(await changed({ pricePerformanceTarget: { status: 'ENABLED', level: 50 } })).toMatchObject({
      baseCapacity: -1,
    });
  });

  test.each([12, 6, 520, 1_056, 0])('is refused for a base of %i RPU', async (baseCapacity) => {
    await open();
    expect(await failure(update({ baseCapacity }))).toBeInstanceOf(ValidationException);
  });

  test('of capacity needs something to fall back on', async () => {
    await open({ recoveryPointMinutes: 0 });
    expect(await failure(update({ baseCapacity: 64 }))).toMatchObject({
      name: 'ValidationException',
      message:
        'Failed to update the RPU capacity for Serverless workgroup. Wait until at least one snapshot exists and retry.',
    });
    await client.send(new CreateSnapshotCommand({ namespaceName: 'ns', snapshotName: 'one' }));
    await time.minutes(10);
    expect(await changed({ baseCapacity: 64 })).toMatchObject({ baseCapacity: 64 });
  });

  test('of the limit on queries keeps the other parameters, and is refused beside queues and beyond a day', async () => {
    await open({ parameters: { max_query_execution_time: '14400', datestyle: 'ISO, MDY' } });
    const limit = (parameterValue: string): Omit<UpdateWorkgroupCommandInput, 'workgroupName'> => ({
      configParameters: [{ parameterKey: 'max_query_execution_time', parameterValue }],
    });
    expect((await changed(limit('86399'))).configParameters).toEqual([
      { parameterKey: 'max_query_execution_time', parameterValue: '86399' },
      { parameterKey: 'datestyle', parameterValue: 'ISO, MDY' },
    ]);
    expect(await failure(update(limit('86400')))).toBeInstanceOf(ValidationException);
    const workgroup = service.find(REGION, workgroupName);
    if (workgroup !== undefined) workgroup.parameters['wlm_json_configuration'] = '[{"queue":[]}]';
    expect(await failure(update(limit('600')))).toBeInstanceOf(ValidationException);
  });

  test('that nobody knows the outcome of fails as not simulated', async () => {
    await open();
    expect(await failure(update({ baseCapacity: 32 }))).toMatchObject({ name: NOT_SIMULATED });
    expect(await failure(update({ port: 5440 }))).toMatchObject({ name: NOT_SIMULATED });
  });

  test('is denied to a role that may only look', async () => {
    account = new Account(allow('redshift-serverless:GetWorkgroup'));
    service = new RedshiftServerless(account.clock);
    await account.open(service);
    client = account.client(RedshiftServerlessClient, { maxAttempts: 1 });
    expect(await failure(update({ baseCapacity: 64 }))).toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('The backups of a namespace', () => {
  test('are a recovery point every half hour, kept for a day, told in pages', async () => {
    await open();
    const list = (rest: object): Promise<{ recoveryPoints?: unknown[]; nextToken?: string }> =>
      client.send(new ListRecoveryPointsCommand({ namespaceName: 'ns', ...rest })) as never;
    expect((await list({})).recoveryPoints).toHaveLength(48);
    const recent = await client.send(
      new ListRecoveryPointsCommand({ namespaceName: 'ns', startTime: new Date(START_MS - HOUR_MS) }),
    );
    expect(recent.recoveryPoints).toHaveLength(2);
    expect(START_MS - Number(recent.recoveryPoints?.[0]?.recoveryPointCreateTime)).toBeLessThan(HOUR_MS / 2);
    const first = await list({ maxResults: 40 });
    const second = await list({ maxResults: 40, nextToken: first.nextToken });
    expect([first.recoveryPoints?.length, second.recoveryPoints?.length, second.nextToken]).toEqual([40, 8, undefined]);
  });

  test('are snapshots that take minutes and have a name of their own', async () => {
    await open();
    const create = (): Promise<unknown> =>
      client.send(new CreateSnapshotCommand({ namespaceName: 'ns', snapshotName: 'one', retentionPeriod: 30 }));
    await create();
    expect(await failure(create())).toBeInstanceOf(ConflictException);
    const get = (snapshotName: string) => client.send(new GetSnapshotCommand({ snapshotName }));
    expect((await get('one')).snapshot).toMatchObject({ status: 'CREATING', snapshotRetentionPeriod: 30 });
    await time.minutes(10);
    expect((await get('one')).snapshot).toMatchObject({ status: 'AVAILABLE', namespaceName: 'ns' });
    expect(await failure(get('two'))).toBeInstanceOf(ResourceNotFoundException);
    expect(
      await failure(client.send(new CreateSnapshotCommand({ namespaceName: 'other', snapshotName: 'three' }))),
    ).toBeInstanceOf(ResourceNotFoundException);
  });
});
