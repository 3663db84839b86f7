import {
  EMRServerlessClient,
  GetApplicationCommand,
  GetJobRunCommand,
  ListApplicationsCommand,
  ListJobRunsCommand,
  StopApplicationCommand,
  type JobRunState,
} from '@aws-sdk/client-emr-serverless';
import { EmrServerless } from '../../../../rehearsal/aws/emr-serverless/emr-serverless';
import { Account, ACCOUNT, REGION, START_MS } from '../door-harness';

const MINUTE_MS = 60_000;

describe('EMR Serverless in a rehearsal', () => {
  const ended: string[] = [];
  let account: Account;
  let emr: EmrServerless;
  let client: EMRServerlessClient;
  let release: () => void;

  beforeEach(async () => {
    ended.length = 0;
    account = new Account();
    release = account.clock.hold();
    emr = new EmrServerless(account.clock, 2);
    emr.connect(({ id }, { outcome }) => void ended.push(`${id} ${outcome}`));
    await account.open(emr);
    client = account.client(EMRServerlessClient, { maxAttempts: 1 });
    add('app-1');
  });
  afterEach(async () => {
    release();
    await account.close();
  });

  function add(id: string, idleTimeoutMinutes?: number): void {
    emr.add({
      region: REGION,
      id,
      name: 'Clickstream-shop',
      arn: `arn:aws:emr-serverless:${REGION}:${ACCOUNT}:/applications/${id}`,
      createdMs: START_MS - MINUTE_MS,
      ...(idleTimeoutMinutes === undefined ? {} : { idleTimeoutMinutes }),
    });
  }

  const later = async (ms: number): Promise<void> => {
    const resume = account.clock.park();
    await account.clock.sleep(ms);
    resume();
  };
  const state = async (applicationId = 'app-1'): Promise<string | undefined> =>
    (await client.send(new GetApplicationCommand({ applicationId }))).application?.state;
  const jobIds = async (states: JobRunState[]): Promise<string[]> =>
    ((await client.send(new ListJobRunsCommand({ applicationId: 'app-1', states }))).jobRuns ?? []).map(
      ({ id }) => id ?? '',
    );

  it('starts an application with its first job, takes the job through its states, and says when it ends', async () => {
    await expect(state()).resolves.toBe('CREATED');
    const { id, endsMs, runsFromMs } = emr.submit(REGION, 'app-1', { name: 'job', runsForMs: 10 * MINUTE_MS });
    const seen: string[] = [];
    for (const atMs of [START_MS, START_MS + 6_000, START_MS + 30_000, runsFromMs, endsMs - 1, endsMs]) {
      await later(atMs - account.clock.now());
      const { jobRun } = await client.send(new GetJobRunCommand({ applicationId: 'app-1', jobRunId: id }));
      seen.push(`${String(jobRun?.state)} on ${String(await state())}`);
    }

    expect(seen).toEqual([
      'SUBMITTED on STARTING',
      'PENDING on STARTING',
      'SCHEDULED on STARTING',
      'RUNNING on STARTED',
      'RUNNING on STARTED',
      'SUCCESS on STARTED',
    ]);
    expect(ended).toEqual(['app-1 SUCCESS']);
    const { jobRuns } = await client.send(new ListJobRunsCommand({ applicationId: 'app-1' }));
    expect(jobRuns?.[0]?.updatedAt?.getTime()).toBe(endsMs);
  });

  it('stops an idle application, and no other', async () => {
    const stop = () => client.send(new StopApplicationCommand({ applicationId: 'app-1' }));
    await expect(stop()).rejects.toMatchObject({ name: 'ValidationException' });
    const { endsMs } = emr.submit(REGION, 'app-1', { name: 'job', runsForMs: MINUTE_MS, outcome: 'FAILED' });
    await later(2 * MINUTE_MS);
    await expect(stop()).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('1 active job runs') as string,
    });

    await later(endsMs - account.clock.now());
    await stop();

    await expect(state()).resolves.toBe('STOPPING');
    await later(MINUTE_MS);
    await expect(state()).resolves.toBe('STOPPED');
    expect(ended).toEqual(['app-1 FAILED']);
  });

  it('stops by itself only when it was idle for its time, counted anew from each job', async () => {
    add('app-2', 15);
    emr.submit(REGION, 'app-2', { name: 'job', runsForMs: MINUTE_MS });
    await later(12 * MINUTE_MS);
    const { endsMs } = emr.submit(REGION, 'app-2', { name: 'job', runsForMs: MINUTE_MS });
    await later(endsMs + 15 * MINUTE_MS - 1 - account.clock.now());
    await expect(state('app-2')).resolves.toBe('STARTED');
    await later(1);
    await expect(state('app-2')).resolves.toBe('STOPPING');
    await later(MINUTE_MS);
    await expect(state('app-2')).resolves.toBe('STOPPED');
    emr.submit(REGION, 'app-2', { name: 'job', runsForMs: MINUTE_MS });
    await expect(state('app-2')).resolves.toBe('STARTING');
  });

  it('lists applications and jobs a page at a time, by state and time', async () => {
    add('app-2');
    add('app-3');
    emr.find(REGION, 'app-3')?.start(START_MS);
    const first = await client.send(new ListApplicationsCommand({}));
    const second = await client.send(new ListApplicationsCommand({ nextToken: first.nextToken }));
    const started = await client.send(new ListApplicationsCommand({ states: ['STARTED', 'STARTING'] }));
    expect([first, second, started].map(({ applications = [] }) => applications.map(({ id }) => id))).toEqual([
      ['app-1', 'app-2'],
      ['app-3'],
      ['app-3'],
    ]);

    const old = emr.submit(REGION, 'app-1', { name: 'old', runsForMs: MINUTE_MS });
    await later(10 * MINUTE_MS);
    const young = emr.submit(REGION, 'app-1', { name: 'young', runsForMs: MINUTE_MS });
    await expect(jobIds(['SUCCESS'])).resolves.toEqual([old.id]);
    await expect(jobIds(['SUBMITTED', 'RUNNING'])).resolves.toEqual([young.id]);
    const createdAtAfter = new Date(START_MS + MINUTE_MS);
    const { jobRuns } = await client.send(new ListJobRunsCommand({ applicationId: 'app-1', createdAtAfter }));
    expect(jobRuns?.map(({ name }) => name)).toEqual(['young']);
  });

  it('deletes what is not started, and lists it as terminated', async () => {
    emr.find(REGION, 'app-1')?.start(START_MS);
    expect(emr.delete(REGION, 'app-1')).toBe(false);
    add('app-2');
    expect(emr.delete(REGION, 'app-2')).toBe(true);

    const { applications } = await client.send(new ListApplicationsCommand({ states: ['TERMINATED'] }));
    expect(applications?.map(({ id }) => id)).toEqual(['app-2']);
  });

  it('knows no other application and no other operation', async () => {
    await expect(client.send(new ListJobRunsCommand({ applicationId: 'app-9' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(client.send(new ListJobRunsCommand({ applicationId: 'app-1', mode: 'BATCH' }))).rejects.toMatchObject({
      name: 'RehearsalNotSimulated',
    });
  });
});
