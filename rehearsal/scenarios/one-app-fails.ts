import { plantDataFault, type PlantedFault } from '../warehouse/generator/data-faults';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { TWO_APPS } from './worlds';

export const oneAppFails: Scenario = {
  name: 'one-app-fails',
  title: 'one app fails and its sibling finishes; a redrive runs only the unfinished one',
  events: 4_000,
  world: TWO_APPS,
  strategy: 'windowed',

  async play(stage) {
    const [failing, sibling] = [stage.app(0), stage.app(1)];
    const client = await stage.database(failing);
    let planted: PlantedFault | undefined;
    stage.beforeFirstCall(failing, async () => {
      planted = await plantDataFault(client, { schema: failing.appId, fault: 'null-user-pseudo-id' });
    });
    const failed = await stage.run();
    const apps = await stage.appResults();
    const siblingCalls = stage.callsOf(sibling).length;
    const verified = stage.stateCount('Verify parity').entered;
    await planted?.repair(client);
    await stage.redrive();
    return [
      equal('the execution failed first', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      equal(
        'the sibling had finished by then',
        apps.map(({ parity }) => parity),
        [false, true],
      ),
      holds('the judge names the failed app only', names(failed.cause, failing.appId, sibling.appId), failed.cause),
      equal('the redrive called nothing of the sibling', stage.callsOf(sibling).length, siblingCalls),
      equal('the redrive ran one app', stage.stateCount('Verify parity').entered - verified, 1),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};

function names(cause: string | undefined, failed: string, sibling: string): boolean {
  return cause !== undefined && cause.includes(failed) && !cause.includes(sibling);
}
