import type { Ended, Stage } from '../run/stage';
import { guardianEnded, guardians, inTheMiddleOfACall } from './guardians';
import { putBack } from './guide';
import { equal, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP, SEVERAL_WINDOWS } from './worlds';

export const redrivenAtOnce: Scenario = {
  name: 'redriven-at-once',
  title:
    'the execution is stopped, and redriven while its guardian cancels the call; the guardian ends and harms nothing',
  events: 4_000,
  world: ONE_APP,
  migration: SEVERAL_WINDOWS,

  async play(stage) {
    await inTheMiddleOfACall(stage);
    const redriven = redrivenAtTheCancel(stage);
    stage.stop();
    const over = guardianEnded(stage);
    const redrive = await Promise.race([redriven, over.then(() => undefined)]);
    const ended = await redrive?.ended;
    await over;
    const takenAgain = ['Pause data processing again', 'Scale Redshift up again'].filter(
      (state) => stage.stateCount(state).entered > 0,
    );
    return [
      equal('the guardian was at work when the execution was redriven', redrive?.guardian, 'RUNNING'),
      equal('the redrive went through', ended?.status, 'SUCCEEDED'),
      equal(
        'one guardian was started, and it came to a good end',
        guardians(stage).map((one) => one.status),
        ['SUCCEEDED'],
      ),
      equal('it gave nothing back that the execution had to take again', takenAgain, []),
      ...(await putBack(stage)),
    ];
  },

  expect: (result) => [
    ...migratedCompletely(result),
    equal('it took one redrive', result.execution.redrives, 1),
    equal('one call was cancelled, and made again', result.statements.cancelled, 1),
  ],
};

/** Somebody redrives when the guardian has just made sure that the root is dead: its cancel can be held back by nobody. */
function redrivenAtTheCancel(stage: Stage): Promise<{ ended: Promise<Ended>; guardian: string | undefined }> {
  const { warehouse } = stage.world.postgres.warehouse(stage.app().projectId);
  return new Promise((resolve) => {
    const remove = warehouse.onStatement(({ sql }) => {
      if (!sql.includes('pg_cancel_backend')) return;
      remove();
      const guardian = guardians(stage).at(-1)?.status;
      // Its end comes after the cancel, which waits for this.
      resolve({ ended: stage.redrive(), guardian });
    });
  });
}
