import { plantDataFault, type PlantedFault } from '../warehouse/generator/data-faults';
import { watchOutside } from './outside';
import { equal, holds, migratedCompletely, type Check, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

export const lockTakenThenRedrive: Scenario = {
  name: 'lock-taken-then-redrive',
  title:
    'an execution fails and another takes its lock over; the first, redriven all the same, changes nothing any more',
  events: 2_000,
  world: ONE_APP,

  async play(stage) {
    const app = stage.app();
    const client = await stage.database(app);
    let planted: PlantedFault | undefined;
    stage.beforeFirstCall(app, async () => {
      planted = await plantDataFault(client, { schema: app.appId, fault: 'null-user-pseudo-id' });
    });
    const failed = await stage.run();
    const [first = ''] = stage.roots;
    await planted?.repair(client);
    const refused = await stage.run();
    const wrong = await stage.run({ takeOver: `${first}-of-somebody-else` });
    const calls = stage.callsOf(app).length;
    const over = await stage.run({ takeOver: first });
    const second = stage.root;

    const before = await stage.fingerprints();
    const [made, touched] = [stage.callsOf(app).length, watchOutside(stage)];
    const redriven = await stage.redrive(first);
    const checks: Check[] = [
      equal('the first failed', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      equal('another is refused while it could be redriven', [refused.status, refused.error], ['FAILED', 'LockTaken']),
      holds('it is told how to take over', tells(refused.cause, 'takeOver', first), refused.cause),
      equal('one that names another execution is refused', [wrong.status, wrong.error], ['FAILED', 'LockTaken']),
      equal('the one that takes over succeeds', over.status, 'SUCCEEDED'),
      holds('it did the work', made > calls, { made, calls }),
      equal('the first, redriven, has lost the lock', [redriven.status, redriven.error], ['FAILED', 'LockLost']),
      equal('it called nothing', stage.callsOf(app).length, made),
      equal('it changed nothing', touched(), []),
      equal('every table is as it was', await stage.changedSince(before), []),
    ];
    return [...checks, equal('the last execution is the one that took over', stage.root, second)];
  },

  expect: (result) => [...migratedCompletely(result), equal('nobody had to redrive it', result.execution.redrives, 0)],
};

function tells(cause: string | undefined, ...words: string[]): boolean {
  return words.every((word) => cause?.includes(word) === true);
}
