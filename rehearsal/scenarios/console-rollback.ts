import type { Stage } from '../run/stage';
import { apiFunctionFails, changeSets, consoleStack } from './console-world';
import { beforeUpgrade, pipelineWorkflows, says, upgradedCompletely } from './guide';
import { actedOn, membersOf } from './outside';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';

/** Lambda's own words. */
const REASON =
  'Resource handler returned message: "Specified ReservedConcurrentExecutions for function decreases account’s ' +
  'UnreservedConcurrentExecution below its minimum value of [50]. (Service: Lambda, Status Code: 400)"';

export const consoleRollback: Scenario = {
  name: 'console-rollback',
  title: 'the update of the web console fails at a resource and is rolled back; a redrive makes a new change set',
  events: 1_000,
  ...beforeUpgrade(),

  async play(stage) {
    const { life } = stage.world.account;
    life.console.plan({ failures: [apiFunctionFails(stage, REASON)] });
    const failed = await stage.run();
    const after = { ...consoleStack(stage), ...changeSets(stage) };
    const { projectId } = stage.app();
    const untouched = pipelineWorkflows(stage, projectId).length;
    const redriven = await stage.redrive();
    const { made, executed } = changeSets(stage);
    const backups = actedOn(stage, 'dynamodb', 'CreateBackup');
    return [
      equal('the execution failed first', [failed.status, failed.error], ['FAILED', 'ConsoleUpdateFailed']),
      says('it tells the resource, its own reason and what to do', failed.cause, [
        'ClickStreamApiApiFunction',
        'below its minimum value of [50]',
        'UPDATE_ROLLBACK_COMPLETE',
        'redrive',
      ]),
      holds('resources that were only cancelled are no reason', failed.cause?.includes('cancelled') === false),
      equal(
        'the stack was rolled back to the old version',
        [after.status, /v1\.1\.\d/.exec(after.description)?.[0]],
        ['UPDATE_ROLLBACK_COMPLETE', 'v1.1.5'],
      ),
      equal('one change set had been executed', after.executed.length, 1),
      equal('no pipeline had been touched', untouched, 0),
      equal('the redrive succeeded', redriven.status, 'SUCCEEDED'),
      equal('two change sets were executed, each once', [executed.length, executions(stage)], [2, 2]),
      holds(
        'the second one was made after the failure',
        made.length === 2 && !after.made.includes(executed[1] ?? ''),
        made,
      ),
      equal('every table was backed up once', backups.length, membersOf(backups, 'TableName').length),
      equal('the pipeline was upgraded once', pipelineWorkflows(stage, projectId).length, 1),
      ...(await upgradedCompletely(stage, { updates: 2 })),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};

/** How many change sets the account has executed, whoever asked how often. */
function executions(stage: Stage): number {
  return actedOn(stage, 'cloudformation', 'ExecuteChangeSet').length;
}
