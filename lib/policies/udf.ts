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
      // Without a condition on the service: of the solution's own call of UpdateNamespace IAM has refused roles under one.
      // Source: awslabs/clickstream-analytics-on-aws, redshift-associate-iam-role.ts and pull request 749
      actions: ['iam:PassRole'],
      resources: [roleArn(scope, '*')],
      wildcards:
        'The list of UpdateNamespace is complete: it names every role that is associated already, the customer’s own too.',
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
