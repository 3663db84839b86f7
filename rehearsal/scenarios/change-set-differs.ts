import { apiFunctionFails, changeSets, consoleResource, consoleStack } from './console-world';
import { beforeUpgrade, pipelineWorkflows, putBack, says, upgradedCompletely } from './guide';
import { equal, migratedCompletely, type Scenario } from './scenario';

export const changeSetDiffers: Scenario = {
  name: 'change-set-differs',
  title: 'after a rollback the template would also replace a table: nobody has approved that, so it is not executed',
  events: 1_000,
  ...beforeUpgrade(),

  async play(stage) {
    const { life } = stage.world.account;
    life.console.plan({ failures: [apiFunctionFails(stage, 'Rate exceeded (Service: Lambda, Status Code: 429)')] });
    const failed = await stage.run();
    const { logicalId, physicalId, type } = consoleResource(stage, 'AWS::DynamoDB::Table', 'Dictionary');
    life.console.plan({ risky: [{ action: 'Modify', logicalId, physicalId, type, replacement: 'True' }] });
    const differs = await stage.redrive();
    const after = changeSets(stage);
    const checks = [
      equal('the update failed first', [failed.status, failed.error], ['FAILED', 'ConsoleUpdateFailed']),
      equal('the redrive is refused', [differs.status, differs.error], ['FAILED', 'ChangeSetDiffers']),
      says('it names what would be replaced and what to do', differs.cause, [
        `Modify DynamoDB::Table ${logicalId} (replacement: True)`,
        'Start a new execution',
      ]),
      equal(
        'two change sets were made, and the first one only executed',
        [after.made.length, after.executed],
        [2, after.made.slice(0, 1)],
      ),
      equal('the second one is not left for somebody to execute', after.deleted.includes(after.made[1] ?? ''), true),
      equal('the stack is as the rollback left it', consoleStack(stage).status, 'UPDATE_ROLLBACK_COMPLETE'),
      equal('the pipeline was not touched', pipelineWorkflows(stage, stage.app().projectId).length, 0),
      ...(await putBack(stage)),
    ];
    // Asked again: the question says what is at risk, and the yes is for that.
    const upgraded = await stage.run({ approvals: { plan: true } });
    return [
      ...checks,
      equal('a new execution shows it, and has it approved', upgraded.status, 'SUCCEEDED'),
      says('what was approved names the table', stage.proposal(), [logicalId, 'replacement: True']),
      ...(await upgradedCompletely(stage, { updates: 2 })),
    ];
  },

  expect: (result) => migratedCompletely(result),
};
