import { Logger } from '@aws-lambda-powertools/logger';
import {
  CloudFormationClient,
  ListChangeSetsCommand,
  type ListChangeSetsCommandOutput,
} from '@aws-sdk/client-cloudformation';
import { marshall } from '@aws-sdk/util-dynamodb';
import { converge as prepare } from '../../../lambda/prepare-change-set/prepare-change-set';
import type { StepAnswer, StepRequest } from '../../../lambda/shared/contract';
import { guardedBy, WITHOUT_LOCK } from '../../../lambda/shared/guard/guard';
import { underLock } from '../../../lambda/shared/guard/under-lock';
import { lockKey, lockRecord, type LockRecord } from '../../../lambda/shared/lock';
import type { ConsolePlan } from '../../../lambda/shared/plan/console-plan';
import type { Plan } from '../../../lambda/shared/plan/plan';
import { Reads } from '../../../lambda/shared/redshift/reads';
import { StateTable } from '../../../lambda/shared/state-table';
import { PassBudget, type Tools } from '../../../lambda/shared/step';
import { StackEvents } from '../../../rehearsal/aws/cloudformation/stack-events';
import type {
  SimulatedTemplate,
  StackUpdate,
  TemplateChange,
} from '../../../rehearsal/aws/cloudformation/stack-update';
import { ClockedStackUpdates } from '../../../rehearsal/aws/cloudformation/stack-updates';
import { StackRegistry, type SimulatedStack } from '../../../rehearsal/aws/cloudformation/stacks';
import { StacksApi } from '../../../rehearsal/aws/cloudformation/stacks-api';
import type { LoggedCall } from '../../../rehearsal/aws/call-log';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb/dynamodb';
import { LambdaApi } from '../../../rehearsal/aws/lambda/functions-api';
import { Buckets } from '../../../rehearsal/aws/s3/buckets';
import { S3 } from '../../../rehearsal/aws/s3/s3';
import type { ServiceCall, SimulatedService } from '../../../rehearsal/aws/service';
import { Account, ACCOUNT, REGION, ROLE } from '../../rehearsal/aws/door-harness';
import { RunningExecutions } from './running-executions';

const ENVIRONMENT = {
  STATE_TABLE: 'state',
  PLAN_BUCKET: 'plans',
  HISTORY_PASSES: 1_000,
  HISTORY_PASSES_TO_LEAVE: 0,
};

export const FROM = 'v1.1.5-202403071513';
export const TO = 'v1.1.7-202407012233';

/** More than a page of them, and one that a person has to look at. */
export const CHANGES: readonly TemplateChange[] = [
  { action: 'Modify', logicalId: 'ClickStreamApiApiFunction684A4D61', type: 'AWS::Lambda::Function' },
  { action: 'Add', logicalId: 'ListenStackStatusQueue', type: 'AWS::SQS::Queue' },
  { action: 'Modify', logicalId: 'ApiRole', type: 'AWS::IAM::Role' },
  { action: 'Remove', logicalId: 'OldRule', type: 'AWS::Events::Rule' },
  { action: 'Modify', logicalId: 'Dictionary', type: 'AWS::DynamoDB::Table', replacement: 'Conditional' },
];

type Converge = (
  request: StepRequest<Record<string, never>, never>,
  tools: Tools<typeof ENVIRONMENT>,
) => Promise<StepAnswer<unknown, unknown>>;

/** The root machine's steps for the web console against a real account over HTTP; the clock moves only between passes. */
export class ConsoleBench {
  readonly account = new Account();
  readonly registry = new StackRegistry();
  readonly events = new StackEvents(this.account.clock);
  readonly updates = new ClockedStackUpdates(this.account.clock, this.events);
  readonly lambda = new LambdaApi();
  readonly buckets = new Buckets(this.account.clock);
  readonly dynamoDb = new DynamoDb();
  private readonly templates = new Map<string, SimulatedTemplate>();
  private readonly environment = { ...process.env };
  private readonly received: ServiceCall[] = [];
  private client: CloudFormationClient | undefined;
  private consoles = 0;
  private release: (() => void) | undefined;

  async open(): Promise<void> {
    const { clock, iam } = this.account;
    await this.dynamoDb.createTable(REGION, {
      TableName: 'state',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    });
    this.buckets.create('plans', REGION);
    const templates = (url: string): SimulatedTemplate | undefined => this.templates.get(url);
    const changes = { clock, updates: this.updates, templates, iam };
    const cloudFormation = new StacksApi(this.registry, 2, changes);
    const recorded: SimulatedService = {
      signingName: cloudFormation.signingName,
      handle: (call) => {
        this.received.push(call);
        return cloudFormation.handle(call);
      },
    };
    await this.account.open(recorded, this.lambda, this.dynamoDb, new S3(this.buckets, iam), new RunningExecutions());
    this.release = clock.hold();
    Object.assign(process.env, {
      ...this.account.environment(),
      AWS_MAX_ATTEMPTS: '1',
      STATE_TABLE: ENVIRONMENT.STATE_TABLE,
      PLAN_BUCKET: ENVIRONMENT.PLAN_BUCKET,
    });
  }

  private get cloudFormation(): CloudFormationClient {
    return (this.client ??= this.account.client(CloudFormationClient));
  }

  async close(): Promise<void> {
    process.env = { ...this.environment };
    this.release?.();
    await this.account.close();
  }

  /** Lets that much time pass in the account. */
  async later(seconds: number): Promise<void> {
    const unpark = this.account.clock.park();
    await this.account.clock.sleep(seconds * 1_000);
    unpark();
  }

  /** A web console of its own for a test, at release 1.1.5, with a template of 1.1.7 that works. */
  async console(changes: Partial<ConsolePlan> = {}): Promise<ConsoleOnBench> {
    this.consoles += 1;
    const console = new ConsoleOnBench(this, `ClickStream${String(this.consoles)}`, changes);
    await console.deploy();
    return console;
  }

  /** Waits for something that takes that much of the account's time at most. */
  async during(ended: Promise<unknown>, seconds: number): Promise<void> {
    await this.later(seconds);
    await ended;
  }

  removeTemplate(url: string): void {
    this.templates.delete(url);
  }

  /** What ListChangeSets answers for a stack. */
  changeSets(stackName: string): Promise<ListChangeSetsCommandOutput> {
    return this.cloudFormation.send(new ListChangeSetsCommand({ StackName: stackName }));
  }

  /** Inputs of the calls of one operation on a stack. */
  inputs(operation: string, stackId: string): Record<string, unknown>[] {
    return this.received
      .filter((call) => call.operation === operation && call.input['StackName'] === stackId)
      .map(({ input }) => input);
  }

  setTemplate(url: string, template: SimulatedTemplate): void {
    this.templates.set(url, template);
  }
}

/** One console, its plan, and the root execution that upgrades it. */
export class ConsoleOnBench {
  readonly plan: ConsolePlan;
  readonly root: string;
  readonly stack: SimulatedStack;
  /** What the template does; tests change it. */
  readonly template: SimulatedTemplate;
  changes: readonly TemplateChange[] = CHANGES;
  update: Partial<StackUpdate> = {};
  redrive = 0;
  private progress: unknown;

  constructor(
    readonly bench: ConsoleBench,
    name: string,
    changes: Partial<ConsolePlan>,
  ) {
    const stackId = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/00000000-0000-0000-0000-000000000001`;
    this.root = `arn:aws:states:${REGION}:${ACCOUNT}:execution:ClickstreamUpgrade:run-${name}`;
    this.plan = {
      region: REGION,
      stackName: name,
      stackId,
      apiFunction: `${name}-ClickStreamApi`,
      metadataTable: `${name}-Metadata`,
      metadataIndex: 'prefix-time-index',
      dictionaryTable: `${name}-Dictionary`,
      url: 'https://console.example.com',
      behindLoadBalancer: false,
      tables: [],
      status: 'UPDATE_COMPLETE',
      version: FROM,
      targetVersion: 'v1.1.7',
      decision: 'upgrade',
      reason: 'from v1.1.5 to v1.1.7',
      templateUrl: `https://solutions-reference.s3.amazonaws.com/clickstream/v1.1.7/${name}.template.json`,
      parameters: [{ key: 'Email', use: 'previous' }],
      capabilities: ['CAPABILITY_IAM'],
      ...changes,
    };
    this.stack = {
      region: REGION,
      stackName: name,
      stackId,
      description: 'Control Plane',
      status: 'UPDATE_COMPLETE',
      parameters: { Email: 'admin@example.com' },
      outputs: [],
      tags: {},
      resources: [
        {
          logicalId: 'ClickStreamApiApiFunction684A4D61',
          physicalId: this.plan.apiFunction,
          type: 'AWS::Lambda::Function',
        },
        { logicalId: 'Dictionary', physicalId: this.plan.dictionaryTable, type: 'AWS::DynamoDB::Table' },
      ],
      createdMs: 0,
    };
    this.template = {
      description: 'Control Plane',
      parameters: [
        { key: 'Email', type: 'String' },
        { key: 'IamRolePrefix', type: 'String', defaultValue: '' },
      ],
      resourceTypes: ['AWS::Lambda::Function', 'AWS::IAM::Role'],
      capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      changes: () => this.changes,
      update: () => ({
        next: {},
        seconds: 600,
        cleanupSeconds: 60,
        onUpdated: async () => {
          this.setApiVersion(TO);
          await this.setDictionary(TO);
        },
        ...this.update,
      }),
    };
  }

  async deploy(): Promise<void> {
    const { bench, plan } = this;
    bench.registry.add(this.stack);
    this.setApiVersion(FROM);
    await bench.dynamoDb.createTable(REGION, {
      TableName: plan.dictionaryTable,
      AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
    });
    await this.setDictionary(FROM);
    bench.setTemplate(plan.templateUrl ?? '', this.template);
    const whole: Plan = {
      v: 1,
      kind: 'upgrade',
      hash: 'abc',
      createdAt: '2026-07-01T00:00:00.000Z',
      cutoffMs: 0,
      console: plan,
      steps: [],
      approval: false,
      cascade: false,
      migration: { days: 30, strategy: 'windowed', eventsPerWindow: 1, rpu: 64, ignoreLoad: false },
      projects: [],
      fingerprint: {},
    };
    bench.buckets.putObject('plans', this.planKey, JSON.stringify(whole));
    await this.setLock('held');
  }

  /** The lock of the console is this root's, or was. */
  async setLock(state: LockRecord['state']): Promise<void> {
    const record: LockRecord = { v: 1, revision: 1, state, owner: this.root, takenAtMs: 0 };
    await this.bench.dynamoDb.putItem(REGION, 'state', marshall({ ...record, pk: lockKey(this.plan) }));
  }

  async lockState(): Promise<string | undefined> {
    return (await new StateTable('state').get(lockKey(this.plan), lockRecord))?.state;
  }

  setApiVersion(version: string): void {
    const { apiFunction: name } = this.plan;
    this.bench.lambda.register({
      name,
      arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
      runtime: 'nodejs18.x',
      handler: 'run.sh',
      roleArn: ROLE,
      timeoutSeconds: 30,
      memoryMb: 512,
      environment: { FULL_SOLUTION_VERSION: version },
    });
  }

  async setDictionary(version: string): Promise<void> {
    const item = marshall({ name: 'Solution', data: { version } });
    await this.bench.dynamoDb.putItem(REGION, this.plan.dictionaryTable, item);
  }

  /** What the machine sends, except that each console has a plan of its own. */
  private get planKey(): string {
    return `plans/${this.plan.stackName}/plan.json`;
  }

  /** One pass, as the machine would make it. */
  async pass(converge: unknown): Promise<StepAnswer<unknown, unknown>> {
    const { bench, root, redrive } = this;
    const now = bench.account.clock.now();
    const request = {
      v: 1,
      now,
      target: {},
      progress: this.progress,
      attempt: { redrive, retry: 0 },
      root: { id: root, redrive, plan: this.planKey },
      execution: { id: root, passes: 0 },
    };
    const tools = {
      environment: ENVIRONMENT,
      logger: new Logger({ logLevel: 'SILENT' }),
      reads: new Reads(undefined, String(now)),
      budget: new PassBudget(1_000, 0),
      loopSinceMs: now,
    };
    // That step comes before the lock.
    const guard = converge === prepare ? WITHOUT_LOCK : underLock(request, ENVIRONMENT);
    const answer = await guardedBy(guard, () =>
      (converge as Converge)(request as StepRequest<Record<string, never>, never>, tools),
    );
    this.progress = answer.status === 'IN_PROGRESS' ? answer.progress : undefined;
    return answer;
  }

  /** Passes until the step is done, with the waits it asks for; throws what the step throws. */
  async run(converge: unknown): Promise<{ answer: StepAnswer<unknown, unknown>; summaries: string[] }> {
    const summaries: string[] = [];
    for (let passes = 0; passes < 300; passes += 1) {
      const answer = await this.pass(converge);
      summaries.push(answer.status === 'IN_PROGRESS' ? answer.summary : `${answer.status}: ${answer.summary}`);
      if (answer.status !== 'IN_PROGRESS') return { answer, summaries };
      await this.bench.later(Math.max(1, answer.waitSeconds));
    }
    throw new Error(`It does not end: ${summaries.slice(-5).join(' / ')}`);
  }

  /** Calls of one operation that reached this console's stack. */
  calls(operation: string): LoggedCall[] {
    return this.bench.account.callLog
      .of('cloudformation', operation)
      .filter(({ input }) => input.includes(this.stack.stackId));
  }
}
