import { guardianEntered, guardians, guardianStarted, inTheMiddleOfACall } from './guardians';
import { putBack } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP, SEVERAL_WINDOWS } from './worlds';

export const redrivenAtOnce: Scenario = {
  name: 'redriven-at-once',
  title: 'the execution is stopped and redriven while its guardian cleans up; the guardian ends and harms nothing',
  events: 4_000,
  world: ONE_APP,
  migration: SEVERAL_WINDOWS,

  async play(stage) {
    await inTheMiddleOfACall(stage);
    stage.stop();
    await stage.end();
    const guardian = await guardianStarted(stage);
    await guardianEntered(stage, guardian, 'Cancel living statements');
    const cleaning = guardians(stage).at(-1)?.status;
    const redriven = await stage.redrive();
    await stage.world.account.engine.waitForEnd(guardian.executionArn);
    const all = guardians(stage);
    return [
      equal('the guardian was at work when the execution was redriven', cleaning, 'RUNNING'),
      equal('the redrive went through', redriven.status, 'SUCCEEDED'),
      equal(
        'one guardian was started, and it came to a good end',
        all.map(({ status }) => status),
        ['SUCCEEDED'],
      ),
      ...(await putBack(stage)),
    ];
  },

  expect: (result) => [
    ...migratedCompletely(result),
    equal('it took one redrive', result.execution.redrives, 1),
    holds('no more than one call was cancelled', result.statements.cancelled <= 1, result.statements.cancelled),
  ],
};
