import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { Journal, type JournalRecord } from '../../../lambda/shared/journal';
import type { CallContext } from '../../../lambda/shared/migration/call';
import { Reads } from '../../../lambda/shared/redshift/reads';
import { WarehouseSession } from '../../../lambda/shared/redshift/session';
import { StateTable } from '../../../lambda/shared/state-table';
import type { Attempt } from '../../../lambda/shared/unit';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb/dynamodb';
import { RedshiftDataService } from '../../../rehearsal/aws/redshift-data';
import type {
  ResultSet,
  RunningStatement,
  StatementOutcome,
  StatementRequest,
  Warehouse,
} from '../../../rehearsal/warehouse/warehouse';
import { Account, ACCOUNT, REGION } from '../../rehearsal/aws/door-harness';
import { NOW_MS, ROOT } from './fixtures';

export const PID = 4711;

/** A warehouse whose CALLs end when the test says so, and whose other statements answer at once. */
class ScriptedWarehouse implements Warehouse {
  readonly calls: StatementRequest[] = [];
  readonly others: StatementRequest[] = [];
  /** What the other statements answer. */
  answer: ResultSet = { columns: [], rows: [] };
  private readonly ends: ((outcome: StatementOutcome) => void)[] = [];

  begin(request: StatementRequest): RunningStatement {
    const cancel = (): Promise<void> => Promise.resolve();
    if (!(request.sqls[0] ?? '').includes('CALL ')) {
      this.others.push(request);
      const outcome = Promise.resolve({ status: 'FINISHED' as const, durationMs: 1, results: [this.answer] });
      return { pid: 1, cancel, outcome };
    }
    this.calls.push(request);
    return { pid: PID, cancel, outcome: new Promise((resolve) => this.ends.push(resolve)) };
  }

  /** Ends the newest call, and lets everybody who waits for it see it. */
  async end(outcome: Partial<StatementOutcome> = {}): Promise<void> {
    this.ends.at(-1)?.({ status: 'FINISHED', durationMs: 60_000, results: [null], ...outcome });
    await new Promise(setImmediate);
  }
}

/** A real Data API client and a real state table over HTTP, for the journaled calls of one test file. */
export class CallBench {
  readonly account = new Account();
  warehouse = new ScriptedWarehouse();
  private readonly redshift = new RedshiftDataService({ clock: this.account.clock });
  private client: RedshiftDataClient | undefined;
  private release: (() => void) | undefined;
  private tests = 0;
  private passes = 0;
  private readonly environment = { ...process.env };

  async open(): Promise<void> {
    const dynamoDb = new DynamoDb();
    await dynamoDb.createTable(REGION, {
      TableName: 'state',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    });
    await this.account.open(dynamoDb, this.redshift);
    // The test is a handler at work: only a long poll lets time pass.
    this.release = this.account.clock.hold();
    this.client = this.account.client(RedshiftDataClient, { maxAttempts: 1 });
    const { accessKeyId, secretAccessKey, sessionToken } = this.account.credentials.issueForRole(
      'arn:aws:iam::111122223333:role/step',
      'session',
    );
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: this.account.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      STATE_TABLE: 'state',
    });
  }

  async close(): Promise<void> {
    process.env = { ...this.environment };
    this.release?.();
    await this.account.close();
  }

  /** A fresh warehouse and a fresh unit for the next test. */
  reset(): void {
    this.tests += 1;
    this.warehouse = new ScriptedWarehouse();
    const place = { region: REGION, accountId: ACCOUNT, warehouse: this.warehouse };
    this.redshift.targets.add({ ...place, kind: 'workgroup', name: this.workgroup });
  }

  private get workgroup(): string {
    return `wg-${String(this.tests)}`;
  }

  get journal(): Journal {
    const warehouse = { region: REGION, name: this.workgroup };
    return new Journal(new StateTable('state'), { warehouse, database: 'project1', schema: 'app1', name: 'events' });
  }

  get session(): WarehouseSession {
    if (this.client === undefined) throw new Error('The bench is not open');
    return new WarehouseSession(this.client, { WorkgroupName: this.workgroup, Database: 'project1' });
  }

  /** What a pass of this attempt, some time after the first, works with. */
  context(attempt: Partial<Attempt> = {}, laterMs = 0): CallContext {
    const { root, redrive, retry } = { root: ROOT, redrive: 0, retry: 0, ...attempt };
    const now = NOW_MS + laterMs;
    this.passes += 1;
    return {
      request: {
        v: 1,
        now,
        target: { projectId: 'project1', appId: 'app1' },
        progress: undefined,
        attempt: { redrive, retry },
        root: { id: root, redrive, plan: 'plans/abc/plan.json' },
        execution: { id: root, passes: 0 },
      },
      journal: this.journal,
      session: this.session,
      // Tokens of reads are those of one pass only.
      reads: new Reads(undefined, `pass ${String(this.passes)}`),
      limits: () => Promise.resolve({}),
      passesLeft: 1_000,
      callsLeft: 0,
    };
  }

  async record(): Promise<JournalRecord> {
    const record = await this.journal.read();
    if (record === undefined) throw new Error('There is no record');
    return record;
  }
}
