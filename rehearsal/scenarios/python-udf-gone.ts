import { beforeUpgrade, says } from './guide';
import { consoleStack } from './console-world';
import { probes, probesLeft, watchOutside } from './outside';
import { equal, holds, type Scenario } from './scenario';

const BEFORE = beforeUpgrade();

export const pythonUdfGone: Scenario = {
  name: 'python-udf-gone',
  title: 'Redshift has ended the Python functions that the new schema needs: refused in the plan, nothing is touched',
  events: 1_000,
  world: { ...BEFORE.world, pythonUdfs: 'gone' },
  input: BEFORE.input,

  async play(stage) {
    const before = await stage.fingerprints();
    const console = structuredClone(consoleStack(stage));
    const touched = watchOutside(stage);
    const refused = await stage.run();
    return [
      says('it names the project, the database’s words and the way out', refused.cause, [
        `projects.${stage.app().projectId}`,
        'not supported for language plpythonu',
        'pythonUdf',
        'take a release of the solution without Python functions',
        'about 3 USD for 100 million events',
        'Nothing was touched',
      ]),
      equal('nothing was changed outside our own stack', touched(), []),
      holds('the warehouse itself was asked', probes(stage) > 0, probes(stage)),
      equal('the question left no function behind', await probesLeft(stage), []),
      equal('every table is as it was', await stage.changedSince(before), []),
      equal('the web console is as it was', consoleStack(stage), console),
      equal('nobody was asked, nobody has the lock', stage.stateCount('Approve the plan').entered, 0),
    ];
  },

  expect: ({ execution, statements, apps }) => [
    equal('the plan is refused', [execution.status, execution.error], ['FAILED', 'PlanRefused']),
    equal('no procedure was called', statements.submitted, 0),
    equal(
      'no app claims parity',
      apps.filter(({ parity }) => parity),
      [],
    ),
  ],
};
