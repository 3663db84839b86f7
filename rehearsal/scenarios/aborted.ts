import {
  everythingGivenBack,
  guardianEnded,
  heldResources,
  inTheMiddleOfACall,
  lastNotification,
  tookAgain,
} from './guardians';
import { putBack, says } from './guide';
import { equal, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP, SEVERAL_WINDOWS } from './worlds';

export const aborted: Scenario = {
  name: 'aborted',
  title:
    'somebody stops the execution in the middle of a call; the guardian puts everything back, and a redrive goes on',
  events: 4_000,
  world: ONE_APP,
  migration: SEVERAL_WINDOWS,

  async play(stage) {
    await inTheMiddleOfACall(stage);
    const held = await heldResources(stage);
    stage.stop();
    const stopped = await stage.end();
    const guardian = await guardianEnded(stage);
    const given = await everythingGivenBack(stage, guardian);
    const told = lastNotification(stage);
    await stage.redrive();
    return [
      equal('the execution was stopped', stopped.status, 'ABORTED'),
      equal('processing and capacity were held by then', held, ['rule', 'rule', 'workgroup']),
      ...given,
      says('people are told what happened and what to do', told, [
        'was stopped',
        'Stopped by a person',
        'cancelled webshop events',
        'its settings are what they were',
        'is enabled',
        `redrive-execution --execution-arn ${stage.root}`,
      ]),
      ...tookAgain(stage),
      ...(await putBack(stage)),
    ];
  },

  expect: (result) => [
    ...migratedCompletely(result),
    equal('it took one redrive', result.execution.redrives, 1),
    equal('one call was cancelled', result.statements.cancelled, 1),
  ],
};
