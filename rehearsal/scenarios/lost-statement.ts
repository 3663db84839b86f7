import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

/** As often as the SDK asks by itself: once, and two repetitions. */
const TIMES = 3;

export const lostStatement: Scenario = {
  name: 'lost-statement',
  title: 'the answer to the submitted call is lost; the same call is asked for again, and no second one is made',
  events: 4_000,
  world: ONE_APP,

  async play(stage) {
    const { faults, callLog } = stage.world.account;
    faults.add({
      match: ({ service, operation, input }) =>
        service === 'redshift-data' && operation === 'ExecuteStatement' && /\bCALL\b/i.test(String(input['Sql'])),
      effect: 'lose-answer',
      times: TIMES,
    });
    await stage.run();
    const lost = callLog.calls.filter(({ outcome }) => outcome.kind === 'answer-lost').length;
    const calls = stage.callsOf(stage.app()).filter(({ procedure }) => procedure === stage.eventsProcedure);
    return [
      equal('the answer was lost three times', lost, TIMES),
      equal('the events were called for once', calls.length, 1),
      holds('the machine retried the step', stage.stateCount('Migrate events').failed >= 1),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('nobody had to redrive', result.execution.redrives, 0)],
};
