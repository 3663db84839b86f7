import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Stack } from 'aws-cdk-lib';
import type { StepResponse } from '../../../lambda/shared/contract';
import { holdRecord, type HoldRecord } from '../../../lambda/shared/hold';
import type { LockRecord } from '../../../lambda/shared/lock';
import type { ProjectPlan } from '../../../lambda/shared/plan/project-plan';
import { StateTable } from '../../../lambda/shared/state-table';
import { stepRecord, stepRecordKey, type StepRecord } from '../../../lambda/shared/step-record';
import { replaceInstancesPermissions } from '../../../lib/policies/ingestion';
import { ApplicationAutoScaling } from '../../../rehearsal/aws/application-autoscaling/application-auto-scaling';
import { AutoScaling } from '../../../rehearsal/aws/autoscaling/auto-scaling';
import { CallLog } from '../../../rehearsal/aws/call-log';
import { solutionOf, type SolutionDescription } from '../../../rehearsal/aws/cloudformation/solution-stacks';
import { SolutionNames } from '../../../rehearsal/aws/cloudformation/solution/naming';
import type { IngestionChoice } from '../../../rehearsal/aws/cloudformation/solution/description';
import { StackEvents } from '../../../rehearsal/aws/cloudformation/stack-events';
import { ClockedStackUpdates } from '../../../rehearsal/aws/cloudformation/stack-updates';
import { StackRegistry } from '../../../rehearsal/aws/cloudformation/stacks';
import { StacksApi } from '../../../rehearsal/aws/cloudformation/stacks-api';
import { Door } from '../../../rehearsal/aws/door';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb/dynamodb';
import { Ecs } from '../../../rehearsal/aws/ecs/ecs';
import { ElasticLoadBalancing } from '../../../rehearsal/aws/elasticloadbalancing/elastic-load-balancing';
import { Faults } from '../../../rehearsal/aws/faults';
import { Credentials } from '../../../rehearsal/aws/iam/credentials';
import { Iam, type PolicyDocument } from '../../../rehearsal/aws/iam/iam';
import type { IngestionFleet } from '../../../rehearsal/aws/ingestion-fleet/fleet';
import { IngestionFleets } from '../../../rehearsal/aws/ingestion-fleet/fleets';
import { Buckets } from '../../../rehearsal/aws/s3/buckets';
import { S3 } from '../../../rehearsal/aws/s3/s3';
import { VirtualClock } from '../../../rehearsal/clock';
import { seededRandom, uuidsOf } from '../../../rehearsal/random';
import { ACCOUNT, REGION, ROLE, START_MS, trustedBy } from '../../rehearsal/aws/door-harness';
import { NEW, OLD, policyOf } from '../../rehearsal/solution/solution-bench';
import { plan, projectPlan } from '../support/plans';
import { RunningExecutions } from '../support/running-executions';

const [BUCKET, TABLE, PLAN_KEY, PROJECT] = ['plans', 'state', 'plans/abc/plan.json', 'shop'];
const DAY_MS = 86_400_000;

export interface FleetChoice extends Omit<IngestionChoice, 'infra'> {
  infra?: IngestionChoice['infra'];
  min?: number;
  max?: number;
  prefix?: string;
}

/** A pipeline's fleet whose stack was just upgraded, and the step's own handler in front of it, under its own permissions. */
export class FleetBench {
  readonly clock = new VirtualClock(START_MS);
  readonly callLog = new CallLog();
  readonly faults = new Faults();
  readonly fleets = new IngestionFleets({ clock: this.clock, newId: uuidsOf(seededRandom(7)) });
  readonly registry = new StackRegistry();
  readonly answers: StepResponse[] = [];
  root = `arn:aws:states:${REGION}:${ACCOUNT}:execution:ClickstreamUpgrade:run-1`;
  redrive = 0;
  private readonly description: SolutionDescription;
  private readonly buckets = new Buckets(this.clock);
  private readonly dynamoDb = new DynamoDb();
  private readonly environment = { ...process.env };
  private door: Door | undefined;
  private handler!: (event: unknown) => Promise<StepResponse>;

  constructor({ infra = 'EC2', min = 2, max = 4, prefix, ...ingestion }: FleetChoice = {}) {
    this.description = {
      partition: 'aws',
      accountId: ACCOUNT,
      console: {
        region: REGION,
        stackName: 'console',
        version: NEW,
        ...(prefix === undefined ? {} : { iamRolePrefix: prefix }),
      },
      projects: [
        {
          projectId: PROJECT,
          region: REGION,
          version: OLD,
          apps: [{ appId: 'app1' }],
          servers: { min, max },
          ingestion: { infra, ...ingestion },
        },
      ],
      createdMs: START_MS - 400 * DAY_MS,
      updatedMs: START_MS - DAY_MS,
    };
  }

  async open(): Promise<this> {
    const { clock, registry, fleets, buckets, dynamoDb, callLog, faults } = this;
    const solution = solutionOf(this.description);
    for (const stack of solution.stacks) registry.add(stack);
    for (const fleet of solution.fleets) fleets.add(fleet);
    // The stack has been updated and cleaned up.
    this.fleet.stackUpdated();
    this.fleet.stackCleanedUp();
    await dynamoDb.createTable(REGION, {
      TableName: TABLE,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    });
    buckets.create(BUCKET, REGION);
    const iam = new Iam();
    iam.registerRole({
      roleArn: ROLE,
      trustPolicy: trustedBy({ Service: 'lambda.amazonaws.com' }),
      policies: [{ name: 'own', document: stepPolicy() }],
    });
    const credentials = new Credentials(clock);
    const updates = new ClockedStackUpdates(clock, new StackEvents(clock));
    const services = [
      dynamoDb,
      new S3(buckets, iam),
      new StacksApi(registry, 100, { clock, updates, templates: () => undefined, iam }),
      new Ecs(fleets),
      new AutoScaling(fleets),
      new ApplicationAutoScaling(fleets),
      new ElasticLoadBalancing(fleets),
      new RunningExecutions(),
    ];
    const directory = { groupOfInstance: (region: string, id: string) => fleets.groupOfInstance(region, id) };
    this.door = new Door({ clock, iam, credentials, callLog, faults, services, directory });
    const { accessKeyId, secretAccessKey, sessionToken } = credentials.issueForRole(ROLE, 'session');
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: (await this.door.listen()).url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      STATE_TABLE: TABLE,
      PLAN_BUCKET: BUCKET,
      HISTORY_PASSES: '2150',
      HISTORY_PASSES_TO_LEAVE: '900',
    });
    buckets.putObject(BUCKET, PLAN_KEY, JSON.stringify(plan()));
    this.plan({ kind: 'ec2', replace: true, refresh: false });
    this.handler = freshHandler();
    return this;
  }

  async close(): Promise<void> {
    process.env = { ...this.environment };
    await this.door?.close();
    this.clock.close();
  }

  plan(ingestion: ProjectPlan['ingestion']): void {
    const [project] = this.description.projects;
    const names = new SolutionNames(this.description);
    const prefix = this.description.console.iamRolePrefix;
    const plan = projectPlan({
      projectId: PROJECT,
      pipelineId: project === undefined ? '' : names.pipelineId(project),
      region: REGION,
      stackPrefix: prefix === undefined ? 'Clickstream' : `${prefix}-Clickstream`,
      ingestion,
    });
    this.buckets.putObject(BUCKET, `plans/abc/projects/${PROJECT}.json`, JSON.stringify(plan));
  }

  get fleet(): IngestionFleet {
    return this.fleets.of(PROJECT);
  }

  get group(): NonNullable<IngestionFleet['group']> {
    const { group } = this.fleet;
    if (group === undefined) throw new Error('There is no group');
    return group;
  }

  /** What instances were launched from, those of the warm pool with it. */
  launches(): string[] {
    return [...new Set(this.group.instances.map(({ launch }) => launch.kind))];
  }

  /** Numbers that have to be as they were. */
  sizes(): Record<string, unknown> {
    const { group, fleet } = this;
    const { min, max, suspended } = fleet.target;
    const { minSize, maxPrepared } = group.warmPool ?? {};
    return {
      group: { min: group.min, max: group.max, desired: group.desired },
      tasks: fleet.service.desired,
      scaling: { min, max, suspended: { ...suspended } },
      warmPool: { minSize, maxPrepared },
    };
  }

  hold(): Promise<HoldRecord | undefined> {
    return new StateTable(TABLE).get(`hold/fleet/${REGION}/${this.group.description.groupName}`, holdRecord);
  }

  /** What it tells the report when it is done. */
  async facts(): Promise<StepRecord['facts'] | undefined> {
    const key = stepRecordKey(this.root, 'replace-instances', { projectId: PROJECT });
    const item = await this.dynamoDb.getItem(REGION, TABLE, marshall({ pk: key }));
    return item === undefined
      ? undefined
      : stepRecord.parse(unmarshall(item as Parameters<typeof unmarshall>[0])).facts;
  }

  /** One pass, as the machine makes it: time stands still meanwhile. */
  async pass(progress?: unknown): Promise<StepResponse> {
    const release = this.clock.hold();
    try {
      const lock: LockRecord = { v: 1, revision: 1, state: 'held', owner: this.root, takenAtMs: 0 };
      await this.dynamoDb.putItem(REGION, TABLE, marshall({ ...lock, pk: 'lock/eu-west-1/clickstream' }));
      const answer = await this.handler({
        v: 1,
        now: this.clock.now(),
        target: { region: REGION, projectId: PROJECT },
        ...(progress === undefined ? {} : { progress }),
        attempt: { redrive: this.redrive, retry: 0 },
        root: { id: this.root, redrive: this.redrive, plan: PLAN_KEY },
        execution: { id: this.root, passes: this.answers.length },
      });
      this.answers.push(answer);
      return answer;
    } finally {
      release();
    }
  }

  /**
   * Passes until the step is done, or throws.
   *
   * @param until ends it earlier
   */
  async run(until: (answer: StepResponse) => boolean = () => false): Promise<StepResponse> {
    let progress: unknown;
    for (let count = 0; count < 1_000; count += 1) {
      const answer = await this.pass(progress);
      if (answer.status !== 'IN_PROGRESS' || until(answer)) return answer;
      progress = answer.progress;
      await this.clock.sleep(answer.waitSeconds * 1_000 + PASS_MS);
    }
    throw new Error(`Not done: ${this.answers.at(-1)?.summary ?? ''}`);
  }

  /** Time in which nobody calls the step. */
  async minutes(count: number): Promise<void> {
    await this.clock.sleep(count * 60_000);
  }
}

/** What a pass takes itself. */
const PASS_MS = 1_000;

/** The step with clients of its own: those of another test know another door. */
function freshHandler(): (event: unknown) => Promise<StepResponse> {
  let found: { handler: (event: unknown) => Promise<StepResponse> } | undefined;
  jest.isolateModules(() => {
    found = jest.requireActual('../../../lambda/replace-instances/index');
  });
  if (found === undefined) throw new Error('The step was not loaded');
  return found.handler;
}

/** What the step may do, conditions included; the state table lies in the region of the test. */
function stepPolicy(): PolicyDocument {
  const conditions = replaceInstancesPermissions(new Stack()).map((permission) => permission.conditions);
  const { Statement: statements } = JSON.parse(
    JSON.stringify(policyOf(replaceInstancesPermissions)).replaceAll('us-east-1', REGION),
  ) as { Statement: object[] };
  const common = statements.length - conditions.length;
  const Statement = statements.map((statement, index) => {
    const Condition = conditions[index - common];
    return Condition === undefined ? statement : { ...statement, Condition };
  });
  const guard = { Effect: 'Allow', Action: ['states:DescribeExecution'], Resource: '*' };
  return { Version: '2012-10-17', Statement: [...Statement, guard] };
}
