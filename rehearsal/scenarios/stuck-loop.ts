import { plantDataFault, type PlantedFault } from '../warehouse/generator/data-faults';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

export const stuckLoop: Scenario = {
  name: 'stuck-loop',
  title: "the guide's procedure never ends; the watchdog cancels it, and a redrive completes it after the repair",
  events: 2_000,
  world: ONE_APP,
  strategy: 'documented',

  async play(stage) {
    const app = stage.app();
    const client = await stage.database(app);
    let planted: PlantedFault | undefined;
    stage.beforeFirstCall(app, async () => {
      planted = await plantDataFault(client, { schema: app.appId, fault: 'null-event-id' });
    });
    const failed = await stage.run();
    const [first] = stage.callsOf(app);
    stage.note('Repairing the row');
    await planted?.repair(client);
    await stage.redrive();
    return [
      equal('the execution failed first', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      holds(
        'the judge names the app and says that it was stuck',
        ['MigrationStuck', app.appId].every((word) => failed.cause?.includes(word)),
        failed.cause,
      ),
      equal('the watchdog cancelled the call', first?.cancelled, true),
    ];
  },

  expect: (result) => [
    ...migratedCompletely(result),
    equal('it took one redrive', result.execution.redrives, 1),
    equal('one call was cancelled', result.statements.cancelled, 1),
  ],
};
