import { pauseProcessingPermissions } from '../../../lib/policies/processing';
import { freshStep, NEW, PIPELINE_REGION, policyOf, type AnyConverge } from '../../rehearsal/solution/solution-bench';
import { ProcessingBench, withoutWarehouse } from '../support/processing-bench';

const MINUTE_MS = 60_000;

// Hours of the account, in passes of many calls each.
jest.setTimeout(60_000);

describe('pausing data processing, by the step against rules, jobs and workflows', () => {
  let bench: ProcessingBench;
  let converge: AnyConverge;

  async function deploy(changes: ConstructorParameters<typeof ProcessingBench>[1] = {}): Promise<void> {
    bench = await new ProcessingBench(policyOf(pauseProcessingPermissions), changes).open();
    converge = freshStep(() => jest.requireActual('../../../lambda/pause-processing/pause-processing'));
  }

  beforeEach(() => deploy());
  afterEach(async () => {
    expect(bench.account.callLog.denied()).toEqual([]);
    await bench.close();
  });

  const pause = () => bench.run(converge, { act: 'pause' });
  const keep = () => bench.run(converge, { act: 'keep' });
  const calls = (operation: string): number =>
    ['events', 'emr-serverless'].flatMap((service) => bench.account.callLog.of(service, operation)).length;

  it('disables both rules, having written down what they were', async () => {
    await expect(pause()).resolves.toMatchObject({
      status: 'DONE',
      facts: { rules: 2, applications: 1, workflows: 3 },
    });

    expect(bench.ruleStates()).toEqual(['DISABLED', 'DISABLED']);
    for (const role of ['schedule', 'clear-expired'] as const) {
      await expect(bench.hold(role)).resolves.toMatchObject({
        state: 'held',
        original: { state: 'ENABLED', name: bench.rule(role).name },
        holders: ['project1'],
      });
    }
  });

  it('is done at once when it is called again, and changes nothing', async () => {
    await pause();
    bench.summaries.length = 0;
    await pause();

    expect(bench.summaries).toHaveLength(1);
    expect(calls('DisableRule')).toBe(2);
  });

  it('waits for the running job, for the load that its success starts, and for the scan after that', async () => {
    const job = bench.processing.submitJob('project1', { runsForMs: 15 * MINUTE_MS });
    await pause();

    expect(bench.account.clock.now()).toBeGreaterThan(job.endsMs);
    expect(bench.runs('load-data')).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(bench.runs('scan-metadata')).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(bench.processing.pending.of('project1')).toBe(0);
    expect(bench.applicationState()).toBe('STOPPED');
  });

  it('waits for a job that was submitted by a call under way when the schedule was disabled', async () => {
    await bench.pass(converge, { act: 'pause' });
    expect(bench.rule('schedule').state).toBe('DISABLED');
    await bench.account.clock.sleep(2 * MINUTE_MS);
    const late = bench.processing.submitJob('project1', { runsForMs: 10 * MINUTE_MS });

    await pause();

    expect(bench.account.clock.now()).toBeGreaterThan(late.endsMs);
  });

  it('waits for what somebody started by hand', async () => {
    bench.start('clear-expired');
    await pause();
    expect(bench.runs('clear-expired')).toMatchObject([{ status: 'SUCCEEDED' }]);
  });

  it('stops idle applications, those that an earlier upgrade left too, and only after the schedule rests', async () => {
    bench.addStarted('idle', { idleTimeoutMinutes: 0 });
    bench.addStarted('restless');
    bench.addStarted('other', { name: 'Clickstream-project10' });

    await pause();

    expect(bench.applicationState('restless')).toBe('STOPPED');
    expect(bench.applicationState('other')).toBe('STARTED');
    const stops = bench.account.callLog.of('emr-serverless', 'StopApplication');
    expect(stops).toHaveLength(1);
    expect(bench.applicationState('idle')).toBe('STOPPED');
  });

  it('keeps it paused after an upgrade that enabled the rules again and made a new application', async () => {
    await pause();
    const before = bench.applicationId;
    bench.upgrade(NEW);
    expect(bench.ruleStates()).toEqual(['ENABLED', 'ENABLED']);
    expect(bench.applicationId).not.toBe(before);
    // The schedule has come due on the new application meanwhile.
    const job = bench.processing.submitJob('project1', { runsForMs: 5 * MINUTE_MS });

    await keep();

    expect(bench.ruleStates()).toEqual(['DISABLED', 'DISABLED']);
    expect(bench.account.clock.now()).toBeGreaterThan(job.endsMs);
    expect(bench.runs('load-data')).toMatchObject([{ status: 'SUCCEEDED' }]);
    await expect(bench.hold('schedule')).resolves.toMatchObject({ original: { state: 'ENABLED' }, revision: 1 });
  });

  it('waits once more for calls under way after it disabled the rules again', async () => {
    await pause();
    bench.upgrade(NEW);
    const enabledMs = bench.account.clock.now();
    await keep();
    expect(bench.account.clock.now() - enabledMs).toBeGreaterThanOrEqual(4 * MINUTE_MS);
  });

  it('remembers that a schedule was disabled before', async () => {
    bench.events.put({ ...bench.rule('schedule'), state: 'DISABLED' });
    await pause();
    expect(calls('DisableRule')).toBe(1);
    await expect(bench.hold('schedule')).resolves.toMatchObject({ original: { state: 'DISABLED' } });
  });

  it('goes on from where a pass whose answer was lost left it', async () => {
    const lose = (operation: string, times: number): void => {
      bench.account.faults.add({ match: (call) => call.operation === operation, times, effect: 'lose-answer' });
    };
    // The SDK asks three times; one that is asked to stop twice refuses the second time.
    lose('DisableRule', 3);
    lose('StopApplication', 1);
    const [application] = bench.processing.of('project1').applications;
    bench.emr.find(PIPELINE_REGION, application?.id ?? '')?.start(bench.account.clock.now());

    await expect(pause()).rejects.toThrow();
    expect(bench.rule('schedule').state).toBe('DISABLED');
    await pause();
    await expect(bench.hold('schedule')).resolves.toMatchObject({ original: { state: 'ENABLED' } });
  });

  it('touches nothing where the plan needs no rest', async () => {
    bench.plan({ pauseProcessing: false });
    await expect(pause()).resolves.toMatchObject({ summary: expect.stringContaining('skipped') as string });
    expect(bench.ruleStates()).toEqual(['ENABLED', 'ENABLED']);
  });

  it('refuses to call a stack paused in which it does not find the schedule', async () => {
    const nested = bench.registry
      .inRegion(PIPELINE_REGION)
      .find(({ parentId }) => parentId === bench.stack('DataProcessing').stackId);
    if (nested === undefined) throw new Error('There is no nested stack');
    nested.resources = nested.resources.filter(({ type }) => type !== 'AWS::Events::Rule');

    await expect(pause()).rejects.toMatchObject({ name: 'Unexpected' });
  });

  it('has nothing to pause in a project without data processing', async () => {
    await bench.close();
    await deploy(withoutWarehouse({ processing: false }));

    await expect(pause()).resolves.toMatchObject({
      status: 'DONE',
      summary: 'project1: there is no data processing',
    });
  });

  it('finds the rules of stacks whose names begin with a long role prefix', async () => {
    await bench.close();
    const { console } = bench.description;
    await deploy({ console: { ...console, iamRolePrefix: 'a-very-long-prefix-21' } });
    bench.plan({ stackPrefix: 'a-very-long-prefix-21-Clickstream' });

    await pause();
    expect(bench.ruleStates()).toEqual(['DISABLED', 'DISABLED']);
  });
});
