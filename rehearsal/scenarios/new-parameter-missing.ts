import { CONSOLE_STACK } from '../world/world';
import { changeSets, consoleStack } from './console-world';
import { beforeUpgrade, says, upgradedCompletely } from './guide';
import { probesLeft, watchOutside } from './outside';
import { equal, migratedCompletely, type Scenario } from './scenario';
import { RELEASE } from './worlds';

const PARAMETER = 'AccessLogRetention';

export const newParameterMissing: Scenario = {
  name: 'new-parameter-missing',
  title: 'the new template wants a parameter that nobody has given: refused by name, and nothing is touched',
  events: 1_000,
  ...beforeUpgrade(),

  async play(stage) {
    const { life } = stage.world.account;
    life.console.plan({ newParameter: { key: PARAMETER, type: 'String' } });
    const before = await stage.fingerprints();
    const console = structuredClone(consoleStack(stage));
    const touched = watchOutside(stage);
    const refused = await stage.run();
    const checks = [
      equal('the plan is refused', [refused.status, refused.error], ['FAILED', 'PlanRefused']),
      says('it names the parameter and what to do', refused.cause, [
        `input.console.parameters.${PARAMETER}`,
        'give it a value',
        'start a new execution',
      ]),
      equal('nothing was changed outside our own stack', touched(), []),
      equal('the web console is as it was', consoleStack(stage), console),
      equal('every table is as it was', await stage.changedSince(before), []),
      equal('the probe left no function', await probesLeft(stage), []),
      equal('nobody has the lock', (await stage.world.stateItems()).filter(isLock), []),
    ];
    const given = { stackName: CONSOLE_STACK, targetVersion: RELEASE, parameters: { [PARAMETER]: '90' } };
    const upgraded = await stage.run({ console: given });
    return [
      ...checks,
      equal('with a value the upgrade succeeded', upgraded.status, 'SUCCEEDED'),
      equal('the new template has the value', consoleStack(stage).parameters[PARAMETER], '90'),
      equal(
        'the other parameters are as they were',
        consoleStack(stage).parameters['Email'],
        console.parameters['Email'],
      ),
      equal('one change set was made, and executed', changeSets(stage).made, changeSets(stage).executed),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => migratedCompletely(result),
};

function isLock({ pk }: Record<string, unknown>): boolean {
  return String(pk).startsWith('lock/');
}
