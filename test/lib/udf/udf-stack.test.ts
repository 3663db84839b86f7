import { Template } from 'aws-cdk-lib/assertions';
import { UdfStack } from '../../../lib/udf/udf-stack';
import { grantsOf } from '../../../rehearsal/aws/iam/grants';
import type { RawTemplate } from '../../../rehearsal/template/intrinsics';
import { deployed, PLACES, upgradeApp } from '../../support/synth';

const template = udfTemplate();

function udfTemplate(env: { region?: string } = {}): RawTemplate {
  const stack = new UdfStack(upgradeApp(), 'Udf', {
    stackName: 'ClickstreamUpgrade-udf',
    mainStack: 'ClickstreamUpgrade',
    env,
  });
  return Template.fromStack(stack).toJSON() as RawTemplate;
}

describe.each(['aws', 'aws-cn'] as const)('The stack of the Lambda that Redshift calls, in %s', (partition) => {
  const { functions, roles, logGroups, outputs } = deployed(partition, template);
  const { region, accountId } = PLACES[partition];
  const [fn] = functions;
  const functionArn = `arn:${partition}:lambda:${region}:${accountId}:function:ClickstreamUpgrade-udf`;
  const role = roles.find(({ name }) => name === `ClickstreamUpgrade-udf-${region}`);

  test('has one function, of the same name in every region, with memory for a whole batch and time for it', () => {
    expect(functions).toHaveLength(1);
    expect(fn).toMatchObject({
      arn: functionArn,
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      memoryMb: 1024,
      timeoutSeconds: 300,
      environment: { POWERTOOLS_SERVICE_NAME: 'udf' },
    });
  });

  test('lets clusters and serverless workgroups assume a role of the region, and call exactly that function', () => {
    expect(role?.trustPolicy.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: ['redshift-serverless.amazonaws.com', 'redshift.amazonaws.com'] },
      },
    ]);
    expect(role === undefined ? [] : grantsOf(role)).toEqual([
      { action: 'lambda:InvokeFunction', resource: functionArn, conditions: {} },
    ]);
  });

  test('lets the function write its own log and nothing else', () => {
    const own = roles.find(({ arn }) => arn === fn?.roleArn);
    const log = `arn:${partition}:logs:${region}:${accountId}:log-group:/aws/lambda/ClickstreamUpgrade-udf:*`;
    expect(own?.trustPolicy.Statement).toEqual([
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
    ]);
    expect(own === undefined ? [] : grantsOf(own)).toEqual([
      { action: 'logs:CreateLogStream', resource: log, conditions: {} },
      { action: 'logs:PutLogEvents', resource: log, conditions: {} },
    ]);
    expect(logGroups).toMatchObject([{ name: '/aws/lambda/ClickstreamUpgrade-udf', retentionDays: 90 }]);
  });

  test('has no third role, and tells what a person has to know of the two', () => {
    expect(roles.map(({ name }) => name).sort()).toEqual([
      `ClickstreamUpgrade-udf-${region}`,
      `ClickstreamUpgrade-udf-run-${region}`,
    ]);
    expect(outputs).toMatchObject({ FunctionArn: { value: functionArn }, RoleArn: { value: role?.arn } });
  });
});

describe('The stack of the Lambda that Redshift calls', () => {
  const resources = Object.values(template.Resources) as unknown as Record<string, unknown>[];

  test('loses nothing when it is deleted, and leaves nothing when it cannot be created', () => {
    expect(
      resources.map(({ Type, DeletionPolicy, UpdateReplacePolicy }) => [Type, DeletionPolicy, UpdateReplacePolicy]),
    ).toEqual(
      ['AWS::Logs::LogGroup', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::IAM::Role'].map((type) => [
        type,
        'RetainExceptOnCreate',
        'Retain',
      ]),
    );
  });

  test('is in no VPC, and trusts nobody but services', () => {
    expect(JSON.stringify(resources)).not.toMatch(/VpcConfig|"AWS":|"\*"/);
  });

  test('fits every region where none is given, and names its own where one is', () => {
    expect(JSON.stringify(template)).not.toMatch(/[a-z]{2}-[a-z]+-\d/);
    expect(JSON.stringify(udfTemplate({ region: 'cn-northwest-1' }))).toContain(
      '"ClickstreamUpgrade-udf-cn-northwest-1"',
    );
  });

  test('keeps names within the 64 characters that IAM allows, with the longest name of a main stack', () => {
    const mainStack = 'x'.repeat(40);
    const stack = new UdfStack(upgradeApp(), 'Udf', { mainStack, env: { region: 'ap-southeast-1' } });
    const { Resources } = Template.fromStack(stack).toJSON() as RawTemplate;
    const names = Object.values(Resources).flatMap(({ Properties }) => (Properties?.['RoleName'] ?? []) as string);
    expect(names).toHaveLength(2);
    expect(names.filter((name) => name.length > 64)).toEqual([]);
  });
});
