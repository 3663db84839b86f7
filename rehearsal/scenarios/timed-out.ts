import { everythingGivenBack, guardianEnded, inTheMiddleOfACall, lastNotification, tookAgain } from './guardians';
import { putBack, says } from './guide';
import { equal, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP, SEVERAL_WINDOWS } from './worlds';

export const timedOut: Scenario = {
  name: 'timed-out',
  title:
    'the execution has used up its time in the middle of a call; the guardian puts everything back, a redrive goes on',
  events: 4_000,
  world: ONE_APP,
  migration: SEVERAL_WINDOWS,

  async play(stage) {
    await inTheMiddleOfACall(stage);
    stage.timeOut();
    const ended = await stage.end();
    const guardian = await guardianEnded(stage);
    const given = await everythingGivenBack(stage, guardian);
    const told = lastNotification(stage);
    await stage.redrive();
    return [
      equal('the execution timed out', ended.status, 'TIMED_OUT'),
      ...given,
      says('people are told what happened and what to do', told, ['timed out', 'redrive-execution']),
      ...tookAgain(stage),
      ...(await putBack(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};
