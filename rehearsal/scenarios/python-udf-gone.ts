import { setPythonUdfs } from '../warehouse/v2';
import { equal, holds, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

export const pythonUdfGone: Scenario = {
  name: 'python-udf-gone',
  title: 'Redshift has ended the Python functions: told in the check with what to do, and nothing is called',
  events: 1_000,
  world: ONE_APP,

  async play(stage) {
    const app = stage.app();
    await setPythonUdfs(await stage.database(app), { schema: app.appId, state: 'disabled' });
    const before = await stage.fingerprints();
    const failed = await stage.run();
    const said = stage.childCause(app);
    return [
      holds(
        'the judge names the app, the check and the database’s words',
        ['PreflightFailed', app.appId, 'not supported'].every((word) => failed.cause?.includes(word)),
        failed.cause,
      ),
      holds(
        'the check names every function and the way out',
        ['combine_json_list', 'transform_event_custom_props', 'ended Python UDFs', 'Lambda UDF'].every((word) =>
          said.includes(word),
        ),
        said,
      ),
      equal('every table is as it was', await stage.changedSince(before), []),
    ];
  },

  expect: ({ execution, statements, apps }) => [
    equal('the execution failed', [execution.status, execution.error], ['FAILED', 'ChildrenFailed']),
    equal('no procedure was called', statements.submitted, 0),
    equal(
      'no app claims parity',
      apps.filter(({ parity }) => parity),
      [],
    ),
  ],
};
