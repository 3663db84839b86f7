import { pauseProcessingPermissions, resumeProcessingPermissions } from '../../../lib/policies/processing';
import { upgradePipelinePermissions } from '../../../lib/policies/pipeline';
import { freshStep, NEW, policyOf, type AnyConverge } from '../../rehearsal/solution/solution-bench';
import { ProcessingBench, withoutWarehouse } from '../support/processing-bench';

// Hours of the account, in passes of many calls each.
jest.setTimeout(60_000);

describe('resuming data processing, by the step against rules, jobs and workflows', () => {
  let bench: ProcessingBench;
  let [pausing, resuming, upgrading]: AnyConverge[] = [];

  async function deploy(changes: ConstructorParameters<typeof ProcessingBench>[1] = {}): Promise<void> {
    const policy = policyOf((scope) => [
      ...pauseProcessingPermissions(scope),
      ...resumeProcessingPermissions(scope),
      ...upgradePipelinePermissions(scope, { trigger: 'invoke' }),
    ]);
    bench = await new ProcessingBench(policy, changes).open();
    pausing = freshStep(() => jest.requireActual('../../../lambda/pause-processing/pause-processing'));
    resuming = freshStep(() => jest.requireActual('../../../lambda/resume-processing/resume-processing'));
    upgrading = freshStep(() => jest.requireActual('../../../lambda/upgrade-pipeline/upgrade-pipeline'));
  }

  beforeEach(() => deploy());
  afterEach(async () => {
    expect(bench.account.callLog.denied()).toEqual([]);
    await bench.close();
  });

  const step = (converge: AnyConverge | undefined, target: Record<string, string> = {}) => {
    if (converge === undefined) throw new Error('The step is not loaded');
    return bench.run(converge, target);
  };
  const pause = (act = 'pause') => step(pausing, { act });
  const resume = () => step(resuming);
  const upgrade = (act: string) => step(upgrading, { act });
  const starts = (): number => bench.account.callLog.of('states', 'StartExecution').length;

  it('enables the rules again, loads what waited, and gives the holds back', async () => {
    await pause();
    bench.processing.pending.add('project1', 5);

    await expect(resume()).resolves.toMatchObject({
      status: 'DONE',
      facts: { rules: 2, leftoverApplications: 0 },
      summary: expect.stringContaining('what waited was loaded') as string,
    });

    expect(bench.ruleStates()).toEqual(['ENABLED', 'ENABLED']);
    expect(bench.processing.pending.loaded('project1')).toBe(5);
    expect(bench.runs('load-data')).toMatchObject([{ status: 'SUCCEEDED' }]);
    for (const role of ['schedule', 'clear-expired'] as const) {
      await expect(bench.hold(role)).resolves.toMatchObject({ state: 'restored', holders: [] });
    }
  });

  it('does nothing a second time', async () => {
    await pause();
    await resume();
    bench.summaries.length = 0;

    await expect(resume()).resolves.toMatchObject({ summary: 'project1: data processing is not paused' });
    expect(bench.summaries).toHaveLength(1);
    expect(starts()).toBe(1);
  });

  it('pauses and resumes again for a later round of apps, with a load of its own', async () => {
    await pause();
    await resume();
    await pause('keep');
    expect(bench.ruleStates()).toEqual(['DISABLED', 'DISABLED']);
    await resume();

    expect(bench.ruleStates()).toEqual(['ENABLED', 'ENABLED']);
    expect(new Set(bench.runs('load-data').map(({ name }) => name)).size).toBe(2);
  });

  it('resumes what an earlier execution has paused, though this plan needs no rest', async () => {
    await pause();
    bench.root = `${bench.root}-later`;
    bench.plan({ pauseProcessing: false });

    await resume();
    expect(bench.ruleStates()).toEqual(['ENABLED', 'ENABLED']);
  });

  it('leaves a schedule disabled that was disabled before the upgrade, and says so', async () => {
    bench.events.put({ ...bench.rule('schedule'), state: 'DISABLED' });
    await pause();
    bench.upgrade(NEW);
    await pause('keep');

    await expect(resume()).resolves.toMatchObject({
      summary: expect.stringContaining('the job schedule stays disabled, as it was before') as string,
    });
    expect(bench.ruleStates()).toEqual(['DISABLED', 'ENABLED']);
  });

  it('leaves a schedule enabled that somebody else has enabled', async () => {
    bench.events.put({ ...bench.rule('schedule'), state: 'DISABLED' });
    await pause();
    bench.events.put({ ...bench.rule('schedule'), state: 'ENABLED' });

    await expect(resume()).resolves.toMatchObject({
      summary: expect.stringContaining('somebody has enabled it') as string,
    });
    expect(bench.ruleStates()).toEqual(['ENABLED', 'ENABLED']);
  });

  it('waits for a load that runs already, because one beside it would do nothing', async () => {
    await pause();
    bench.processing.pending.add('project1', 5);
    bench.start('load-data');
    await resume();

    expect(bench.runs('load-data')).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
    expect(bench.summaries).toContain('project1: waiting for another run of the load workflow');
  });

  it('does not start a second load when the answer of the first start was lost', async () => {
    await pause();
    bench.account.faults.add({
      match: ({ operation }) => operation === 'StartExecution',
      times: 3,
      effect: 'lose-answer',
    });
    bench.processing.pending.add('project1', 5);

    await expect(resume()).rejects.toThrow();
    expect(bench.runs('load-data')).toHaveLength(1);
    await resume();

    expect(bench.runs('load-data')).toHaveLength(1);
    expect(bench.processing.pending.loaded('project1')).toBe(5);
  });

  it('fails with the load’s own words, leaves nothing paused, and loads again when it is redriven', async () => {
    await pause();
    bench.processing.pending.add('project1', 5);
    bench.loadFailure = 'S3ServiceException: Access Denied';

    await expect(resume()).rejects.toMatchObject({
      name: 'WorkflowFailed',
      report: { why: 'S3ServiceException: Access Denied', redrive: 'yes' },
    });
    expect(bench.ruleStates()).toEqual(['ENABLED', 'ENABLED']);
    await expect(resume()).rejects.toMatchObject({ name: 'WorkflowFailed' });
    expect(starts()).toBe(1);

    bench.loadFailure = undefined;
    bench.attempt = { redrive: 1, retry: 0 };
    await expect(resume()).resolves.toMatchObject({ status: 'DONE' });
    expect(bench.processing.pending.loaded('project1')).toBe(5);
    expect(starts()).toBe(2);
  });

  it('does not start anything where the project has no warehouse', async () => {
    await bench.close();
    await deploy(withoutWarehouse());
    await pause();

    await expect(resume()).resolves.toMatchObject({
      facts: { rules: 1 },
      summary: expect.stringContaining('nothing to load into') as string,
    });
  });

  it('takes a whole upgrade of the pipeline, in whose middle a job ends that no rule knows', async () => {
    await pause();
    const old = bench.applicationId;
    // Somebody submits a job by hand; when it ends, the rules know the new application only.
    bench.processing.submitJob('project1', { runsForMs: 35 * 60_000 });
    await upgrade('start');
    await upgrade('finish');
    expect(bench.applicationId).not.toBe(old);
    await pause('keep');
    expect(bench.runs('load-data')).toEqual([]);
    expect(bench.processing.pending.of('project1')).toBeGreaterThan(0);

    await expect(resume()).resolves.toMatchObject({ status: 'DONE' });

    expect(bench.processing.pending.of('project1')).toBe(0);
    expect(bench.ruleStates()).toEqual(['ENABLED', 'ENABLED']);
  });

  it('tells of a started application of an earlier release, and does not touch it', async () => {
    await pause();
    bench.addStarted('left');

    await expect(resume()).resolves.toMatchObject({
      facts: { leftoverApplications: 1, leftoverApplicationIds: 'left' },
      summary: expect.stringContaining('which costs: left') as string,
    });
    expect(bench.applicationState('left')).toBe('STARTED');
  });

  it('lets the schedule submit jobs again, each of which is loaded', async () => {
    await pause();
    await resume();
    const nowMs = bench.account.clock.now();
    bench.events.runSchedules(nowMs + 25 * 3_600_000);
    await bench.account.clock.sleep(26 * 3_600_000);

    expect(bench.runs('load-data').length).toBeGreaterThanOrEqual(2);
    expect(bench.runs('clear-expired')).toMatchObject([{ status: 'SUCCEEDED' }]);
  });
});
