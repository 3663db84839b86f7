import { udfName } from '../../lib/udf/names';
import { upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { handlerAgrees, withoutPython } from './udf-world';

/** Longer than the ten minutes for which Redshift repeats a call. */
const THROTTLED_MS = 30 * 60_000;

export const udfThrottled: Scenario = {
  name: 'udf-throttled',
  title: 'Lambda throttles for longer than Redshift waits: the procedure swallows it, the step does not; then redriven',
  events: 2_000,
  ...withoutPython(),

  async play(stage) {
    const { account, clock } = stage.world;
    const app = stage.app();
    const name = udfName(account.deployment.stackName);
    stage.beforeFirstCall(app, () => account.udfs.throttle(name, clock.now() + THROTTLED_MS));
    const failed = await stage.run();
    const calls = stage.callsOf(app).length;
    stage.note('The throttling ends');
    await account.udfs.throttle(name, 0);
    await stage.redrive();
    return [
      equal('the execution failed first', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      holds(
        'the judge names the app, the code and Lambda’s reason',
        ['ProcedureFailed', app.appId, '32103', 'TooManyRequestsException'].every((word) =>
          failed.cause?.includes(word),
        ),
        failed.cause,
      ),
      holds('it did not call again and again', calls === 1, calls),
      ...(await upgradedCompletely(stage)),
      ...(await handlerAgrees(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};
