import type { Stage } from '../run/stage';
import { beforeUpgrade, pipelineWorkflows, SECOND_PROJECT, upgradedCompletely } from './guide';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';
import { ONE_APP } from './worlds';

export const pipelineCallTimeout: Scenario = {
  name: 'pipeline-call-timeout',
  title: 'the call that starts an upgrade times out, once after it has done its work and once before: one upgrade each',
  events: 2_000,
  ...beforeUpgrade([...ONE_APP.projects, SECOND_PROJECT]),

  async play(stage) {
    const { life } = stage.world.account;
    // Whichever project asks first loses the answer; the other one was not heard at all.
    life.api.lose('upgrade', 'after');
    life.api.lose('upgrade', 'before');
    await stage.run();
    const workflows = stage.world.description.projects.map(({ projectId }) => pipelineWorkflows(stage, projectId));
    const tries = await triesOf(stage);
    return [
      equal(
        'one workflow ran for each pipeline, and it succeeded',
        workflows.map((executions) => executions.map(({ status }) => status)),
        [['SUCCEEDED'], ['SUCCEEDED']],
      ),
      equal('two calls got lost', life.api.lost.map(({ route, loss }) => `${route} ${loss}`).sort(), [
        'upgrade after',
        'upgrade before',
      ]),
      holds('the console was asked again by whoever it had not heard', Math.max(...tries) > 1, tries),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => [...migratedCompletely(result), equal('nobody had to redrive', result.execution.redrives, 0)],
};

/** How often each project asked the console for its upgrade, as the journal says. */
async function triesOf(stage: Stage): Promise<number[]> {
  const items = await stage.world.stateItems();
  return items.filter(({ pk }) => String(pk).startsWith('journal/pipeline/')).map(({ tries }) => Number(tries));
}
