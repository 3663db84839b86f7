import { changeSets, consoleStack } from './console-world';
import { says } from './guide';
import { actedOn } from './outside';
import { equal, migratedCompletely, type Check, type Scenario } from './scenario';
import { ONE_APP } from './worlds';
import type { Stage } from '../run/stage';

const TEMPLATE =
  'https://solutions-reference.s3.amazonaws.com/clickstream-analytics-on-aws/v1.1.7/cloudfront-s3-control-plane-stack-global.template.json';

export const consoleNoChange: Scenario = {
  name: 'console-no-change',
  title: 'CloudFormation says, in either wording, that the template changes nothing: done, and the rest goes on',
  events: 1_000,
  world: ONE_APP,
  input: { console: { templateUrl: TEMPLATE } },

  async play(stage) {
    const before = structuredClone(consoleStack(stage));
    const first = await stage.run();
    const checks = unchanged(stage, 1);
    stage.world.account.life.console.plan({ transforms: true });
    const second = await stage.run();
    return [
      equal('both executions succeeded', [first.status, second.status], ['SUCCEEDED', 'SUCCEEDED']),
      ...checks,
      ...unchanged(stage, 2),
      equal('the web console is what it was', consoleStack(stage), before),
      says('the step tells it', await stage.summaryOf('prepare-change-set'), ['changes nothing']),
    ];
  },

  expect: (result) => migratedCompletely(result),
};

/** Change sets without changes come in the status FAILED, and would be left lying around. */
function unchanged(stage: Stage, executions: number): Check[] {
  const { made, executed, deleted } = changeSets(stage);
  return [
    equal('a change set was made for each execution', made.length, executions),
    equal('every one of them was deleted', [...deleted].sort(), [...made].sort()),
    equal('none was executed', executed, []),
    equal(
      'the console’s tables were backed up all the same',
      actedOn(stage, 'dynamodb', 'CreateBackup').length > 0,
      true,
    ),
  ];
}
