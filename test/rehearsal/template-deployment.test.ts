import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, ArnFormat, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefinitionBody, LogLevel, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Deployment } from '../../rehearsal/template/deployment';
import { readDeployment } from '../../rehearsal/template/template';

const ACCOUNT = '123456789012';

describe('a synthesised stack, read as if it were deployed', () => {
  let directory: string;
  let code: string;
  let inAws: Deployment;
  let inChina: Deployment;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'assembly-'));
    code = mkdtempSync(join(tmpdir(), 'code-'));
    writeFileSync(join(code, 'index.mjs'), 'export const handler = () => 1;');
    synthesise(directory, code);
    inAws = readDeployment(directory, { partition: 'aws', region: 'eu-west-1', accountId: ACCOUNT });
    inChina = readDeployment(directory, { partition: 'aws-cn', region: 'cn-north-1', accountId: ACCOUNT });
  });

  afterAll(() => {
    for (const path of [directory, code]) rmSync(path, { recursive: true, force: true });
  });

  it('finds each function with its settings, its resolved environment and its bundle', () => {
    const [fn] = inAws.functions;

    expect(fn).toMatchObject({
      arn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${fn?.name ?? ''}`,
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      timeoutSeconds: 60,
      memoryMb: 256,
      environment: { TABLE_NAME: inAws.tables[0]?.name, BUCKET_NAME: inAws.buckets[0]?.name },
      roleArn: inAws.roles.find(({ logicalId }) => logicalId.startsWith('StepServiceRole'))?.arn,
    });
    expect(fn?.name).toMatch(/^Upgrade-Step[0-9A-F]{8}-[A-Z0-9]{12}$/);
    expect(readdirSync(fn?.assetDirectory ?? '')).toEqual(['index.mjs']);
  });

  it('parses the definition, with ARNs of the partition in it', () => {
    const [machine] = inAws.stateMachines;
    const states = (machine?.definition['States'] as Record<string, Record<string, unknown>> | undefined)?.[
      'Run the step'
    ];

    expect(machine).toMatchObject({
      name: 'ClickstreamUpgrade',
      arn: `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:ClickstreamUpgrade`,
      type: 'STANDARD',
      tracing: true,
      logging: {
        level: 'ALL',
        includeExecutionData: true,
        destinations: [`arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/vendedlogs/states/upgrade:*`],
      },
    });
    expect(states).toMatchObject({
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: inAws.functions[0]?.arn },
    });
    expect(JSON.stringify(inChina.stateMachines)).toContain('arn:aws-cn:states:::lambda:invoke');
    expect(JSON.stringify(inChina)).not.toContain('arn:aws:');
  });

  it('collects on a role what CDK spreads over the template', () => {
    const role = inAws.roles.find(({ logicalId }) => logicalId.startsWith('StepServiceRole'));
    const machineRole = inAws.roles.find(({ arn }) => arn === inAws.stateMachines[0]?.roleArn);

    expect(role?.trustPolicy.Statement).toMatchObject([
      { Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
    ]);
    expect(role?.policies.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'service-role/AWSLambdaBasicExecutionRole',
        expect.stringMatching(/^StepServiceRoleDefaultPolicy/),
      ]),
    );
    const statements = role?.policies.flatMap(({ document }) => document.Statement) ?? [];
    expect(statements).toContainEqual({
      Effect: 'Allow',
      Action: 'states:DescribeExecution',
      Resource: `arn:aws:states:eu-west-1:${ACCOUNT}:execution:ClickstreamUpgrade:*`,
    });
    expect(JSON.stringify(statements)).toContain(inAws.tables[0]?.arn);
    expect(JSON.stringify(role?.policies)).toContain('s3:GetObject');
    expect(JSON.stringify(machineRole?.policies)).toContain(inAws.functions[0]?.arn);
  });

  it('describes tables as CreateTable takes them', () => {
    expect(inAws.tables).toMatchObject([
      {
        timeToLiveAttribute: 'expiresAt',
        createTable: {
          TableName: inAws.tables[0]?.name,
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'by-owner',
              KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        },
      },
    ]);
  });

  it('finds buckets, log groups, rules and outputs', () => {
    expect(inAws.buckets[0]?.name).toMatch(/^[a-z0-9-]{3,63}$/);
    expect(inAws.logGroups).toMatchObject([{ name: '/aws/vendedlogs/states/upgrade', retentionDays: 30 }]);
    expect(inAws.eventRules).toMatchObject([
      {
        enabled: true,
        eventPattern: { source: ['aws.cloudformation'] },
        targets: [{ id: 'Target0', arn: inAws.stateMachines[0]?.arn }],
      },
    ]);
    expect(inAws.outputs['Machine']).toEqual({ value: inAws.stateMachines[0]?.arn });
  });

  it('gives the same names every time, and other ones to another stack', () => {
    const again = readDeployment(directory, { partition: 'aws', region: 'eu-west-1', accountId: ACCOUNT });
    const other = readDeployment(directory, {
      partition: 'aws',
      region: 'eu-west-1',
      accountId: ACCOUNT,
      stackName: 'Other',
    });

    expect(again).toEqual(inAws);
    expect(other.functions[0]?.name).not.toBe(inAws.functions[0]?.name);
  });

  it('says which stacks there are when it is not clear which is meant', () => {
    const empty = mkdtempSync(join(tmpdir(), 'assembly-'));
    new App({ outdir: empty }).synth();

    expect(() => readDeployment(empty, { partition: 'aws', region: 'eu-west-1', accountId: ACCOUNT })).toThrow(
      'it holds: none',
    );
    rmSync(empty, { recursive: true, force: true });
  });
});

function synthesise(outdir: string, code: string): void {
  const app = new App({ outdir, context: { 'aws:cdk:disable-asset-staging': false } });
  const stack = new Stack(app, 'Upgrade');
  const table = new Table(stack, 'State', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
    billingMode: BillingMode.PAY_PER_REQUEST,
  });
  table.addGlobalSecondaryIndex({ indexName: 'by-owner', partitionKey: { name: 'owner', type: AttributeType.STRING } });
  const bucket = new Bucket(stack, 'Plans');
  const fn = new Function(stack, 'Step', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(code),
    timeout: Duration.seconds(60),
    memorySize: 256,
    environment: { TABLE_NAME: table.tableName, BUCKET_NAME: bucket.bucketName },
  });
  table.grantReadWriteData(fn);
  const execution = stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: 'ClickstreamUpgrade:*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  fn.addToRolePolicy(new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [execution] }));
  new ManagedPolicy(stack, 'ReadPlans', {
    statements: [new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] })],
    ...(fn.role === undefined ? {} : { roles: [fn.role] }),
  });
  const machine = new StateMachine(stack, 'Machine', {
    stateMachineName: 'ClickstreamUpgrade',
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(LambdaInvoke.jsonata(stack, 'Run the step', { lambdaFunction: fn })),
    tracingEnabled: true,
    logs: {
      level: LogLevel.ALL,
      includeExecutionData: true,
      destination: new LogGroup(stack, 'Log', {
        logGroupName: '/aws/vendedlogs/states/upgrade',
        retention: RetentionDays.ONE_MONTH,
      }),
    },
  });
  new Rule(stack, 'OnUpdate', {
    eventPattern: { source: ['aws.cloudformation'] },
    targets: [new SfnStateMachine(machine)],
  });
  new CfnOutput(stack, 'MachineArn', { value: machine.stateMachineArn }).overrideLogicalId('Machine');
  app.synth();
}
