import { marshall } from '@aws-sdk/util-dynamodb';
import { CallLog } from '../aws/call-log';
import { solutionOf, type Solution, type SolutionDescription } from '../aws/cloudformation/solution-stacks';
import { StackEvents } from '../aws/cloudformation/stack-events';
import { ClockedStackUpdates } from '../aws/cloudformation/stack-updates';
import { StackRegistry } from '../aws/cloudformation/stacks';
import { StacksApi } from '../aws/cloudformation/stacks-api';
import { Door } from '../aws/door';
import type { EventBridge } from '../aws/events/events';
import { executionStatusChange, stackStatusChange } from '../aws/events/service-events';
import type { ServiceEvent } from '../aws/events/rule';
import { DynamoDb, type TableDefinition } from '../aws/dynamodb/dynamodb';
import { Faults } from '../aws/faults';
import { Credentials } from '../aws/iam/credentials';
import { Iam } from '../aws/iam/iam';
import { LambdaApi } from '../aws/lambda/functions-api';
import { LambdaRuntime } from '../aws/lambda/runtime';
import type { WarmEnvironments } from '../aws/lambda/warm-environments';
import { Redshift } from '../aws/redshift/redshift';
import { RedshiftDataService } from '../aws/redshift-data';
import { RedshiftServerless } from '../aws/redshift-serverless/redshift-serverless';
import { Buckets } from '../aws/s3/buckets';
import { S3 } from '../aws/s3/s3';
import { SecretsManager } from '../aws/secrets-manager/secrets-manager';
import type { SimulatedService } from '../aws/service';
import { Sns } from '../aws/sns/sns';
import { StatesApi } from '../aws/states/states-api';
import { Sts } from '../aws/sts/sts';
import type { VirtualClock } from '../clock';
import { StepFunctionsEngine, type EngineEvent, type LambdaCall } from '../engine';
import { SolutionLife } from '../solution/solution-life';
import type { Deployment } from '../template/deployment';
import { readDeployments } from '../template/template';
import { LambdaUdfs } from '../warehouse/udf/gate';
import type { DataPlane } from './data-plane';
import { OwnEvents } from './own-events';
import { udfIn, withUdfIn, type OwnUdf } from './own-udf';
import { MachinePermissions } from './permissions';
import { SolutionPlane } from './solution-plane';
import { seededRandom, uuidsOf } from '../random';

export const ACCOUNT_ID = '111122223333';

export interface AccountOptions {
  clock: VirtualClock;
  seed: number;
  /** Directory of the cloud assembly, see `synthesise()`. */
  assembly: string;
  solution: SolutionDescription;
  /** Log lines of all functions go there as well. */
  logFile?: string;
  /** Regions where the stack of the Lambda that Redshift calls is deployed; those of the pipelines where it is left out. */
  udfRegions?: readonly string[];
  /** Functions are warm from the account before it, and stay so for the next. */
  warm?: WarmEnvironments;
  onEvent?: (event: EngineEvent) => void;
  /** Each answer of a step's function: what the machine was told. */
  onAnswer?: (call: LambdaCall, answer: unknown) => void;
  /** Stands between the machine and its functions: whatever it answers or throws is what the machine gets. */
  around?: AroundInvocation;
}

/** @param run runs the function, as often as it is called */
export type AroundInvocation = (call: LambdaCall, run: () => Promise<unknown>) => Promise<unknown>;

/** An embedded AWS account with our stack and the solution deployed in it. Its warehouses come later: {@link Account.open}. */
export class Account {
  readonly iam = new Iam();
  readonly callLog = new CallLog();
  readonly faults = new Faults();
  readonly stacks = new StackRegistry();
  readonly secrets = new SecretsManager();
  readonly dynamoDb: DynamoDb;
  readonly workgroups: RedshiftServerless;
  readonly clusters: Redshift;
  readonly lambda: LambdaApi;
  /** What stands between warehouses and the Lambdas that their external functions call. */
  readonly udfs: LambdaUdfs;
  readonly updates: ClockedStackUpdates;
  readonly credentials: Credentials;
  readonly buckets: Buckets;
  readonly data: RedshiftDataService;
  readonly engine: StepFunctionsEngine;
  /** Our own stack. */
  readonly deployment: Deployment;
  /** Our own stacks: that one, and those that stand in other regions for it. */
  readonly deployments: readonly [Deployment, ...Deployment[]];
  /** Our own event rules: what was delivered, what went to a dead-letter queue or a topic. */
  readonly ownEvents: OwnEvents;
  /** The solution as it was at the start. */
  readonly solution: Solution;
  private readonly permissions = new MachinePermissions(this.iam);
  private readonly newId: () => string;
  private opened: Opened | undefined;
  private runtime: LambdaRuntime | undefined;

  constructor(private readonly options: AccountOptions) {
    const { clock, seed, solution } = options;
    const { partition, accountId } = solution;
    this.newId = uuidsOf(seededRandom(seed));
    this.dynamoDb = new DynamoDb(clock);
    this.workgroups = new RedshiftServerless(clock);
    this.clusters = new Redshift(clock);
    this.lambda = new LambdaApi(clock);
    const stackEvents = new StackEvents(clock, (event) =>
      this.tell('aws.cloudformation', event.stackId, () => stackStatusChange(event)),
    );
    this.updates = new ClockedStackUpdates(clock, stackEvents);
    this.credentials = new Credentials(clock, options.warm?.keys);
    this.buckets = new Buckets(clock);
    this.data = new RedshiftDataService({ clock, newId: this.newId });
    const { assembly, udfRegions = solution.projects.map(({ region }) => region) } = options;
    const place = { partition, region: this.region, accountId };
    this.deployments = readDeployments(assembly, place, withUdfIn(udfRegions));
    [this.deployment] = this.deployments;
    this.udfs = new LambdaUdfs({
      iam: this.iam,
      clusters: this.clusters,
      workgroups: this.workgroups,
      lambdaExists: (name, region) => this.udf(region)?.functionArn.endsWith(`:${name}`) === true,
    });
    this.solution = solutionOf(solution);
    this.engine = new StepFunctionsEngine({
      clock,
      accountId,
      partition,
      random: seededRandom(seed + 1),
      authorize: (request) => this.permissions.check(request),
      invokeLambda: (call) => this.invoke(call),
      putObject: async ({ bucket, key, body, roleArn }) => {
        const resource = `arn:${partition}:s3:::${bucket}/${key}`;
        await this.permissions.demand(roleArn, 's3:PutObject', resource, 'S3.S3Exception');
        this.buckets.putObject(bucket, key, body);
      },
      onEvent: (event) => {
        options.onEvent?.(event);
        if (event.type === 'execution') this.tellExecution(event.executionArn);
      },
    });
    this.ownEvents = new OwnEvents({
      clock,
      iam: this.iam,
      engine: this.engine,
      deployments: this.deployments,
      bus: () => this.events,
      runtime: () => this.whenRunning,
    });
  }

  /** Region of the web console, and of our stack. */
  get region(): string {
    return this.options.solution.console.region;
  }

  /** ARN of our state machine. */
  get machineArn(): string {
    return this.machineNamed(this.deployment.stackName);
  }

  /** ARN of the machine that cleans up after it. */
  get guardianArn(): string {
    return this.machineNamed(`${this.deployment.stackName}Guardian`);
  }

  private machineNamed(wanted: string): string {
    const machine = this.deployment.stateMachines.find(({ name }) => name === wanted);
    if (machine === undefined) throw new Error(`The template has no state machine ${wanted}`);
    return machine.arn;
  }

  /** Name of our state table. */
  get stateTable(): string {
    return this.deployment.tables[0]?.name ?? '';
  }

  /** Name of the bucket of plans and reports. */
  get planBucket(): string {
    return this.deployment.buckets[0]?.name ?? '';
  }

  /** URL of the account's one door. */
  get url(): string {
    return this.whenOpen.url;
  }

  /** What the solution does by itself. */
  get life(): SolutionLife {
    return this.whenOpen.life;
  }

  /** The solution's workflows and data planes as they run. */
  get plane(): SolutionPlane {
    return this.whenOpen.plane;
  }

  /** CloudFormation, for those who look from outside. */
  get cloudFormation(): StacksApi {
    return this.whenOpen.cloudFormation;
  }

  /** The default event bus of every region. */
  get events(): EventBridge {
    return this.plane.events;
  }

  /** Our own ARNs: what an execution may change although it refuses to upgrade. */
  isOurs(resourceArn: string): boolean {
    const { tables, buckets, topics } = this.deployment;
    return [...tables, ...buckets, ...topics].some(
      ({ arn }) => resourceArn === arn || resourceArn.startsWith(`${arn}/`),
    );
  }

  /** What Redshift calls in a region instead of Python functions; undefined where nobody has deployed it. */
  udf(region: string): OwnUdf | undefined {
    return udfIn(region, this.deployments);
  }

  /** Invokes one of our functions as a service does. Whether it may is asked before, and whoever asks holds the clock. */
  invokeFunction(functionArn: string, payload: unknown): Promise<unknown> {
    return this.whenRunning.invoke({ functionArn, payload });
  }

  /** Creates everything and begins to listen. */
  async open(data: DataPlane): Promise<void> {
    const { clock, solution: description, logFile, warm } = this.options;
    const { credentials, iam, callLog, faults, engine, stacks: registry, updates, lambda, dynamoDb } = this;
    const ownRoles = this.deployments.flatMap(({ roles }) => roles);
    for (const { arn, trustPolicy, policies } of [...ownRoles, ...this.solution.roles]) {
      iam.registerRole({ roleArn: arn, trustPolicy, policies });
    }
    const ownFunctions = this.deployments.flatMap(({ functions }) => functions);
    for (const fn of ownFunctions) lambda.register(fn);
    await this.permissions.prepare(this.deployment);
    await this.createStores();
    for (const stack of this.solution.stacks) registry.add(stack);
    const plane = new SolutionPlane({ clock, account: this, description, data, newId: this.newId });
    plane.connectWarehouses();
    const { hooks } = plane;
    const life = new SolutionLife({ clock, description, registry, updates, lambda, dynamoDb, engine, hooks });
    plane.registerMachines(this.solution.stateMachines);
    const cloudFormation = new StacksApi(registry, STACKS_PAGE, { clock, updates, templates: life.templates, iam });
    const { topics, keys } = this.deployment;
    const keyOf = (topicArn: string): (typeof keys)[number] | undefined =>
      keys.find(({ arn }) => arn === topics.find((topic) => topic.arn === topicArn)?.keyArn);
    const services: SimulatedService[] = [
      cloudFormation,
      lambda,
      new StatesApi(engine, { now: () => clock.now(), listLagMs: LIST_LAG_MS }),
      new Sts(credentials),
      new S3(this.buckets, iam),
      new Sns({ topics: this.ownEvents.topics, iam, keyOf }),
      dynamoDb,
      this.workgroups,
      this.clusters,
      this.secrets,
      this.data,
      ...plane.services,
    ];
    const directory = {
      workgroupArn: (region: string, name: string) => this.workgroups.find(region, name)?.arn,
      groupOfInstance: (region: string, instanceId: string) => plane.fleets.groupOfInstance(region, instanceId),
      namespaceArn: (region: string, name: string) => this.workgroups.namespaceArn(region, name),
    };
    const door = new Door({ clock, iam, credentials, callLog, faults, services, directory });
    const { url } = await door.listen(warm?.port);
    if (warm !== undefined) warm.port = Number(new URL(url).port);
    this.opened = { door, url, life, plane, cloudFormation };
    this.runtime = new LambdaRuntime({
      clock,
      functions: ownFunctions,
      endpointUrl: url,
      issueForRole: (roleArn, sessionName) => credentials.issueForRole(roleArn, sessionName),
      ...(logFile === undefined ? {} : { logFile }),
      ...(warm === undefined ? {} : { warm }),
    });
    for (const machine of this.deployment.stateMachines) engine.registerMachine(machine);
    this.ownEvents.putRules();
  }

  async close(): Promise<void> {
    await this.runtime?.dispose();
    await this.opened?.life.close();
    await this.opened?.door.close();
  }

  /** Ends the environment of a function at once, in the middle of whatever it does. */
  killFunction(functionName: string): void {
    this.runtime?.kill(functionName);
  }

  /** Every function is deployed anew: its environments are cold, and have these variables as well. */
  deployFunctions(environment: Record<string, string>): void {
    this.runtime?.deploy(environment);
  }

  private get whenOpen(): Opened {
    if (this.opened === undefined) throw new Error('The account is not open');
    return this.opened;
  }

  private get whenRunning(): LambdaRuntime {
    if (this.runtime === undefined) throw new Error('The account is not open');
    return this.runtime;
  }

  /** Children of Map Runs tell of themselves as roots do. */
  private tellExecution(executionArn: string): void {
    this.tell('aws.states', executionArn, () => executionStatusChange(this.engine.describeExecution({ executionArn })));
  }

  /** Puts on the bus of a region what happened there, where anybody listens. */
  private tell(source: string, arn: string, event: () => ServiceEvent): void {
    const bus = this.opened?.plane.events;
    if (bus?.listens(arn.split(':')[3] ?? '', source) === true) bus.publish(event());
  }

  private async createStores(): Promise<void> {
    for (const { createTable } of this.deployment.tables) {
      await this.dynamoDb.createTable(this.region, createTable as unknown as TableDefinition);
    }
    for (const { name } of this.deployment.buckets) this.buckets.create(name, this.region);
    for (const { region, createTable, items } of this.solution.tables) {
      await this.dynamoDb.createTable(region, createTable as unknown as TableDefinition);
      for (const item of items) {
        await this.dynamoDb.putItem(region, createTable.TableName, marshall(item, { removeUndefinedValues: true }));
      }
    }
  }

  private async invoke(call: LambdaCall): Promise<unknown> {
    const runtime = this.whenRunning;
    const { functionName, payload, roleArn } = call;
    const fn = this.deployment.functions.find(({ arn, name }) => arn === functionName || name === functionName);
    if (fn !== undefined) {
      await this.permissions.demand(roleArn, 'lambda:InvokeFunction', fn.arn, 'Lambda.AWSLambdaException');
    }
    const run = (): Promise<unknown> => runtime.invoke({ functionArn: fn?.arn ?? functionName, payload });
    const answer = await (this.options.around === undefined ? run() : this.options.around(call, run));
    this.options.onAnswer?.(call, answer);
    return answer;
  }
}

/** What there is once the account listens. */
interface Opened {
  door: Door;
  url: string;
  life: SolutionLife;
  plane: SolutionPlane;
  cloudFormation: StacksApi;
}

/** Change sets and stack events come in several pages. */
const STACKS_PAGE = 25;

/** ListExecutions is eventually consistent. Source: Step Functions API Reference, ListExecutions */
const LIST_LAG_MS = 3_000;
