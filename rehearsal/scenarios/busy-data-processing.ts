import { upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { BEFORE_UPGRADE, ONE_APP, RELEASE, timezonesOf } from './worlds';

const MINUTE_MS = 60_000;
/** The job is in the middle of its work when the execution begins. */
const JOB_MS = 90 * MINUTE_MS;

export const busyDataProcessing: Scenario = {
  name: 'busy-data-processing',
  title: 'a job is running, and its success starts a load: the upgrade waits for both, then nothing new begins',
  events: 1_000,
  world: { ...ONE_APP, version: BEFORE_UPGRADE },
  input: { console: { targetVersion: RELEASE }, projects: timezonesOf(ONE_APP.projects) },

  async play(stage) {
    const { projectId } = stage.app();
    const { processing } = stage.world.account.plane;
    const { engine, solution } = stage.world.account;
    const startMs = stage.world.clock.now();
    processing.submitJob(projectId, { runsForMs: JOB_MS });
    await stage.run();
    const upgradedMs = stage.recorder.spans.find(({ state }) => state === 'Start the pipeline upgrade')?.fromMs ?? 0;
    const load = solution.stateMachines.find(
      (machine) => machine.kind === 'load-data' && machine.projectId === projectId,
    );
    const loads = engine
      .listExecutions({ stateMachineArn: load?.arn ?? '' })
      .executions.map(({ executionArn }) => engine.describeExecution({ executionArn: String(executionArn) }));
    const first = loads.at(-1);
    const stopDate = first?.['stopDate'];
    const stoppedMs = stopDate instanceof Date ? stopDate.getTime() : undefined;
    return [
      holds('the pipeline was upgraded after the job', upgradedMs >= startMs + JOB_MS, upgradedMs - startMs),
      holds('and after the load that the job had started', stoppedMs !== undefined && stoppedMs <= upgradedMs, first),
      equal('no file waits any longer', processing.pending.of(projectId), 0),
      equal(
        'the schedule runs again',
        processing
          .of(projectId)
          .rules.map(({ region, name }) => stage.world.account.plane.events.find(region, name)?.state),
        processing.of(projectId).rules.map(() => 'ENABLED'),
      ),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => migratedCompletely(result),
};
