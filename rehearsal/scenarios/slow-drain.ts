import { replacedFleets } from './full';
import { upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { BEFORE_UPGRADE, ONE_APP, RELEASE, timezonesOf } from './worlds';

/** A worker that writes to S3 may take an hour to write what it has buffered. */
const STOP_TIMEOUT_SECONDS = 3_630;

const PROJECTS: Scenario['world']['projects'] = ONE_APP.projects.map((project) => ({
  ...project,
  servers: { min: 2, max: 4 },
  ingestion: { infra: 'EC2', desired: 2, warmPool: 1, stopTimeoutSeconds: STOP_TIMEOUT_SECONDS },
}));

export const slowDrain: Scenario = {
  name: 'slow-drain',
  title: 'old ingestion tasks take their whole stop time-out: they get it, and capacity never dips',
  events: 1_000,
  world: { days: ONE_APP.days, version: BEFORE_UPGRADE, projects: PROJECTS },
  input: { console: { targetVersion: RELEASE }, projects: timezonesOf(PROJECTS) },

  async play(stage) {
    const { projectId } = stage.app();
    const fleet = stage.world.account.plane.fleets.of(projectId);
    fleet.troubles.slowDrain = true;
    await stage.run();
    const replacing = [...stage.recorder.spans].filter(({ state }) => state === 'Replace ingestion instances');
    const [first, last] = [replacing[0]?.fromMs ?? 0, replacing.at(-1)?.toMs ?? 0];
    return [
      ...replacedFleets(stage),
      holds(
        'old tasks had their whole stop time-out',
        last - first >= STOP_TIMEOUT_SECONDS * 1_000,
        `${String(Math.round((last - first) / 1_000))} s`,
      ),
      equal('the fleet is as large as it was', [fleet.target.min, fleet.target.max], [2, 4]),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => migratedCompletely(result),
};
