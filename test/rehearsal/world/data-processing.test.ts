import type { SolutionDescription } from '../../../rehearsal/aws/cloudformation/solution-stacks';
import { EmrServerless } from '../../../rehearsal/aws/emr-serverless/emr-serverless';
import { EventBridge } from '../../../rehearsal/aws/events/events';
import { VirtualClock } from '../../../rehearsal/clock';
import { DataProcessing } from '../../../rehearsal/world/data-processing';
import { loadWorkflow } from '../../../rehearsal/world/load-workflow';

const OLD = 'v1.1.5-202403071513';
const NEW = 'v1.1.7-202409201200';
const REGION = 'eu-west-1';
const START_MS = Date.UTC(2026, 5, 15, 9, 30);
const MINUTE_MS = 60_000;

const DESCRIPTION: SolutionDescription = {
  partition: 'aws',
  accountId: '111122223333',
  console: { region: REGION, stackName: 'console', version: NEW },
  projects: [
    {
      projectId: 'shop',
      region: REGION,
      version: OLD,
      apps: [{ appId: 'app1' }],
      redshift: { mode: 'New_Serverless' },
    },
    { projectId: 'bare', region: REGION, version: OLD, apps: [], processing: false },
  ],
  createdMs: START_MS - 86_400_000,
};

describe('data processing in a rehearsal', () => {
  const started: string[] = [];
  let clock: VirtualClock;
  let events: EventBridge;
  let emr: EmrServerless;
  let processing: DataProcessing;

  beforeEach(() => {
    started.length = 0;
    clock = new VirtualClock(START_MS);
    [events, emr] = [new EventBridge(clock), new EmrServerless(clock)];
    const startExecution = (arn: string): void =>
      void started.push(/:(Clickstream\w+|ClearExpired)/.exec(arn)?.[1] ?? arn);
    processing = new DataProcessing({ clock, description: DESCRIPTION, events, emr, startExecution });
  });
  afterEach(() => {
    clock.close();
  });

  const application = (): string => processing.of('shop').applications[0]?.id ?? '';
  const state = (id: string): string | undefined => emr.find(REGION, id)?.state(clock.now());
  const states = (): string[] =>
    processing.of('shop').rules.map(({ name }) => events.find(REGION, name)?.state ?? 'missing');

  it('knows rules and application of the projects that have some', () => {
    expect(states()).toEqual(['ENABLED', 'ENABLED', 'ENABLED', 'ENABLED']);
    expect(state(application())).toBe('CREATED');
    expect(() => processing.of('bare')).toThrow('no data processing');
  });

  it('starts a load when a job succeeds, not when it fails', async () => {
    processing.submitJob('shop', { runsForMs: MINUTE_MS, outcome: 'FAILED' });
    await clock.sleep(10 * MINUTE_MS);
    expect(started).toEqual([]);
    expect(processing.pending.of('shop')).toBe(0);

    processing.submitJob('shop', { runsForMs: MINUTE_MS });
    await clock.sleep(10 * MINUTE_MS);
    expect(started).toEqual(['ClickstreamLoadDataWorkflow']);
    expect(processing.pending.of('shop')).toBeGreaterThan(0);
  });

  it('submits a job whenever the schedule comes due', async () => {
    events.runSchedules(START_MS + 24 * 60 * MINUTE_MS);
    await clock.sleep(25 * 60 * MINUTE_MS);
    expect(started).toContain('ClickstreamLoadDataWorkflow');
  });

  it('gets a new application with another version; the old one is deleted where it rests', () => {
    const old = application();
    processing.pipelineUpgraded('shop', 'DataProcessing', NEW);
    expect(application()).not.toBe(old);
    expect(state(application())).toBe('CREATED');
    expect(state(old)).toBe('TERMINATED');
  });

  it('keeps an old application that is started, whose jobs no rule loads any more', async () => {
    const old = application();
    processing.submitJob('shop', { runsForMs: 20 * MINUTE_MS });
    await clock.sleep(5 * MINUTE_MS);
    processing.pipelineUpgraded('shop', 'DataProcessing', NEW);
    processing.pipelineUpgraded('shop', 'DataModelingRedshift', NEW);
    expect(state(old)).toBe('STARTED');

    await clock.sleep(30 * MINUTE_MS);
    expect(started).toEqual([]);
    expect(processing.pending.of('shop')).toBeGreaterThan(0);
  });

  it('has the rules of an updated stack enabled, as its template says, and no others', () => {
    for (const rule of processing.of('shop').rules) events.put({ ...rule, state: 'DISABLED' });
    processing.pipelineUpgraded('shop', 'DataProcessing', NEW);
    expect(states()).toEqual(['ENABLED', 'ENABLED', 'DISABLED', 'DISABLED']);
    processing.pipelineUpgraded('shop', 'Metrics', NEW);
    processing.pipelineUpgraded('bare', 'DataProcessing', NEW);
    processing.pipelineUpgraded('shop', 'DataModelingRedshift', NEW);
    expect(states()).toEqual(['ENABLED', 'ENABLED', 'ENABLED', 'ENABLED']);
  });
});

describe('the load workflow in a rehearsal', () => {
  const started: string[] = [];
  let clock: VirtualClock;
  let others: string[];
  let processing: DataProcessing;
  let run: () => Promise<unknown>;

  beforeEach(() => {
    started.length = 0;
    others = [];
    clock = new VirtualClock(START_MS);
    const [events, emr] = [new EventBridge(clock), new EmrServerless(clock)];
    processing = new DataProcessing({ clock, description: DESCRIPTION, events, emr, startExecution: () => undefined });
    const work = loadWorkflow({
      clock,
      projectId: 'shop',
      pending: processing.pending,
      running: () => ['mine', ...others],
      startRefresh: () => void started.push('refresh'),
      startScan: () => void started.push('scan'),
    });
    run = async () => {
      // As the engine does: an execution at work holds the clock.
      const release = clock.hold();
      try {
        const { signal } = new AbortController();
        return await work({}, { executionArn: 'mine', signal, redriveCount: 0, answered: () => undefined });
      } finally {
        release();
      }
    };
  });
  afterEach(() => {
    clock.close();
  });

  it('loads what waits, then refreshes and scans', async () => {
    processing.pending.add('shop', 3);
    await run();
    expect(processing.pending.loaded('shop')).toBe(3);
    expect(started).toEqual(['refresh', 'scan']);
  });

  it('does nothing when nothing waits, or when another execution runs', async () => {
    await run();
    processing.pending.add('shop', 3);
    others = ['another'];
    await run();
    expect(processing.pending.of('shop')).toBe(3);
    expect(started).toEqual([]);
  });

  it('refreshes every two hours and scans once a day at the most', async () => {
    for (const minutes of [0, 60, 120]) {
      processing.pending.add('shop', 1);
      await run();
      await clock.sleep(minutes * MINUTE_MS);
    }
    expect(started).toEqual(['refresh', 'scan']);
    processing.pending.add('shop', 1);
    await run();
    expect(started).toEqual(['refresh', 'scan', 'refresh']);
  });
});
