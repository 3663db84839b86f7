import type { Ended } from '../run/stage';
import { watchOutside } from './outside';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

/** What an execution does before it knows that nothing is left of its plan, and puts back. */
const MADE_AND_PUT_BACK = /:(?:Create\w*(?:Backup|Snapshot)|DisableRule|EnableRule|StopApplication|StartExecution) /;

export const secondExecution: Scenario = {
  name: 'second-execution',
  title:
    'a second execution is started while the first runs: it touches nothing; redriven later it finds nothing to do',
  events: 2_000,
  world: ONE_APP,

  async play(stage) {
    const app = stage.app();
    let second: Promise<Ended> | undefined;
    stage.beforeFirstCall(app, () => {
      second = stage.run();
      return Promise.resolve();
    });
    stage.start();
    const [first = ''] = stage.roots;
    const done = await stage.end(first);
    const refused = await second;
    const taken = await stage.summaryOf('take-lock');
    const calls = stage.callsOf(app).length;
    const touched = watchOutside(stage);
    const redriven = await stage.redrive();
    return [
      equal('the first succeeded', done.status, 'SUCCEEDED'),
      equal('the second was refused', [refused?.status, refused?.error], ['FAILED', 'LockTaken']),
      holds('it names the one that has the lock', refused?.cause?.includes(first) === true, refused?.cause),
      equal('it did not get the lock', taken, undefined),
      equal('the redriven one succeeds', redriven.status, 'SUCCEEDED'),
      equal('it calls nothing', stage.callsOf(app).length, calls),
      equal('it migrates no app', stage.stateCount('Check').entered, 2),
      equal(
        'it changes nothing but what it puts back',
        touched().filter((call) => !MADE_AND_PUT_BACK.test(call)),
        [],
      ),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};
