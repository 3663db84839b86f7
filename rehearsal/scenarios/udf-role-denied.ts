import { consoleStack } from './console-world';
import { pipelineWorkflows, says, upgradedCompletely } from './guide';
import { equal, migratedCompletely, type Scenario } from './scenario';
import { handlerAgrees, withoutPython } from './udf-world';

export const udfRoleDenied: Scenario = {
  name: 'udf-role-denied',
  title: 'Redshift may not call the Lambda function: found out before anything is changed; repaired and redriven',
  events: 1_000,
  ...withoutPython(),

  async play(stage) {
    const { account } = stage.world;
    const app = stage.app();
    const roleArn = account.udf(app.region)?.roleArn ?? '';
    const role = account.deployments.flatMap(({ roles }) => roles).find(({ arn }) => arn === roleArn);
    const { trustPolicy, policies = [] } = role ?? {};
    if (trustPolicy === undefined) throw new Error(`There is no role ${roleArn}`);
    account.iam.registerRole({ roleArn, trustPolicy, policies: [] });
    const console = structuredClone(consoleStack(stage));
    const failed = await stage.run();
    const checks = [
      equal('the execution failed', [failed.status, failed.error], ['FAILED', 'UdfNotUsable']),
      says('it names the role, the warehouse’s words and what to do', failed.cause, [roleArn, '32103', 'redrive']),
      equal('the web console is as it was', consoleStack(stage), console),
      equal('no pipeline was upgraded', pipelineWorkflows(stage, app.projectId).length, 0),
    ];
    account.iam.registerRole({ roleArn, trustPolicy, policies });
    await stage.redrive();
    return [...checks, ...(await upgradedCompletely(stage)), ...(await handlerAgrees(stage))];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};
