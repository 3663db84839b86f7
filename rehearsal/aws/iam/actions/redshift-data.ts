import { text } from '../../input';
import { regionalArn } from '../../arns';
import type { ServiceCall } from '../../service';
import { type ActionRule, type ActionTable, type RequiredAction, type ResourceDirectory } from './action';

/** Source: Service Authorization Reference, "Amazon Redshift Data API"; Redshift Management Guide, data-api-access. */
export const redshiftDataActions: ActionTable = {
  ExecuteStatement: onWarehouse,
  BatchExecuteStatement: onWarehouse,
  ListDatabases: onWarehouse,
  ListSchemas: onWarehouse,
  ListTables: onWarehouse,
  DescribeTable: onWarehouse,
  DescribeStatement: onStatement,
  CancelStatement: onStatement,
  GetStatementResult: onStatement,
  // The service authorization reference knows no action of its own for the second version.
  GetStatementResultV2: (call, directory) => onStatement({ ...call, operation: 'GetStatementResult' }, directory),
  ListStatements: (call) => [{ action: `redshift-data:${call.operation}`, resource: '*' }],
};

/** The Data API connects with temporary credentials that it fetches as the caller, or with the caller's secret. */
function onWarehouse(call: ServiceCall, directory: ResourceDirectory): RequiredAction[] {
  const { region, caller } = call;
  const workgroup = text(call, 'WorkgroupName');
  const cluster = text(call, 'ClusterIdentifier');
  const secret = text(call, 'SecretArn');
  const database = text(call, 'Database');
  const user = text(call, 'DbUser');
  const arn = (service: string, resource: string): string => regionalArn(service, region, caller.accountId, resource);

  const warehouse =
    workgroup !== ''
      ? (directory.workgroupArn?.(region, workgroup) ?? arn('redshift-serverless', `workgroup/${workgroup}`))
      : // A session names no warehouse: only a policy over all of them allows it.
        arn('redshift', `cluster:${cluster === '' ? '*' : cluster}`);
  const required: RequiredAction[] = [{ action: `redshift-data:${call.operation}`, resource: warehouse }];
  if (secret !== '') {
    required.push({ action: 'secretsmanager:GetSecretValue', resource: secret });
  } else if (workgroup !== '') {
    required.push({ action: 'redshift-serverless:GetCredentials', resource: warehouse });
  } else if (cluster !== '') {
    const dbname = arn('redshift', `dbname:${cluster}/${database}`);
    if (user === '') required.push({ action: 'redshift:GetClusterCredentialsWithIAM', resource: dbname });
    else {
      const dbuser = arn('redshift', `dbuser:${cluster}/${user}`);
      required.push({ action: 'redshift:GetClusterCredentials', resource: dbuser });
      required.push({ action: 'redshift:GetClusterCredentials', resource: dbname });
    }
  }
  return required;
}

function onStatement(...[call, directory]: Parameters<ActionRule>): RequiredAction[] {
  const owner = directory.statementOwner?.(call.region, text(call, 'Id'));
  return [
    {
      action: `redshift-data:${call.operation}`,
      resource: '*',
      ...(owner === undefined ? {} : { context: { 'redshift-data:statement-owner-iam-userid': owner } }),
    },
  ];
}
