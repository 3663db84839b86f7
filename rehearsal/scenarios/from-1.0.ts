import { watchOutside } from './outside';
import { equal, holds, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

export const from10: Scenario = {
  name: 'from-1.0',
  title: 'a direct upgrade from 1.0.x is refused with the way to go, and nothing is touched',
  events: 1_000,
  world: { ...ONE_APP, version: 'v1.0.3-202401010000', pipeline: 'legacy' },
  input: { console: { targetVersion: 'v1.1.7' } },

  async play(stage) {
    const before = await stage.fingerprints();
    const touched = watchOutside(stage);
    const ended = await stage.run();
    return [
      holds(
        'the error says to upgrade to 1.1.5 first',
        ended.cause?.includes('upgrade to 1.1.5 first') ?? false,
        ended.cause,
      ),
      equal('nothing of the solution was changed', touched(), []),
      equal('every table is as it was', await stage.changedSince(before), []),
    ];
  },

  expect: ({ execution, statements, apps }) => [
    equal('the execution failed', execution.status, 'FAILED'),
    equal('the plan was refused', execution.error, 'PlanRefused'),
    equal('no procedure was called', statements.submitted, 0),
    equal(
      'no app claims parity',
      apps.filter(({ parity }) => parity),
      [],
    ),
  ],
};
