import { plantDataFault, type PlantedFault } from '../warehouse/generator/data-faults';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP, SEVERAL_WINDOWS } from './worlds';

export const swallowedError: Scenario = {
  name: 'swallowed-error',
  title: 'a procedure logs an error and FINISHES; the judge names it, and a redrive completes it after the repair',
  events: 4_000,
  world: ONE_APP,
  strategy: 'windowed',
  migration: SEVERAL_WINDOWS,

  async play(stage) {
    const app = stage.app();
    const client = await stage.database(app);
    let planted: PlantedFault | undefined;
    // After the check, which would have found it.
    stage.beforeFirstCall(app, async () => {
      planted = await plantDataFault(client, { schema: app.appId, fault: 'null-user-pseudo-id' });
    });
    const failed = await stage.run();
    const statements = stage.callsOf(app).filter(({ procedure }) => procedure === 'sp_migrate_event_to_v2');
    stage.note('Repairing the row');
    await planted?.repair(client);
    await stage.redrive();
    return [
      equal('the execution failed first', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      equal('although the statement FINISHED', statements[0]?.status, 'FINISHED'),
      holds(
        'the judge names the app, the error and the database’s reason',
        ['ProcedureFailed', app.appId, 'user_pseudo_id'].every((word) => failed.cause?.includes(word)),
        failed.cause,
      ),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};
