import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { machineName } from '../names';
import { udfName } from '../udf/names';
import { anyRegion, roleArn } from './arns';
import type { Permission } from './permission';
import { describeWorkgroups } from './warehouse';

/** Looks whether the function that can replace Python functions is deployed, and how many executions it may have. */
export function findUdfPermissions(scope: Construct): Permission[] {
  return [
    {
      actions: ['lambda:GetFunctionConfiguration'],
      resources: [anyRegion(scope, 'lambda', 'function', udfName(machineName(scope)))],
      wildcards: 'A project may be in any region.',
    },
    {
      actions: ['lambda:GetAccountSettings'],
      resources: ['*'],
      wildcards: 'The action knows no resource. Source: Service Authorization Reference, AWS Lambda',
    },
  ];
}

/** Associates the role by which Redshift calls that function with the warehouse of a project. */
export function associateRolePermissions(scope: Construct): Permission[] {
  return [
    ...describeWorkgroups(scope),
    {
      actions: ['redshift-serverless:GetNamespace', 'redshift-serverless:UpdateNamespace'],
      resources: [anyRegion(scope, 'redshift-serverless', 'namespace', '*', '/')],
      wildcards: 'ARNs of namespaces carry an id instead of the name.',
    },
    {
      actions: ['redshift:DescribeClusters', 'redshift:ModifyClusterIamRoles'],
      resources: [anyRegion(scope, 'redshift', 'cluster', '*')],
      wildcards: 'Clusters are the customer’s own, and have the names that operators chose.',
    },
    {
      // The list of UpdateNamespace is complete, so it names the roles that are associated already. Whether IAM asks for those
      // as well is documented nowhere: docs/first-deploy.md.
      actions: ['iam:PassRole'],
      resources: [`${udfName(machineName(scope))}-*`, 'Clickstream*', '*-Clickstream*'].map((name) =>
        roleArn(scope, name),
      ),
      conditions: {
        StringEquals: { 'iam:PassedToService': ['redshift.amazonaws.com', 'redshift-serverless.amazonaws.com'] },
      },
      wildcards: 'One role a region; those of the solution have generated names.',
    },
  ];
}

/** Reads the statements of a schema's failed run, and writes those that replace some of them beside. */
export function copySchemaList(scope: Construct): Permission[] {
  return [
    {
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [schemaLists(scope)],
      wildcards: 'Bucket and prefix of a pipeline are its operator’s choice; below them the solution chooses.',
    },
  ];
}

/** `<prefix>tmp/<project>/sqls/<app>-<time>/<n>.sql`. Source: awslabs/clickstream-analytics-on-aws, create-schemas.ts */
function schemaLists(scope: Construct): string {
  return `arn:${Stack.of(scope).partition}:s3:::*/*tmp/*/sqls/*`;
}
