import { marshall } from '@aws-sdk/util-dynamodb';
import type { StepResponse } from '../../../lambda/shared/contract';
import type { LockRecord } from '../../../lambda/shared/lock';
import { StateTable } from '../../../lambda/shared/state-table';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb/dynamodb';
import { Buckets } from '../../../rehearsal/aws/s3/buckets';
import { S3 } from '../../../rehearsal/aws/s3/s3';
import type { SimulatedService } from '../../../rehearsal/aws/service';
import { Account, ACCOUNT, REGION, START_MS } from '../../rehearsal/aws/door-harness';
import { plan } from './plans';
import { RunningExecutions } from './running-executions';

export const BUCKET = 'plans';
export const TABLE = 'state';
export const PLAN_KEY = 'plans/abc/plan.json';

/** ARN of a root by its name. */
export function rootArn(name: string): string {
  return name.startsWith('arn:') ? name : `arn:aws:states:${REGION}:${ACCOUNT}:execution:ClickstreamUpgrade:${name}`;
}

/** Of the console in the plans of `plans.ts`. */
const LOCK_KEY = 'lock/eu-west-1/clickstream';

type Handler = (event: unknown) => Promise<StepResponse>;

export interface Pass {
  target?: Record<string, unknown>;
  progress?: unknown;
  root?: string;
  redrive?: number;
  retry?: number;
  nowMs?: number;
}

/** Real handlers of steps against a state table, a plan bucket and whatever services a test brings, over HTTP. */
export class StepBench {
  readonly account = new Account();
  readonly buckets = new Buckets(this.account.clock);
  readonly dynamoDb = new DynamoDb(this.account.clock);
  /** What Step Functions says of our own executions. */
  executions = new RunningExecutions();
  private readonly environment = { ...process.env };

  /** @param lock whether every root that makes a pass has its console's lock */
  constructor(private readonly lock: 'held' | 'free' = 'held') {}

  async open(...services: SimulatedService[]): Promise<void> {
    const { account, buckets, dynamoDb } = this;
    await dynamoDb.createTable(REGION, {
      TableName: TABLE,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    });
    buckets.create(BUCKET, REGION);
    const states = services.find(({ signingName }) => signingName === 'states');
    this.executions = new RunningExecutions(states);
    const others = services.filter((service) => service !== states);
    await account.open(dynamoDb, new S3(buckets, account.iam), this.executions, ...others);
    if (this.lock === 'held') this.write(PLAN_KEY, plan());
    Object.assign(process.env, {
      ...account.environment(),
      STATE_TABLE: TABLE,
      PLAN_BUCKET: BUCKET,
      HISTORY_PASSES: '2000',
      HISTORY_PASSES_TO_LEAVE: '0',
    });
  }

  async close(): Promise<void> {
    process.env = { ...this.environment };
    await this.account.close();
  }

  /** Gives the lock of the plan's console to a root. */
  async holdLock(owner: string): Promise<void> {
    const record: LockRecord = { v: 1, revision: 1, state: 'held', owner, takenAtMs: 0 };
    await this.dynamoDb.putItem(REGION, TABLE, marshall({ ...record, pk: LOCK_KEY }));
  }

  get table(): StateTable {
    return new StateTable(TABLE);
  }

  write(key: string, value: unknown): void {
    this.buckets.putObject(BUCKET, key, JSON.stringify(value));
  }

  read(key: string): string | undefined {
    return this.buckets.readObject(BUCKET, key)?.toString();
  }

  /** One pass of a step. */
  async pass(
    handler: Handler,
    { target = {}, progress, root: name = 'root', redrive = 0, retry = 0, nowMs }: Pass = {},
  ): Promise<StepResponse> {
    const root = rootArn(name);
    if (this.lock === 'held') await this.holdLock(root);
    return handler({
      v: 1,
      now: nowMs ?? START_MS,
      target,
      ...(progress === undefined ? {} : { progress }),
      attempt: { redrive, retry },
      root: { id: root, redrive, plan: PLAN_KEY },
      execution: { id: root, passes: 0 },
    });
  }

  /** Passes until the step is done, as the machine makes them; gives every answer. */
  async untilDone(handler: Handler, pass: Pass, most = 60): Promise<StepResponse[]> {
    const answers: StepResponse[] = [];
    let progress: unknown;
    for (let count = 0; count < most; count += 1) {
      const answer = await this.pass(handler, { ...pass, progress, nowMs: START_MS + count });
      answers.push(answer);
      if (answer.status === 'DONE') return answers;
      progress = answer.status === 'IN_PROGRESS' ? answer.progress : undefined;
    }
    throw new Error(`Not done after ${String(most)} passes: ${answers.at(-1)?.summary ?? ''}`);
  }
}
