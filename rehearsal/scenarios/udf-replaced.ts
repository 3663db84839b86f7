import { REPLACED_NAMES } from '../../lambda/shared/udf/functions';
import { rolesOfCluster } from '../aws/redshift/redshift';
import { ACCOUNT_ID } from '../world/account';
import type { Stage } from '../run/stage';
import { full } from './full';
import { schemaWorkflows } from './guide';
import { equal, holds, type Check, type Scenario } from './scenario';
import { handlerAgrees, languages } from './udf-world';

export const udfReplaced: Scenario = {
  ...full,
  name: 'udf-replaced',
  title: 'the whole guide where Redshift has ended Python functions: a Lambda function stands in for them',
  world: { ...full.world, pythonUdfs: 'gone' },
  input: { ...full.input, pythonUdf: 'replace' },

  async play(stage) {
    const roles = associatedRoles(stage);
    const checks = await full.play(stage);
    return [
      ...checks,
      ...(await handlerAgrees(stage)),
      ...(await replacedEverywhere(stage)),
      ...associatedRoles(stage).map(({ where, arns }, index) => {
        const before = roles[index]?.arns ?? [];
        const added = arns.filter((arn) => !before.includes(arn));
        return holds(
          `${where}: one role was added, and no other lost`,
          added.length === 1 && before.every((arn) => arns.includes(arn)),
          arns,
        );
      }),
    ];
  },
};

/** After the clean-up the daily scan's function is left, and only that. */
async function replacedEverywhere(stage: Stage): Promise<Check[]> {
  const checks: Check[] = [];
  for (const app of stage.world.apps) {
    const runs = schemaWorkflows(stage, app).map(({ status }) => status);
    checks.push(
      equal(`${app.appId}: the solution’s run of its schema failed, and the repaired one succeeded`, runs, [
        'FAILED',
        'SUCCEEDED',
      ]),
      equal(`${app.appId}: only the function of the daily scan is left`, await languages(stage, app), {
        exfunc: REPLACED_NAMES.filter((name) => name === 'convert_json_list'),
      }),
    );
  }
  return checks;
}

function associatedRoles({ world: { account } }: Stage): { where: string; arns: readonly string[] }[] {
  return account.solution.warehouses.map(({ region, name, mode }) => {
    if (mode !== 'Provisioned') return { where: name, arns: account.workgroups.rolesOfNamespace(region, name) };
    const cluster = account.clusters.findCluster(region, name);
    return { where: name, arns: cluster === undefined ? [] : rolesOfCluster(cluster, ACCOUNT_ID).arns };
  });
}
