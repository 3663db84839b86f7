import { plantProcedureFault } from '../warehouse/v2';
import { untilAsleep } from './asleep';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP, SEVERAL_WINDOWS } from './worlds';

/** How long the call goes on after the Stop, at the least. */
const STILL_RUNNING_SECONDS = 2;

export const stoppedInMap: Scenario = {
  name: 'stopped-in-map',
  title: 'the execution is stopped in the middle of a call; a redrive finds the call alive and goes on with it',
  events: 4_000,
  world: ONE_APP,
  migration: SEVERAL_WINDOWS,

  async play(stage) {
    const app = stage.app();
    const client = await stage.database(app);
    await plantProcedureFault(client, {
      schema: app.appId,
      procedure: 'sp_migrate_event_to_v2',
      step: 7,
      kind: 'sleep',
      seconds: STILL_RUNNING_SECONDS,
      times: 1,
    });
    stage.start();
    await untilAsleep(client, stage.ended());
    stage.stop();
    const stopped = await stage.end();
    const [call] = stage.callsOf(app);
    const alive = call?.endedMs === undefined;
    await stage.mapRunsEnded();
    await stage.redrive();
    return [
      equal('the execution was stopped', stopped.status, 'ABORTED'),
      holds('its call went on', alive, call),
      equal('and ended by itself', call?.status, 'FINISHED'),
    ];
  },

  expect: (result) => [
    ...migratedCompletely(result),
    equal('it took one redrive', result.execution.redrives, 1),
    equal('no call was cancelled', result.statements.cancelled, 0),
  ],
};
