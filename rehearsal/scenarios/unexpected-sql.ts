import { actedOn } from './outside';
import { says, schemaWorkflows } from './guide';
import { equal, type Scenario } from './scenario';
import { languages, withoutPython } from './udf-world';

const SEVENTH = 'guess_the_weather';

export const unexpectedSql: Scenario = {
  name: 'unexpected-sql',
  title: 'the schema has a seventh Python function: refused with what was found, nothing is started',
  events: 500,
  ...withoutPython(),

  async play(stage) {
    const app = stage.app();
    stage.world.account.plane.schemas.addPythonFunction(app.appId, SEVENTH);
    const failed = await stage.run();
    return [
      equal('the execution failed', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      says('the judge tells that nothing was started', failed.cause, ['SchemaNotRecognised', app.appId]),
      says('the step names the function', stage.childCause(app), [SEVENTH, 'Nothing was started']),
      equal(
        'only the solution’s own run was started',
        schemaWorkflows(stage, app).map(({ status, redrives }) => [status, redrives]),
        [['FAILED', 0]],
      ),
      equal('no function was declared', await languages(stage, app), {}),
      equal(
        'nothing was written beside its statements',
        actedOn(stage, 's3', 'PutObject').filter(({ input }) => input.includes('/sqls/')).length,
        0,
      ),
    ];
  },

  expect: ({ execution }, stage) => [
    equal('it ended with the error', execution.status, 'FAILED'),
    equal('no procedure was called', stage.callsOf(stage.app()).length, 0),
  ],
};
