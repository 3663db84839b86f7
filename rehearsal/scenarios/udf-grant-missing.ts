import { ACCOUNT_ID } from '../world/account';
import { pipelineWorkflows, says, upgradedCompletely } from './guide';
import { equal, migratedCompletely, type Scenario } from './scenario';
import { asAdministrator, handlerAgrees, withoutPython } from './udf-world';
import { ONE_APP } from './worlds';

/** The customer's workgroup: nobody of ours or of the solution's administers it. */
const PROJECTS = ONE_APP.projects.map((project) => ({
  ...project,
  redshift: {
    mode: 'Serverless' as const,
    workgroupName: 'analytics',
    roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/ClickstreamOwnWarehouse`,
  },
}));

export const udfGrantMissing: Scenario = {
  name: 'udf-grant-missing',
  title: 'the database user may not declare external functions: the error prints what an administrator has to run',
  events: 1_000,
  ...withoutPython(PROJECTS),

  async play(stage) {
    const app = stage.app();
    const failed = await stage.run();
    const grants = grantsIn(failed.cause);
    const checks = [
      equal('the execution failed', [failed.status, failed.error], ['FAILED', 'UdfNotUsable']),
      says('it says what is missing, and prints the statements', failed.cause, [
        'permission denied',
        'GRANT USAGE ON LANGUAGE EXFUNC',
        'redrive',
      ]),
      equal('no pipeline was upgraded', pipelineWorkflows(stage, app.projectId).length, 0),
    ];
    stage.note(`An administrator runs: ${grants.join('; ')}`);
    await asAdministrator(stage, app, grants);
    await stage.redrive();
    return [...checks, ...(await upgradedCompletely(stage)), ...(await handlerAgrees(stage))];
  },

  expect: (result) => [...migratedCompletely(result), equal('it took one redrive', result.execution.redrives, 1)],
};

/** The statements as they stand in the error: nothing but those has to be typed. */
function grantsIn(cause = ''): string[] {
  const report = JSON.parse((JSON.parse(cause) as { errorMessage: string }).errorMessage) as { next: string };
  const [, statements = ''] = /already: (.*)\. Then redrive/.exec(report.next) ?? [];
  return statements.split('; ');
}
