import { marshall } from '@aws-sdk/util-dynamodb';
import { App, Stack } from 'aws-cdk-lib';
import type { RequestEnvelope, StepAnswer } from '../../../lambda/shared/contract';
import type { ProjectPlan } from '../../../lambda/shared/plan/project-plan';
import type { Permission } from '../../../lib/policies/permission';
import { solutionOf, type SolutionDescription } from '../../../rehearsal/aws/cloudformation/solution-stacks';
import { SolutionNames } from '../../../rehearsal/aws/cloudformation/solution/naming';
import { StackEvents } from '../../../rehearsal/aws/cloudformation/stack-events';
import { ClockedStackUpdates } from '../../../rehearsal/aws/cloudformation/stack-updates';
import { StackRegistry, type SimulatedStack } from '../../../rehearsal/aws/cloudformation/stacks';
import { StacksApi } from '../../../rehearsal/aws/cloudformation/stacks-api';
import { DynamoDb, type TableDefinition } from '../../../rehearsal/aws/dynamodb/dynamodb';
import type { PolicyDocument } from '../../../rehearsal/aws/iam/iam';
import { LambdaApi } from '../../../rehearsal/aws/lambda/functions-api';
import { Buckets } from '../../../rehearsal/aws/s3/buckets';
import { S3 } from '../../../rehearsal/aws/s3/s3';
import { SecretsManager } from '../../../rehearsal/aws/secrets-manager/secrets-manager';
import type { SimulatedService } from '../../../rehearsal/aws/service';
import { StatesApi } from '../../../rehearsal/aws/states/states-api';
import { StepFunctionsEngine } from '../../../rehearsal/engine';
import { ConsoleStore, type PipelineItem } from '../../../rehearsal/solution/console-store';
import type { SolutionLifeHooks } from '../../../rehearsal/solution/pipeline-life';
import { SolutionLife } from '../../../rehearsal/solution/solution-life';
import { Account, ACCOUNT, allow, START_MS } from '../aws/door-harness';

export const OLD = 'v1.1.5-202403071513';
export const NEW = 'v1.1.7-202409201200';
export const CONSOLE_REGION = 'us-east-1';
export const PIPELINE_REGION = 'eu-west-1';
export const ROOT = `arn:aws:states:${CONSOLE_REGION}:${ACCOUNT}:execution:ClickstreamUpgrade:run-1`;
export const SECRET_ARN = `arn:aws:secretsmanager:${CONSOLE_REGION}:${ACCOUNT}:secret:console-AbCdEf`;

/** A console at the new release, a pipeline at the old one. */
export function described(changes: Partial<SolutionDescription> = {}): SolutionDescription {
  return {
    partition: 'aws',
    accountId: ACCOUNT,
    console: { region: CONSOLE_REGION, stackName: 'clickstream-console', version: NEW },
    projects: [
      {
        projectId: 'project1',
        region: PIPELINE_REGION,
        version: OLD,
        apps: [
          { appId: 'app1', timezone: 'Asia/Shanghai' },
          { appId: 'app2', timezone: 'Europe/Berlin' },
        ],
        redshift: { mode: 'New_Serverless' },
      },
    ],
    createdMs: START_MS - 400 * 86_400_000,
    ...changes,
  };
}

/** Any step's converge function. */
export type AnyConverge = (request: never, tools: never) => Promise<StepAnswer<unknown, unknown>>;

/** The solution's life behind a door, and steps that meet it with real SDK clients. */
export class SolutionBench {
  readonly account: Account;
  readonly registry = new StackRegistry();
  readonly dynamoDb = new DynamoDb();
  readonly secrets = new SecretsManager();
  readonly names: SolutionNames;
  readonly engine: StepFunctionsEngine;
  readonly lambda: LambdaApi;
  readonly buckets: Buckets;
  readonly updates: ClockedStackUpdates;
  readonly summaries: string[] = [];
  /** What a test brings along. */
  readonly services: SimulatedService[] = [];
  life!: SolutionLife;
  /** Of each pass: a machine's execution has one id for all of them. */
  attempt = { redrive: 0, retry: 0 };
  root = ROOT;
  settings: Record<string, string> = { PIPELINE_TRIGGER: 'invoke', CONSOLE_TOKEN_SECRET: '' };
  private readonly environment = { ...process.env };

  constructor(
    readonly description: SolutionDescription = described(),
    policy: PolicyDocument = allow('*'),
    private readonly hooks: SolutionLifeHooks = {},
  ) {
    this.account = new Account(policy);
    const { clock } = this.account;
    this.names = new SolutionNames(description);
    this.engine = new StepFunctionsEngine({
      clock,
      accountId: ACCOUNT,
      partition: 'aws',
      invokeLambda: () => Promise.reject(new Error('no function of ours')),
      putObject: () => Promise.reject(new Error('no results')),
    });
    this.lambda = new LambdaApi(clock);
    this.buckets = new Buckets(clock);
    this.updates = new ClockedStackUpdates(clock, new StackEvents(clock));
  }

  async open(): Promise<this> {
    const { account, registry, dynamoDb, engine, lambda, buckets, updates, secrets, hooks, description } = this;
    const { clock, iam } = account;
    const solution = solutionOf(description);
    for (const stack of solution.stacks) registry.add(stack);
    for (const { region, createTable, items } of solution.tables) {
      await dynamoDb.createTable(region, createTable as unknown as TableDefinition);
      for (const item of items) {
        await dynamoDb.putItem(region, createTable.TableName, marshall(item, { removeUndefinedValues: true }));
      }
    }
    await dynamoDb.createTable(CONSOLE_REGION, {
      TableName: 'state',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    });
    buckets.create('plans', CONSOLE_REGION);
    this.life = new SolutionLife({ clock, description, registry, updates, lambda, dynamoDb, engine, hooks });
    const stacks = new StacksApi(registry, 100, { clock, updates, templates: this.life.templates, iam });
    const states = new StatesApi(engine, { now: () => clock.now() });
    await account.open(stacks, lambda, states, dynamoDb, secrets, new S3(buckets, iam), ...this.services);
    Object.assign(process.env, {
      ...account.environment(CONSOLE_REGION),
      STATE_TABLE: 'state',
      PLAN_BUCKET: 'plans',
    });
    this.plan();
    return this;
  }

  async close(): Promise<void> {
    process.env = { ...this.environment };
    await this.life.close();
    await this.account.close();
  }

  get pipelineId(): string {
    const [project] = this.description.projects;
    return project === undefined ? '' : this.names.pipelineId(project);
  }

  /** Writes the project's plan. */
  plan(changes: Partial<ProjectPlan> = {}): ProjectPlan {
    const { console } = this.description;
    const environment = solutionOf(this.description).functions[0];
    const stack = this.registry.find(console.region, console.stackName);
    const plan: ProjectPlan = {
      v: 1,
      projectId: 'project1',
      pipelineId: this.pipelineId,
      region: PIPELINE_REGION,
      console: {
        region: console.region,
        stackName: console.stackName,
        stackId: stack?.stackId ?? '',
        apiFunction: environment?.name ?? '',
        metadataTable: environment?.environment['CLICK_STREAM_TABLE_NAME'] ?? '',
        metadataIndex: 'prefix-time-index',
        dictionaryTable: environment?.environment['DICTIONARY_TABLE_NAME'] ?? '',
        url: stack?.outputs.find(({ key }) => key === 'ControlPlaneURL')?.value ?? '',
        behindLoadBalancer: console.variant === 'private-vpc',
      },
      stackPrefix: 'Clickstream',
      version: OLD,
      targetVersion: 'v1.1.7',
      pipeline: 'upgrade',
      timezones: [],
      pauseProcessing: true,
      ingestion: { kind: 'ec2', replace: true, refresh: false },
      expectSchema: true,
      apps: [{ appId: 'app1' }, { appId: 'app2' }],
      ...changes,
    };
    this.buckets.putObject('plans', 'plans/abc/projects/project1.json', JSON.stringify(plan));
    return plan;
  }

  /** One pass, as the machine makes it: time stands still meanwhile. */
  async pass(
    converge: AnyConverge,
    target: Record<string, string>,
    progress?: unknown,
  ): Promise<StepAnswer<unknown, unknown>> {
    const { clock } = this.account;
    const request: RequestEnvelope = {
      v: 1,
      now: clock.now(),
      target: { region: PIPELINE_REGION, projectId: 'project1', ...target },
      progress,
      attempt: this.attempt,
      root: { id: this.root, redrive: this.attempt.redrive, plan: 'plans/abc/plan.json' },
      execution: { id: this.root, passes: 0 },
    };
    const tools = { environment: { STATE_TABLE: 'state', PLAN_BUCKET: 'plans', ...this.settings } };
    const release = clock.hold();
    try {
      const answer = await converge(request as never, tools as never);
      if ('summary' in answer) this.summaries.push(answer.summary);
      return answer;
    } finally {
      release();
    }
  }

  /** Passes until the step is done, or throws. */
  async run(
    converge: AnyConverge,
    target: Record<string, string> = {},
    mostPasses = 500,
  ): Promise<StepAnswer<unknown, unknown>> {
    let progress: unknown;
    for (let pass = 0; pass < mostPasses; pass += 1) {
      const answer = await this.pass(converge, target, progress);
      if (answer.status !== 'IN_PROGRESS') return answer;
      progress = answer.progress ?? progress;
      await this.account.clock.sleep(answer.waitSeconds * 1_000);
    }
    throw new Error(`Not done after ${String(mostPasses)} passes: ${this.summaries.at(-1) ?? ''}`);
  }

  stack(type: string): SimulatedStack {
    const found = this.registry
      .inRegion(PIPELINE_REGION)
      .find(({ stackName, parentId }) => parentId === undefined && stackName.includes(`-${type}-`));
    if (found === undefined) throw new Error(`There is no stack ${type}`);
    return found;
  }

  /** Status and version of every stack of the pipeline, by type. */
  stacks(): Record<string, string> {
    const own = this.registry.inRegion(PIPELINE_REGION).filter(({ parentId }) => parentId === undefined);
    return Object.fromEntries(
      own.map(({ stackName, status, tags }) => [
        /Clickstream-([A-Za-z]+)-/.exec(stackName)?.[1] ?? stackName,
        `${status} ${tags['aws-solution/version'] ?? ''}`,
      ]),
    );
  }

  async record(): Promise<PipelineItem> {
    const store = new ConsoleStore(this.dynamoDb, this.description);
    const found = await store.pipeline('project1', this.pipelineId);
    if (found === undefined) throw new Error('There is no record');
    return found;
  }

  /** Changes the pipeline's record behind everybody's back. */
  writeRecord(changes: Partial<PipelineItem>): Promise<void> {
    const store = new ConsoleStore(this.dynamoDb, this.description);
    return store.changePipeline('project1', this.pipelineId, (record) => ({ ...record, ...changes }));
  }

  /** Names of the workflow's executions, the oldest first. */
  workflowRuns(): string[] {
    const machine = solutionOf(this.description).stateMachines.find(({ kind }) => kind === 'stack-workflow');
    const { executions } = this.engine.listExecutions({ stateMachineArn: machine?.arn ?? '' });
    return executions.map(({ name }) => String(name)).reverse();
  }
}

/** A step's converge function with clients of its own: those of another test know another door. */
export function freshStep(load: () => { converge: unknown }): AnyConverge {
  let fresh: AnyConverge | undefined;
  jest.isolateModules(() => {
    const converge = load().converge as AnyConverge;
    // The guard that the step's own clients ask. It has tests of its own; here everybody may act.
    const { guardedBy, WITHOUT_LOCK } = jest.requireActual<typeof import('../../../lambda/shared/guard/guard')>(
      '../../../lambda/shared/guard/guard',
    );
    fresh = (request, tools) => guardedBy(WITHOUT_LOCK, () => converge(request, tools));
  });
  if (fresh === undefined) throw new Error('The step was not loaded');
  return fresh;
}

/** A policy of these permissions and of what every step has, as the template would hold it. */
export function policyOf(permissions: (scope: Stack) => Permission[]): PolicyDocument {
  const stack = new Stack(new App(), 'test', { env: { account: ACCOUNT, region: CONSOLE_REGION } });
  const own: Permission[] = [
    {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      resources: [`arn:aws:dynamodb:${CONSOLE_REGION}:${ACCOUNT}:table/state`],
    },
    { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::plans/*'] },
  ];
  return {
    Version: '2012-10-17',
    Statement: [...own, ...permissions(stack)].map(({ actions, resources }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources.map((resource) => joined(stack.resolve(resource))),
    })),
  };
}

function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref: reference, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (reference === 'AWS::Partition') return 'aws';
  if (join === undefined) throw new Error(`Not resolved: ${JSON.stringify(value)}`);
  return join[1].map(joined).join(join[0]);
}
