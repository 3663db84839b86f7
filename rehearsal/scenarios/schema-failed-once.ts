import type { AppRef } from '../world/description';
import type { Stage } from '../run/stage';
import { beforeUpgrade, pipelineWorkflows, says, schemaWorkflows, upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Check, type Scenario } from './scenario';
import { TWO_APPS } from './worlds';

const PASSING = 'ERROR: could not open relation with OID 174210; retry';
const LASTING = 'ERROR: permission denied for database game';

export const schemaFailedOnce: Scenario = {
  name: 'schema-failed-once',
  title:
    'the schema of one app fails once and is run again by the step; that of another fails twice and needs a person',
  events: 2_000,
  ...beforeUpgrade(TWO_APPS.projects),

  async play(stage) {
    const { schemas } = stage.world.account.plane;
    const [once, twice] = [stage.app(0), stage.app(1)];
    schemas.failOnce(once.appId, PASSING);
    schemas.failOnce(twice.appId, LASTING);
    schemas.failOnce(twice.appId, LASTING);
    const failed = await stage.run();
    const apps = await stage.appResults();
    const said = stage.childCause(twice);
    const calls = [stage.callsOf(once).length, stage.callsOf(twice).length];
    const checks = [
      equal('the execution failed first', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      equal(
        'the app whose schema failed once had parity by then',
        apps.map(({ parity }) => parity),
        [true, false],
      ),
      says('the judge names the other one, the error and the database’s words', failed.cause, [
        'SchemaFailed',
        twice.appId,
        LASTING,
      ]),
      says('the step tells what to do', said, ['SchemaFailed', LASTING, 'redrive']),
      holds('nothing of it was called', calls[0] !== 0 && calls[1] === 0, calls),
      ...redriven(stage, once, 1, 'SUCCEEDED'),
      ...redriven(stage, twice, 1, 'FAILED'),
    ];
    await stage.redrive();
    return [
      ...checks,
      equal('the redrive called nothing of the first app', stage.callsOf(once).length, calls[0]),
      ...redriven(stage, once, 1, 'SUCCEEDED'),
      ...redriven(stage, twice, 2, 'SUCCEEDED'),
      equal('the pipeline was upgraded once', pipelineWorkflows(stage, once.projectId).length, 1),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};

/** No second execution is started where the first one can be redriven. */
function redriven(stage: Stage, app: AppRef, redrives: number, status: string): Check[] {
  return [
    equal(
      `${app.appId}: its one execution was redriven ${String(redrives)} times and is ${status}`,
      schemaWorkflows(stage, app).map((execution) => [execution.redrives, execution.status]),
      [[redrives, status]],
    ),
  ];
}
