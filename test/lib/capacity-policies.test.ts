import { App, Stack } from 'aws-cdk-lib';
import { snapshotName } from '../../lambda/back-up/names';
import { backUpPermissions } from '../../lib/policies/backup';
import { scaleWarehousePermissions } from '../../lib/policies/capacity';
import type { Permission } from '../../lib/policies/permission';
import { Iam } from '../../rehearsal/aws/iam/iam';
import { requiredActions } from '../../rehearsal/aws/iam/required-actions';
import { ACCOUNT, REGION, ROLE, trustedBy } from '../rehearsal/aws/door-harness';
import { policyDocument } from '../support/policy-document';

const scope = new Stack(new App(), 'Upgrade', { env: { account: ACCOUNT, region: REGION } });
/** A project in another region than our stack. */
const THERE = 'ap-southeast-1';
const OTHERS = `arn:aws:iam::${ACCOUNT}:role/customers-own`;

/** Whether a role with these permissions may make the call. Every role that is to be assumed trusts the account. */
async function may(
  permissions: readonly Permission[],
  service: string,
  operation: string,
  input: Record<string, unknown>,
): Promise<boolean> {
  const caller = { accountId: ACCOUNT, roleArn: ROLE, sessionName: 's', accessKeyId: 'key' };
  const needed = requiredActions({ service, operation, region: THERE, input, caller }, {});
  const iam = new Iam();
  iam.registerRole({
    roleArn: ROLE,
    trustPolicy: trustedBy({ Service: 'lambda.amazonaws.com' }),
    policies: [{ name: 'step', document: policyDocument(scope, permissions) }],
  });
  const trustPolicy = trustedBy({ AWS: `arn:aws:iam::${ACCOUNT}:root` });
  for (const { action, resource: roleArn } of needed) {
    if (action === 'sts:AssumeRole') iam.registerRole({ roleArn, trustPolicy, policies: [] });
  }
  const decisions = await Promise.all(
    needed.map((permission) => iam.authorize({ roleArn: ROLE, sessionName: 's', region: THERE, ...permission })),
  );
  return decisions.every(({ allowed }) => allowed);
}

describe('The permissions of Back up', () => {
  const permissions = backUpPermissions(scope);
  const table = 'console-ClickStreamApiClickstreamMetadataEC136DD8-1ABC';
  const snapshot = snapshotName('big', 'arn:aws:states:us-east-1:1:execution:M:run');

  test.each([
    ['dynamodb', 'CreateBackup', { TableName: table }],
    ['dynamodb', 'ListBackups', { TableName: table }],
    ['redshift', 'DescribeClusterSnapshots', { ClusterIdentifier: 'big', SnapshotIdentifier: snapshot }],
    ['redshift', 'CreateClusterSnapshot', { ClusterIdentifier: 'big', SnapshotIdentifier: snapshot }],
    ['redshift-serverless', 'GetWorkgroup', { workgroupName: 'wg' }],
    ['redshift-serverless', 'ListRecoveryPoints', { namespaceName: 'ns' }],
    ['redshift-serverless', 'GetSnapshot', { snapshotName: snapshot }],
    ['redshift-serverless', 'CreateSnapshot', { namespaceName: 'ns', snapshotName: snapshot }],
  ])('suffice for %s:%s', async (service, operation, input) => {
    expect(await may(permissions, service, operation, input)).toBe(true);
  });

  test.each([
    ['dynamodb', 'CreateBackup', { TableName: 'orders' }],
    ['dynamodb', 'PutItem', { TableName: table }],
    ['redshift', 'CreateClusterSnapshot', { ClusterIdentifier: 'big', SnapshotIdentifier: 'nightly' }],
    ['redshift-serverless', 'UpdateWorkgroup', { workgroupName: 'wg' }],
  ])('do not reach to %s:%s of something else', async (service, operation, input) => {
    expect(await may(permissions, service, operation, input)).toBe(false);
  });
});

describe('The permissions of scaling', () => {
  const permissions = scaleWarehousePermissions(scope, [OTHERS]);
  const execution = (machine: string): string => `arn:aws:states:${THERE}:${ACCOUNT}:execution:${machine}:one`;
  const refresh = 'RefreshMaterializedViewsWorkflowRefreshMVStateMachine5A9C0E17-x1';

  test.each([
    ['redshift-serverless', 'GetWorkgroup', { workgroupName: 'wg' }],
    ['redshift-serverless', 'UpdateWorkgroup', { workgroupName: 'wg' }],
    ['states', 'DescribeExecution', { executionArn: execution(refresh) }],
    ['sts', 'AssumeRole', { RoleArn: `arn:aws:iam::${ACCOUNT}:role/Clickstream-DataModelingRedshift-x` }],
    ['sts', 'AssumeRole', { RoleArn: OTHERS }],
  ])('suffice for %s:%s', async (service, operation, input) => {
    expect(await may(permissions, service, operation, input)).toBe(true);
  });

  test.each([
    ['redshift-serverless', 'CreateSnapshot', { namespaceName: 'ns', snapshotName: 's' }],
    ['states', 'DescribeExecution', { executionArn: execution('Payroll') }],
    ['sts', 'AssumeRole', { RoleArn: `arn:aws:iam::${ACCOUNT}:role/Admin` }],
  ])('do not reach to %s:%s of something else', async (service, operation, input) => {
    expect(await may(permissions, service, operation, input)).toBe(false);
  });
});
