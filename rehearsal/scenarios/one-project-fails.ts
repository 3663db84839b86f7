import { beforeUpgrade, childrenOf, pipelineWorkflows, says, SECOND_PROJECT, upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

const REASON = 'EMR Serverless application quota exceeded';

export const oneProjectFails: Scenario = {
  name: 'one-project-fails',
  title: 'one project’s pipeline fails and the other project finishes; a redrive runs only the unfinished one',
  events: 2_000,
  ...beforeUpgrade([...ONE_APP.projects, SECOND_PROJECT]),

  async play(stage) {
    const [failing, sibling] = [stage.app(0), stage.app(1)];
    const type = 'AWS::EMRServerless::Application';
    stage.world.account.life.pipeline(failing.projectId).plan({
      failures: { DataProcessing: [{ logicalId: 'EMRServerlessApplication', type, reason: REASON }] },
    });
    const failed = await stage.run();
    const apps = await stage.appResults();
    const said = stage.childCause({ projectId: failing.projectId });
    const calls = stage.callsOf(sibling).length;
    await stage.redrive();
    return [
      equal('the execution failed first', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      equal(
        'the other project had parity by then',
        apps.map(({ projectId, parity }) => [projectId, parity]),
        [
          [failing.projectId, false],
          [sibling.projectId, true],
        ],
      ),
      says('the judge names the failed project, stack and reason', failed.cause, [
        failing.projectId,
        'PipelineUpgradeFailed',
        'Clickstream-DataProcessing-',
        REASON,
      ]),
      holds('and nothing of the other one', failed.cause?.includes(sibling.projectId) === false, failed.cause),
      says('its own error tells what to do', said, ['redrive', failing.projectId]),
      equal(
        'the redrive ran one project only',
        [childrenOf(stage, failing.projectId), childrenOf(stage, sibling.projectId)],
        [2, 1],
      ),
      equal('and called nothing of the other one', stage.callsOf(sibling).length, calls),
      equal(
        'one pipeline was upgraded and retried, the other upgraded',
        [pipelineWorkflows(stage, failing.projectId).length, pipelineWorkflows(stage, sibling.projectId).length],
        [2, 1],
      ),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};
