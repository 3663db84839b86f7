import { stackType, type WorkflowNode } from '../solution/workflow-tree';
import { beforeUpgrade, pipelineWorkflows, says, upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';

/** The resource's own words. */
const REASON = 'The role clickstream-quicksight is not authorized to perform: quicksight:UpdateDashboard';

export const pipelineOneStackRolledBack: Scenario = {
  name: 'pipeline-one-stack-rolled-back',
  title:
    'the console’s workflow says success although one stack was rolled back; the step does not, and a redrive retries',
  events: 1_000,
  ...beforeUpgrade(),

  async play(stage) {
    const { projectId } = stage.app();
    const { life } = stage.world.account;
    const type = 'AWS::QuickSight::Dashboard';
    life
      .pipeline(projectId)
      .plan({ failures: { Reporting: [{ logicalId: 'ClickstreamDashboard', type, reason: REASON }] } });
    const failed = await stage.run();
    const first = pipelineWorkflows(stage, projectId);
    const said = stage.childCause({ projectId });
    const calls = stage.callsOf(stage.app()).length;
    await stage.redrive();
    const all = pipelineWorkflows(stage, projectId);
    return [
      equal(
        'the solution’s own workflow succeeded',
        first.map(({ status }) => status),
        ['SUCCEEDED'],
      ),
      equal('the execution failed all the same', [failed.status, failed.error], ['FAILED', 'ChildrenFailed']),
      says('the judge names project, stack and reason', failed.cause, [
        'PipelineUpgradeFailed',
        projectId,
        'Clickstream-Reporting-',
        REASON,
      ]),
      says('the step names the resource and the way out', said, [
        'UPDATE_ROLLBACK_COMPLETE',
        'ClickstreamDashboard',
        'redrive',
      ]),
      equal('nothing had been migrated by then', calls, 0),
      equal('two workflows ran: the upgrade and the retry', all.length, 2),
      holds('the first one worked on every stack', typesAtWork(all[0]?.input).length > 1, typesAtWork(all[0]?.input)),
      equal('the second one worked on the stack that was rolled back only', typesAtWork(all[1]?.input), ['Reporting']),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};

/** Types of the stacks that a workflow works on; whatever is done already passes by. */
function typesAtWork(input: string | undefined): string[] {
  const visit = (node: WorkflowNode): string[] => {
    if ('Branches' in node) return node.Branches.flatMap(visit);
    return node.Type === 'Stack' ? [stackType(node.Data.StackName)] : [];
  };
  return input === undefined ? [] : visit(JSON.parse(input) as WorkflowNode);
}
