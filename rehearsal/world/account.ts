import { marshall } from '@aws-sdk/util-dynamodb';
import { CallLog } from '../aws/call-log';
import { solutionOf, type Solution, type SolutionDescription } from '../aws/cloudformation/solution-stacks';
import { StackRegistry } from '../aws/cloudformation/stacks';
import { StacksApi } from '../aws/cloudformation/stacks-api';
import { Door } from '../aws/door';
import { DynamoDb, type TableDefinition } from '../aws/dynamodb/dynamodb';
import { Faults } from '../aws/faults';
import { Credentials } from '../aws/iam/credentials';
import { Iam } from '../aws/iam/iam';
import { LambdaApi } from '../aws/lambda/functions-api';
import { LambdaRuntime } from '../aws/lambda/runtime';
import { RedshiftDataService } from '../aws/redshift-data';
import { RedshiftServerless } from '../aws/redshift-serverless/redshift-serverless';
import { Buckets } from '../aws/s3/buckets';
import { S3 } from '../aws/s3/s3';
import { StatesApi } from '../aws/states/states-api';
import { Sts } from '../aws/sts/sts';
import type { VirtualClock } from '../clock';
import { StepFunctionsEngine, type EngineEvent, type LambdaCall } from '../engine';
import { readDeployment } from '../template/template';
import type { Deployment } from '../template/deployment';
import type { DataPlane } from './data-plane';
import { MachinePermissions } from './permissions';
import { seededRandom, uuidsOf } from './random';
import { refreshWorkflow } from './refresh-workflow';

export const ACCOUNT_ID = '111122223333';

export interface AccountOptions {
  clock: VirtualClock;
  seed: number;
  /** Directory of the cloud assembly, see `synthesise()`. */
  assembly: string;
  solution: SolutionDescription;
  /** Log lines of all functions go there as well. */
  logFile?: string;
  onEvent?: (event: EngineEvent) => void;
  /** Each answer of a step's function: what the machine was told. */
  onAnswer?: (call: LambdaCall, answer: unknown) => void;
}

/** An embedded AWS account with our stack and the solution deployed in it. Its warehouses come later: {@link Account.open}. */
export class Account {
  readonly iam = new Iam();
  readonly callLog = new CallLog();
  readonly faults = new Faults();
  readonly dynamoDb = new DynamoDb();
  readonly workgroups = new RedshiftServerless();
  readonly credentials: Credentials;
  readonly buckets: Buckets;
  readonly data: RedshiftDataService;
  readonly engine: StepFunctionsEngine;
  /** Our own stack. */
  readonly deployment: Deployment;
  readonly solution: Solution;
  private readonly permissions = new MachinePermissions(this.iam);
  private readonly newId: () => string;
  private door: Door | undefined;
  private runtime: LambdaRuntime | undefined;

  constructor(private readonly options: AccountOptions) {
    const { clock, seed, solution } = options;
    const { partition, accountId } = solution;
    this.newId = uuidsOf(seededRandom(seed));
    this.credentials = new Credentials(clock);
    this.buckets = new Buckets(clock);
    this.data = new RedshiftDataService({ clock, newId: this.newId });
    this.deployment = readDeployment(options.assembly, { partition, region: solution.console.region, accountId });
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
      onEvent: (event) => options.onEvent?.(event),
    });
  }

  /** ARN of our state machine. */
  get machineArn(): string {
    const [machine] = this.deployment.stateMachines;
    if (machine === undefined) throw new Error('The template has no state machine');
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

  /** Our own ARNs: what an execution may change although it refuses to upgrade. */
  isOurs(resourceArn: string): boolean {
    const { tables, buckets } = this.deployment;
    return [...tables, ...buckets].some(({ arn }) => resourceArn === arn || resourceArn.startsWith(`${arn}/`));
  }

  /** Creates everything and begins to listen. */
  async open(plane: DataPlane): Promise<void> {
    const { clock, solution: described, logFile } = this.options;
    const { credentials, iam, callLog, faults, engine, data } = this;
    for (const { arn, trustPolicy, policies } of [...this.deployment.roles, ...this.solution.roles]) {
      iam.registerRole({ roleArn: arn, trustPolicy, policies });
    }
    await this.permissions.prepare(this.deployment);
    this.connectWarehouses(plane);
    await this.createStores(described.console.region);
    const lambda = new LambdaApi();
    for (const fn of this.solution.functions) lambda.register(fn);
    const registry = new StackRegistry();
    for (const stack of this.solution.stacks) registry.add(stack);
    const services = [
      new StacksApi(registry),
      lambda,
      new StatesApi(engine, { now: () => clock.now(), listLagMs: LIST_LAG_MS }),
      new Sts(credentials),
      new S3(this.buckets, iam),
      this.dynamoDb,
      this.workgroups,
      data,
    ];
    const directory = {
      workgroupArn: (region: string, name: string) => this.workgroups.find(region, name)?.arn,
    };
    this.door = new Door({ clock, iam, credentials, callLog, faults, services, directory });
    const { url } = await this.door.listen();
    this.runtime = new LambdaRuntime({
      clock,
      functions: this.deployment.functions,
      endpointUrl: url,
      issueForRole: (roleArn, sessionName) => credentials.issueForRole(roleArn, sessionName),
      ...(logFile === undefined ? {} : { logFile }),
    });
    for (const machine of this.deployment.stateMachines) engine.registerMachine(machine);
    this.registerSolutionMachines(plane);
  }

  async close(): Promise<void> {
    await this.runtime?.dispose();
    await this.door?.close();
  }

  private connectWarehouses(plane: DataPlane): void {
    const { createdMs } = this.options.solution;
    for (const { region, mode, name, arn, projectId } of this.solution.warehouses) {
      const kind = mode === 'Provisioned' ? 'cluster' : 'workgroup';
      this.data.targets.add({ region, accountId: ACCOUNT_ID, kind, name, ...plane.warehouse(projectId) });
      if (kind === 'cluster') continue;
      this.workgroups.add({
        region,
        name,
        arn,
        namespaceName: name,
        baseCapacityRpu: 32,
        createdMs,
        parameters: { max_query_execution_time: '86400', datestyle: 'ISO, MDY', search_path: '$user, public' },
      });
    }
  }

  private async createStores(ourRegion: string): Promise<void> {
    for (const { createTable } of this.deployment.tables) {
      await this.dynamoDb.createTable(ourRegion, createTable as unknown as TableDefinition);
    }
    for (const { name } of this.deployment.buckets) this.buckets.create(name, ourRegion);
    for (const { region, createTable, items } of this.solution.tables) {
      await this.dynamoDb.createTable(region, createTable as unknown as TableDefinition);
      for (const item of items) {
        await this.dynamoDb.putItem(region, createTable.TableName, marshall(item, { removeUndefinedValues: true }));
      }
    }
  }

  private registerSolutionMachines(plane: DataPlane): void {
    const { clock } = this.options;
    for (const { kind, arn, name, tags, projectId } of this.solution.stateMachines) {
      const where = this.solution.warehouses.find((warehouse) => warehouse.projectId === projectId);
      const run =
        kind === 'refresh-views' && where !== undefined
          ? refreshWorkflow({
              clock,
              where,
              warehouse: plane.warehouse(where.projectId).warehouse,
              newId: this.newId,
              running: () => this.runningOf(arn),
            })
          : () => Promise.reject(new Error(`The rehearsal does not simulate the workflow ${name}`));
      this.engine.registerForeignMachine({ arn, name, tags, run });
    }
  }

  private runningOf(stateMachineArn: string): string[] {
    const { executions } = this.engine.listExecutions({ stateMachineArn, statusFilter: 'RUNNING' });
    return executions.map(({ executionArn }) => String(executionArn));
  }

  private async invoke(call: LambdaCall): Promise<unknown> {
    if (this.runtime === undefined) throw new Error('The account is not open');
    const { functionName, payload, roleArn } = call;
    const fn = this.deployment.functions.find(({ arn, name }) => arn === functionName || name === functionName);
    if (fn !== undefined) {
      await this.permissions.demand(roleArn, 'lambda:InvokeFunction', fn.arn, 'Lambda.AWSLambdaException');
    }
    const answer = await this.runtime.invoke({ functionArn: functionName, payload });
    this.options.onAnswer?.(call, answer);
    return answer;
  }
}

/** ListExecutions is eventually consistent. Source: Step Functions API Reference, ListExecutions */
const LIST_LAG_MS = 3_000;
