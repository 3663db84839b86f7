import { Match, Template } from 'aws-cdk-lib/assertions';
import { functionOf, grantsOfRole, resourcesOf } from '../support/grants';
import { STEP_SCHEMAS } from '../support/step-schemas';
import { deployed, PLACES, synthesised, upgradeApp, upgradeStack } from '../support/synth';
import { findCycle } from '../support/template-graph';

const template = synthesised();
const partitions = ['aws', 'aws-cn'] as const;

/** Steps that only the guardian calls. */
const OF_THE_GUARDIAN = ['look-at-root', 'wait-for-map-runs', 'cancel-statements', 'tell-what-happened'];

describe('The stack', () => {
  test('has no circle of references, which only the deployment would refuse', () => {
    expect(findCycle(template)).toBeUndefined();
  });

  test('names no partition, no account and no region when it is synthesised for any of them', () => {
    // Names of assets are hashes, in which any twelve digits may stand.
    const text = JSON.stringify(template).replaceAll(/\b[0-9a-f]{64}\b/g, '');
    const offenders = text.matchAll(
      /.{0,40}(?:arn:aws(?:-cn)?:|amazonaws\.com\.cn|\d{12}|(?:eu|us|cn|ap)-(?:north|west|east|south)).{0,20}/g,
    );
    expect([...offenders].map(String)).toEqual([]);
  });

  test('keeps the journal when it goes, and can bring back a table that was spoilt', () => {
    Template.fromJSON({ ...template }).hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });

  test('keeps plans private, encrypted and versioned, and forgets old results', () => {
    Template.fromJSON({ ...template }).hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: {
          Rules: Match.arrayWith([Match.objectLike({ Prefix: 'results/', ExpirationInDays: 90 })]),
        },
      },
    });
  });

  test('refuses a name that no machine could be made from', () => {
    expect(() => upgradeStack(upgradeApp(), { stackName: 'x'.repeat(41) })).toThrow(/at most 40 letters/);
  });
});

describe.each(partitions)('In %s', (partition) => {
  const deployment = deployed(partition, template);
  const { region, accountId } = PLACES[partition];
  const arn = (service: string, resource: string, where: string = region): string =>
    `arn:${partition}:${service}:${where}:${accountId}:${resource}`;
  const [machine] = deployment.stateMachines;
  const bucket = deployment.buckets[0]?.arn ?? '';

  test('the machine is named after the stack, logs everything, and is traced where X-Ray is', () => {
    expect(machine).toMatchObject({
      name: 'ClickstreamUpgrade',
      type: 'STANDARD',
      tracing: partition === 'aws',
      logging: { level: 'ALL', includeExecutionData: true },
    });
    expect(deployment.logGroups.map(({ name }) => name)).toContain('/aws/vendedlogs/states/ClickstreamUpgrade');
  });

  test('tracing is decided at synthesis where the region is known', () => {
    const known = synthesised({ env: { region, account: accountId } });
    expect(known).not.toHaveProperty('Conditions.OutsideChina');
    expect(deployed(partition, known).stateMachines[0]?.tracing).toBe(partition === 'aws');
  });

  test.each(STEP_SCHEMAS)('the environment of $name passes its own schema', ({ name, environment }) => {
    const given = { ...functionOf(deployment, name).environment, AWS_REGION: region };
    expect(environment.safeParse(given).error).toBeUndefined();
  });

  test('every step has a Lambda of the newest runtime, with a log group and a role of its own', () => {
    expect(deployment.functions.map(({ name }) => name).sort()).toEqual(
      STEP_SCHEMAS.map(({ name }) => `ClickstreamUpgrade-${name}`).sort(),
    );
    expect(new Set(deployment.functions.map(({ roleArn }) => roleArn)).size).toBe(STEP_SCHEMAS.length);
    for (const fn of deployment.functions) {
      expect(fn).toMatchObject({ runtime: 'nodejs24.x', handler: 'index.handler', timeoutSeconds: 60, memoryMb: 256 });
      expect(fn.environment).toMatchObject({ POWERTOOLS_LOG_LEVEL: 'INFO', STATE_TABLE: deployment.tables[0]?.name });
      const logGroup = `/aws/lambda/${fn.name}`;
      expect(deployment.logGroups).toContainEqual(expect.objectContaining({ name: logGroup, retentionDays: 90 }));
    }
  });

  test('the machine may run, watch, stop and redrive the children of its Maps, and write their results', () => {
    const may = grantsOfRole(deployment, machine?.roleArn ?? '');
    const machineArn = arn('states', 'stateMachine:ClickstreamUpgrade');
    const children = arn('states', 'execution:ClickstreamUpgrade/*:*');
    expect(resourcesOf(may, 'states:StartExecution')).toEqual([machineArn]);
    for (const action of ['DescribeExecution', 'StopExecution', 'RedriveExecution']) {
      expect(resourcesOf(may, `states:${action}`)).toContain(children);
    }
    expect(resourcesOf(may, 's3:PutObject')).toEqual([`${bucket}/*`]);
    expect(resourcesOf(may, 'lambda:InvokeFunction').sort()).toEqual(
      deployment.functions
        .filter(({ name }) => !OF_THE_GUARDIAN.some((step) => name.endsWith(`-${step}`)))
        .flatMap((fn) => [fn.arn, `${fn.arn}:*`])
        .sort(),
    );
  });
});
