import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { CfnRule, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine, SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, type IQueue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridge } from '../../../rehearsal/aws/events/events';
import { executionStatusChange } from '../../../rehearsal/aws/events/service-events';
import { Iam } from '../../../rehearsal/aws/iam/iam';
import { VirtualClock } from '../../../rehearsal/clock';
import { StepFunctionsEngine } from '../../../rehearsal/engine';
import { readDeployments } from '../../../rehearsal/template/template';
import { OwnEvents } from '../../../rehearsal/world/own-events';
import { HeldClock } from '../aws/held-clock';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const FAR = 'us-east-1';

describe('Event rules of our own stacks in a rehearsal', () => {
  let [assembly, code] = ['', ''];
  beforeAll(() => {
    assembly = mkdtempSync(join(tmpdir(), 'assembly-'));
    code = mkdtempSync(join(tmpdir(), 'code-'));
    writeFileSync(join(code, 'index.mjs'), 'export const handler = () => 1;');
    synthesise(assembly, code);
  });
  afterAll(() => [assembly, code].forEach((path) => rmSync(path, { recursive: true, force: true })));

  let bench: Bench;
  beforeEach(() => (bench = new Bench(assembly)));
  afterEach(() => bench.close());

  it('invokes a function asynchronously with the whole event, when its policy lets EventBridge', async () => {
    bench.put('to-function', { n: 1 });
    expect(bench.invoked).toEqual([]);
    await bench.held.pass(1_000);

    expect(bench.invoked).toMatchObject([{ 'detail-type': 'to-function', region: REGION, detail: { n: 1 } }]);
    expect(bench.invoked[0]).toMatchObject({ version: '0', account: ACCOUNT, time: '2024-05-01T00:00:00Z' });
    expect(bench.own.deliveries.of('ToFunction')).toMatchObject([{ outcome: 'delivered', attempts: 1 }]);
  });

  it('delivers as often as a scenario wants, with the same id', async () => {
    bench.own.deliveries.copies = 2;
    bench.put('to-function');
    await bench.held.pass(2_000);

    expect(bench.invoked).toHaveLength(2);
    expect(bench.invoked[0]).toEqual(bench.invoked[1]);
  });

  it('tries a function that fails three times, and keeps its event then', async () => {
    bench.fail = true;
    bench.put('to-function', { n: 3 });
    await bench.held.minutes(5);

    expect(bench.own.functions.all).toMatchObject([{ attempts: 3, outcome: 'failed', error: 'no' }]);
    expect(bench.deadLetters().map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { requestContext: { approximateInvokeCount: 3 }, requestPayload: { detail: { n: 3 } } },
    ]);
  });

  it('starts an execution with the transformed input, once for one event', async () => {
    const event = bench.put('to-machine', { name: 'say "x"', count: 2 });
    await bench.held.pass(1_000);
    bench.events.arrive(REGION, event);
    await bench.held.pass(1_000);

    const { executions } = bench.engine.listExecutions({ stateMachineArn: bench.machineArn });
    expect(executions).toHaveLength(1);
    const { input } = bench.engine.describeExecution({ executionArn: String(executions[0]?.['executionArn']) });
    expect(JSON.parse(String(input))).toEqual({ who: 'say "x"', text: 'got 2 of say "x"', fixed: true });
    expect(bench.own.deliveries.of('ToMachine')).toMatchObject([
      { outcome: 'delivered' },
      { outcome: 'dead-letter', attempts: 1, error: { code: 'RESOURCE_ALREADY_EXISTS' } },
    ]);
    expect(bench.deadLetters()).toMatchObject([{ attributes: { ERROR_CODE: 'RESOURCE_ALREADY_EXISTS' } }]);
  });

  it('keeps an event whose target it may not call, and drops it where there is no queue', async () => {
    bench.put('not-permitted');
    await bench.held.pass(1_000);

    expect(bench.own.deliveries.all).toMatchObject([
      { outcome: 'dead-letter', attempts: 1, error: { code: 'NO_PERMISSIONS' } },
      { outcome: 'dropped', attempts: 1, error: { code: 'NO_PERMISSIONS' } },
    ]);
    expect(bench.invoked).toEqual([]);
  });

  it('publishes to a topic, and makes no input of what the event has not', async () => {
    bench.put('to-topic', { text: 'hello' });
    bench.put('to-topic', {});
    await bench.held.pass(1_000);

    expect(bench.own.topics.published).toMatchObject([{ message: '"hello"' }]);
    expect(bench.own.deliveries.of('ToTopic').map(({ outcome }) => outcome)).toEqual(['delivered', 'dropped']);
  });

  it('forwards to the bus of another region, where the event tells whence it came', async () => {
    bench.put('to-function', { n: 2 }, FAR);
    await bench.held.pass(2_000);

    expect(bench.invoked).toMatchObject([{ region: FAR, detail: { n: 2 } }]);
    expect(bench.own.deliveries.of('Forward')).toMatchObject([{ outcome: 'delivered' }]);
  });
});

describe('What Step Functions tells of an execution', () => {
  const description = {
    executionArn: `arn:aws:states:${REGION}:${ACCOUNT}:execution:M:e`,
    status: 'FAILED',
    startDate: new Date(5),
    stopDate: new Date(9),
    redriveCount: 1,
    redriveStatus: 'REDRIVABLE',
  };

  it('has dates as numbers, and leaves large data out', () => {
    const { detail, resources } = executionStatusChange({ ...description, input: 'x'.repeat(300_000), output: '{}' });

    expect(resources).toEqual([description.executionArn]);
    expect(detail).toMatchObject({ status: 'FAILED', startDate: 5, stopDate: 9, redriveCount: 1, error: null });
    expect(detail).toMatchObject({ redriveStatus: 'REDRIVABLE', redriveDate: null });
    expect([detail['input'], detail['inputDetails']]).toEqual([null, { included: false }]);
    expect([detail['output'], detail['outputDetails']]).toEqual(['{}', { included: true }]);
  });
});

class Bench {
  readonly clock = new VirtualClock(Date.UTC(2024, 4, 1));
  readonly held = new HeldClock(this.clock);
  readonly events = new EventBridge(this.clock);
  readonly invoked: Record<string, unknown>[] = [];
  readonly engine: StepFunctionsEngine;
  readonly own: OwnEvents;
  readonly machineArn: string;
  fail = false;

  constructor(assembly: string) {
    const iam = new Iam();
    const deployments = readDeployments(assembly, { partition: 'aws', region: REGION, accountId: ACCOUNT });
    for (const { roles } of deployments) {
      for (const { arn, trustPolicy, policies } of roles) iam.registerRole({ roleArn: arn, trustPolicy, policies });
    }
    this.engine = new StepFunctionsEngine({
      clock: this.clock,
      accountId: ACCOUNT,
      partition: 'aws',
      invokeLambda: () => Promise.resolve({}),
      putObject: () => Promise.resolve(),
    });
    const [machine] = deployments[0].stateMachines;
    this.machineArn = machine?.arn ?? '';
    if (machine !== undefined) this.engine.registerMachine(machine);
    this.own = new OwnEvents({
      clock: this.clock,
      iam,
      engine: this.engine,
      deployments,
      bus: () => this.events,
      runtime: () => ({ invoke: ({ payload }) => this.invoke(payload as Record<string, unknown>) }),
    });
    this.own.putRules();
  }

  put(detailType: string, detail: Record<string, string | number> = {}, region = REGION) {
    return this.events.publish({ region, source: 'test', detailType, detail });
  }

  deadLetters() {
    return this.own.queues.all;
  }

  close(): void {
    this.held.release();
    this.clock.close();
  }

  private invoke(payload: Record<string, unknown>): Promise<unknown> {
    if (this.fail) return Promise.reject(new Error('no'));
    this.invoked.push(payload);
    return Promise.resolve({});
  }
}

function synthesise(outdir: string, code: string): void {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Main', { env: { region: REGION } });
  const queue = new Queue(stack, 'DeadLetters', { enforceSSL: true });
  // CDK's classes do not fit its interfaces under exactOptionalPropertyTypes; only the types differ.
  const deadLetterQueue = queue as IQueue;
  const handler = new Function(stack, 'Handler', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(code),
    retryAttempts: 2,
    onFailure: new SqsDestination(deadLetterQueue),
  });
  const on = (detailType: string) => ({ source: ['test'], detailType: [detailType] });
  new Rule(stack, 'ToFunction', {
    eventPattern: on('to-function'),
    targets: [new LambdaFunction(handler, { deadLetterQueue, retryAttempts: 3, maxEventAge: Duration.hours(1) })],
  });
  const machine = new StateMachine(stack, 'Machine', {
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(Pass.jsonata(stack, 'Pass')),
  });
  new Rule(stack, 'ToMachine', {
    eventPattern: on('to-machine'),
    targets: [
      new SfnStateMachine(machine, {
        deadLetterQueue,
        input: RuleTargetInput.fromObject({
          who: EventField.fromPath('$.detail.name'),
          text: `got ${EventField.fromPath('$.detail.count')} of ${EventField.fromPath('$.detail.name')}`,
          fixed: true,
        }),
      }),
    ],
  });
  const topic = new Topic(stack, 'Topic');
  new Rule(stack, 'ToTopic', {
    eventPattern: on('to-topic'),
    targets: [new SnsTopic(topic, { message: RuleTargetInput.fromEventPath('$.detail.text') })],
  });
  // No AWS::Lambda::Permission: made without the construct that adds it.
  const denied = new Function(stack, 'Denied', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(code),
  });
  const withoutPermission = new Rule(stack, 'NotPermitted', { eventPattern: on('not-permitted') });
  queue.addToResourcePolicy(
    new PolicyStatement({
      actions: ['sqs:SendMessage'],
      principals: [new ServicePrincipal('events.amazonaws.com')],
      resources: [deadLetterQueue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': withoutPermission.ruleArn } },
    }),
  );
  (withoutPermission.node.defaultChild as CfnRule).targets = [
    { id: 'A', arn: denied.functionArn, deadLetterConfig: { arn: deadLetterQueue.queueArn } },
    { id: 'B', arn: denied.functionArn },
  ];

  const far = new Stack(app, 'Far', { env: { region: FAR } });
  const busArn = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
  const role = new Role(far, 'Role', { assumedBy: new ServicePrincipal('events.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn] }));
  new CfnRule(far, 'Forward', {
    eventPattern: { source: ['test'] },
    targets: [{ id: 'Main', arn: busArn, roleArn: role.roleArn }],
  });
  app.synth();
}
