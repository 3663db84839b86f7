import { Template } from 'aws-cdk-lib/assertions';
import { ForwardingStack } from '../../../lib/trigger/forwarding-stack';
import { compilePattern } from '../../../rehearsal/aws/events/pattern';
import type { BusEvent } from '../../../rehearsal/aws/events/rule';
import type { RawTemplate } from '../../../rehearsal/template/intrinsics';
import { grantsOfRole, grantsOfStep, resourcesOf } from '../../support/grants';
import { deployed, PLACES, synthesised, upgradeApp } from '../../support/synth';
import { deploymentOf } from '../../../rehearsal/template/template';

jest.setTimeout(60_000);

const TRIGGER = { consoleStack: 'clickstream-console', pipelines: 'all', input: { mode: 'execute' } } as const;
const template = synthesised({ options: { trigger: TRIGGER, pipelineRegions: ['ap-southeast-1'] } });
const ID = '51af3dc0-da77-11e4-872e-1234567db123';
const PIPELINE = '0f3f1d2c4b5a69788796a5b4c3d2e1f0';

interface Told {
  name: string;
  region?: string;
  account?: string;
  status?: string;
  token?: string;
  detailType?: string;
}

describe.each(['aws', 'aws-cn'] as const)('The rule of the trigger, as synthesised, in %s', (partition) => {
  const deployment = deployed(partition, template);
  const { region: here, accountId } = PLACES[partition];
  const rule = deployment.eventRules.find(({ targets }) => targets.some(({ arn }) => arn.endsWith('-start')));
  const accepts = compilePattern(rule?.eventPattern);
  const told = ({
    name,
    region = here,
    account = accountId,
    status = 'UPDATE_COMPLETE',
    token,
    detailType,
  }: Told): BusEvent => ({
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': detailType ?? 'CloudFormation Stack Status Change',
    source: 'aws.cloudformation',
    account,
    time: '2026-06-15T09:44:12Z',
    region,
    resources: [`arn:${partition}:cloudformation:${region}:${account}:stack/${name}/${ID}`],
    detail: {
      'stack-id': `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/${ID}`,
      'status-details': { status, 'status-reason': '' },
      ...(token === undefined ? {} : { 'client-request-token': token }),
    },
  });

  test.each<[string, Told]>([
    [
      'of the console, made in the CloudFormation console',
      { name: 'clickstream-console', token: `Console-UpdateStack-${ID}` },
    ],
    ['of the console without a token', { name: 'clickstream-console' }],
    [
      'of a pipeline in another region, forwarded',
      { name: `Clickstream-Metrics-${PIPELINE}`, region: 'ap-southeast-1' },
    ],
    ['of a pipeline with a role prefix', { name: `corp-Clickstream-Reporting-${PIPELINE}` }],
    [
      'of a nested stack, which the Lambda leaves out',
      { name: `Clickstream-DataProcessing-${PIPELINE}-NestedStack-1` },
    ],
  ])('accepts an update %s', (_name, event) => {
    expect(accepts(told(event))).toBe(true);
  });

  test.each(
    ['ServiceCatalogAppRegistry', 'Metrics', 'Ingestion-kinesis', 'KafkaConnector', 'DataProcessing'].concat(
      'DataModelingAthena',
      'DataModelingRedshift',
      'Streaming',
      'Reporting',
    ),
  )('accepts the update of %s among the nine of a pipeline, and not its other statuses', (type) => {
    const name = `Clickstream-${type}-${PIPELINE}`;
    expect(accepts(told({ name }))).toBe(true);
    expect(accepts(told({ name, status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }))).toBe(false);
    expect(accepts(told({ name, status: 'UPDATE_ROLLBACK_COMPLETE' }))).toBe(false);
  });

  test.each<[string, Told]>([
    ['our own update', { name: 'clickstream-console', token: 'clickstream-upgrade-0a1b2c' }],
    ['another stack', { name: 'something-else' }],
    ['a stack whose name begins with the console’s', { name: 'clickstream-console-2' }],
    ['a region that is not watched', { name: `Clickstream-Metrics-${PIPELINE}`, region: 'sa-east-1' }],
    ['another account', { name: 'clickstream-console', account: '999988887777' }],
    ['an update that was rolled back', { name: 'clickstream-console', status: 'UPDATE_ROLLBACK_COMPLETE' }],
    ['a resource of the stack', { name: 'clickstream-console', detailType: 'CloudFormation Resource Status Change' }],
  ])('refuses %s', (_name, event) => {
    expect(accepts(told(event))).toBe(false);
  });

  test('calls the Lambda, and keeps what could not be delivered or handled in one encrypted queue', () => {
    const fn = deployment.functions.find(({ name }) => name.endsWith('-start'));
    const queue = deployment.queues.find(({ arn }) => arn === rule?.targets[0]?.deadLetterArn);
    expect(queue).toBeDefined();
    expect(rule?.targets).toMatchObject([{ arn: fn?.arn, deadLetterArn: queue?.arn }]);
    expect(fn?.asynchronous).toEqual({ maxRetries: 2, onFailureArn: queue?.arn });
    Template.fromJSON({ ...template }).hasResourceProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    Template.fromJSON({ ...template }).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
    });
  });

  test('may start its own machine only, and change nothing', () => {
    const may = grantsOfStep(deployment, 'start');
    expect(resourcesOf(may, 'states:StartExecution')).toEqual([deployment.stateMachines[0]?.arn]);
    const changing = may.filter(({ action }) => !/:(Get|List|Describe|Query)/.test(action)).map(({ action }) => action);
    expect([...new Set(changing)].sort()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:SendMessage',
      'states:StartExecution',
    ]);
  });
});

describe('The rule of a region that forwards', () => {
  const app = upgradeApp();
  const stack = new ForwardingStack(app, 'Far', { env: { region: 'ap-southeast-1' }, mainRegion: 'eu-west-1' });
  const place = { ...PLACES.aws, region: 'ap-southeast-1', stackName: 'Far' };
  const deployment = deploymentOf(
    { template: Template.fromStack(stack).toJSON() as RawTemplate, assetDirectory: () => '/none' },
    place,
  );
  const [rule] = deployment.eventRules;

  test('takes pipelines of that region only, and no console', () => {
    const accepts = compilePattern(rule?.eventPattern);
    const event = (region: string, name: string) => ({
      source: 'aws.cloudformation',
      'detail-type': 'CloudFormation Stack Status Change',
      detail: {
        'stack-id': `arn:aws:cloudformation:${region}:111122223333:stack/${name}/${ID}`,
        'status-details': { status: 'UPDATE_COMPLETE' },
      },
    });
    expect(accepts(event('ap-southeast-1', 'Clickstream-Metrics-0f'))).toBe(true);
    expect(accepts(event('eu-west-1', 'Clickstream-Metrics-0f'))).toBe(false);
    expect(accepts(event('ap-southeast-1', 'clickstream-console'))).toBe(false);
  });

  test('may put events on the default bus of the main region, and nothing else', () => {
    const bus = 'arn:aws:events:eu-west-1:111122223333:event-bus/default';
    expect(rule?.targets).toMatchObject([{ arn: bus, deadLetterArn: deployment.queues[0]?.arn }]);
    const may = grantsOfRole(deployment, rule?.targets[0]?.roleArn ?? '');
    expect(may).toMatchObject([{ action: 'events:PutEvents', resource: bus }]);
  });
});

test('Without the context there is no rule, no queue and no Lambda for it', () => {
  const deployment = deployed('aws');
  expect(deployment.eventRules.filter(({ name }) => name.includes('Trigger'))).toEqual([]);
  expect(deployment.functions.filter(({ name }) => name.endsWith('-start'))).toEqual([]);
});
