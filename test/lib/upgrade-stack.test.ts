import { Match, Template } from 'aws-cdk-lib/assertions';
import type * as z from 'zod';
import * as check from '../../lambda/check/schema';
import * as inspectAndPlan from '../../lambda/inspect-and-plan/schema';
import * as judgeChildren from '../../lambda/judge-children/schema';
import * as listApps from '../../lambda/list-apps/schema';
import * as migrateEvents from '../../lambda/migrate-events/schema';
import * as migrateItems from '../../lambda/migrate-items/schema';
import * as migrateSessions from '../../lambda/migrate-sessions/schema';
import * as migrateUsers from '../../lambda/migrate-users/schema';
import * as recalculateMetrics from '../../lambda/recalculate-metrics/schema';
import * as refreshBaseView from '../../lambda/refresh-base-view/schema';
import * as report from '../../lambda/report/schema';
import * as verifyParity from '../../lambda/verify-parity/schema';
import type { DeployedFunction, Deployment } from '../../rehearsal/template/deployment';
import { deployed, PLACES, synthesised, upgradeApp, upgradeStack } from '../support/synth';
import { findCycle } from '../support/template-graph';

const template = synthesised();
const partitions = ['aws', 'aws-cn'] as const;

const schemas: { name: string; environment: z.ZodType }[] = [
  check,
  inspectAndPlan,
  judgeChildren,
  listApps,
  migrateEvents,
  migrateItems,
  migrateSessions,
  migrateUsers,
  recalculateMetrics,
  refreshBaseView,
  report,
  verifyParity,
];

describe('The stack', () => {
  test('has no circle of references, which only the deployment would refuse', () => {
    expect(findCycle(template)).toBeUndefined();
  });

  test('names no partition, no account and no region when it is synthesised for any of them', () => {
    const text = JSON.stringify(template);
    expect(text).not.toMatch(/arn:aws(-cn)?:/);
    expect(text).not.toMatch(/amazonaws\.com\.cn|\d{12}|(eu|us|cn|ap)-(north|west|east|south)/);
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

  test('takes the roles that a customer named into the policies of the steps that need them', () => {
    const own = 'arn:aws:iam::111122223333:role/our-own-data-api';
    const deployment = deployed('aws', synthesised({ dataApiRoles: [own] }));
    expect(resourcesOf(statementsOf(deployment, 'migrate-events'), 'sts:AssumeRole')).toContain(own);
    expect(resourcesOf(statementsOf(deployment, 'list-apps'), 'sts:AssumeRole')).toEqual([]);
  });
});

describe.each(partitions)('In %s', (partition) => {
  const deployment = deployed(partition, template);
  const { region, accountId } = PLACES[partition];
  const arn = (service: string, resource: string, where: string = region): string =>
    `arn:${partition}:${service}:${where}:${accountId}:${resource}`;
  const [machine] = deployment.stateMachines;
  const table = deployment.tables[0]?.arn ?? '';
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
    expect(known).not.toHaveProperty('Conditions.MachineOutsideChina');
    expect(deployed(partition, known).stateMachines[0]?.tracing).toBe(partition === 'aws');
  });

  test.each(schemas)('the environment of $name passes its own schema', ({ name, environment }) => {
    const given = { ...functionOf(deployment, name).environment, AWS_REGION: region };
    expect(environment.safeParse(given).error).toBeUndefined();
  });

  test('every step has a Lambda of the newest runtime, with a log group and a role of its own', () => {
    expect(deployment.functions.map(({ name }) => name).sort()).toEqual(
      schemas.map(({ name }) => `ClickstreamUpgrade-${name}`).sort(),
    );
    expect(new Set(deployment.functions.map(({ roleArn }) => roleArn)).size).toBe(schemas.length);
    for (const fn of deployment.functions) {
      expect(fn).toMatchObject({ runtime: 'nodejs24.x', handler: 'index.handler', timeoutSeconds: 60, memoryMb: 256 });
      expect(fn.environment).toMatchObject({ POWERTOOLS_LOG_LEVEL: 'INFO', STATE_TABLE: deployment.tables[0]?.name });
      const logGroup = `/aws/lambda/${fn.name}`;
      expect(deployment.logGroups).toContainEqual(expect.objectContaining({ name: logGroup, retentionDays: 90 }));
    }
  });

  test.each(schemas)('$name may use the journal and read plans', ({ name }) => {
    const may = statementsOf(deployment, name);
    expect(resourcesOf(may, 'dynamodb:GetItem')).toEqual([table]);
    expect(resourcesOf(may, 'dynamodb:PutItem')).toEqual([table]);
    expect(resourcesOf(may, 's3:GetObject')).toEqual([`${bucket}/*`]);
    expect(resourcesOf(may, 's3:ListBucket')).toEqual([bucket]);
    expect(resourcesOf(may, 'logs:PutLogEvents')).toEqual([
      arn('logs', `log-group:/aws/lambda/ClickstreamUpgrade-${name}:*`),
    ]);
  });

  test('only steps that talk to a warehouse assume its role, by the names the solution gives', () => {
    const withRole = schemas.filter(
      ({ name }) => resourcesOf(statementsOf(deployment, name), 'sts:AssumeRole').length > 0,
    );
    expect(withRole.map(({ name }) => name)).toEqual([
      'check',
      'inspect-and-plan',
      'migrate-events',
      'migrate-items',
      'migrate-sessions',
      'migrate-users',
      'recalculate-metrics',
      'refresh-base-view',
      'verify-parity',
    ]);
    for (const { name } of withRole) {
      expect(resourcesOf(statementsOf(deployment, name), 'sts:AssumeRole')).toEqual([
        arn('iam', 'role/*-Clickstream*', ''),
        arn('iam', 'role/Clickstream*', ''),
      ]);
    }
  });

  test('only the steps that write plans, reports and the errors of children write to the bucket', () => {
    const writers = schemas.filter(
      ({ name }) => resourcesOf(statementsOf(deployment, name), 's3:PutObject').length > 0,
    );
    expect(writers.map(({ name }) => name)).toEqual(['inspect-and-plan', 'judge-children', 'report']);
  });

  const refresh = 'RefreshMaterializedViewsWorkflowRefreshMVStateMachine*';

  test('recalculate-metrics runs the refresh workflow of any region, and nothing else', () => {
    const may = statementsOf(deployment, 'recalculate-metrics');
    expect(resourcesOf(may, 'states:StartExecution')).toEqual([arn('states', `stateMachine:${refresh}`, '*')]);
    expect(resourcesOf(may, 'states:ListExecutions')).toEqual([arn('states', `stateMachine:${refresh}`, '*')]);
    expect(resourcesOf(may, 'states:DescribeExecution')).toEqual([arn('states', `execution:${refresh}:*`, '*')]);
  });

  test('inspect-and-plan finds the deployment, and changes nothing but plans', () => {
    const may = statementsOf(deployment, 'inspect-and-plan');
    expect(resourcesOf(may, 'cloudformation:DescribeStacks')).toEqual(['*']);
    expect(resourcesOf(may, 'states:ListStateMachines')).toEqual(['*']);
    expect(resourcesOf(may, 'states:ListTagsForResource')).toEqual([arn('states', `stateMachine:${refresh}`, '*')]);
    expect(resourcesOf(may, 'lambda:GetFunctionConfiguration')).toEqual([
      arn('lambda', 'function:*ClickStreamApi*', '*'),
    ]);
    expect(resourcesOf(may, 'dynamodb:Query')).toEqual([
      arn('dynamodb', 'table/*ClickstreamMetadata*', '*'),
      arn('dynamodb', 'table/*ClickstreamMetadata*/index/*', '*'),
    ]);
    expect(resourcesOf(may, 'redshift-serverless:GetWorkgroup')).toEqual([
      arn('redshift-serverless', 'workgroup/*', '*'),
    ]);
    const writes = actionsOf(may).filter((action) => /:(Create|Delete|Update|Put|Start|Execute|Invoke)/.test(action));
    expect(writes.sort()).toEqual(['dynamodb:PutItem', 'logs:CreateLogStream', 'logs:PutLogEvents', 's3:PutObject']);
  });

  test('judge-children reads Map Runs and children of this machine only', () => {
    const may = statementsOf(deployment, 'judge-children');
    const runs = [arn('states', 'mapRun:ClickstreamUpgrade/*:*')];
    expect(resourcesOf(may, 'states:DescribeMapRun')).toEqual(runs);
    expect(resourcesOf(may, 'states:ListExecutions')).toEqual(runs);
    expect(resourcesOf(may, 'states:DescribeExecution')).toEqual([arn('states', 'execution:ClickstreamUpgrade/*:*')]);
  });

  test('the machine may run, watch, stop and redrive the children of its Maps, and write their results', () => {
    const may = statementsOfRole(deployment, machine?.roleArn ?? '');
    const machineArn = arn('states', 'stateMachine:ClickstreamUpgrade');
    const children = arn('states', 'execution:ClickstreamUpgrade/*:*');
    expect(resourcesOf(may, 'states:StartExecution')).toEqual([machineArn]);
    for (const action of ['DescribeExecution', 'StopExecution', 'RedriveExecution']) {
      expect(resourcesOf(may, `states:${action}`)).toContain(children);
    }
    expect(resourcesOf(may, 's3:PutObject')).toEqual([`${bucket}/*`]);
    expect(resourcesOf(may, 'lambda:InvokeFunction')).toEqual(
      expect.arrayContaining(deployment.functions.map((fn) => fn.arn)),
    );
  });
});

interface Statement {
  actions: string[];
  resources: string[];
}

function functionOf(deployment: Deployment, step: string): DeployedFunction {
  const found = deployment.functions.find(({ name }) => name === `ClickstreamUpgrade-${step}`);
  if (found === undefined) throw new Error(`There is no function of ${step}`);
  return found;
}

function statementsOf(deployment: Deployment, step: string): Statement[] {
  return statementsOfRole(deployment, functionOf(deployment, step).roleArn);
}

function statementsOfRole(deployment: Deployment, roleArn: string): Statement[] {
  const role = deployment.roles.find(({ arn }) => arn === roleArn);
  return (role?.policies ?? []).flatMap(({ document }) =>
    document.Statement.map((statement) => ({
      actions: [statement['Action']].flat().map(String),
      resources: [statement['Resource']].flat().map(String),
    })),
  );
}

function actionsOf(statements: Statement[]): string[] {
  return statements.flatMap(({ actions }) => actions);
}

/** Everything an action is allowed on; wildcards in actions are not used, so equality will do. */
function resourcesOf(statements: Statement[], action: string): string[] {
  return statements.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);
}
