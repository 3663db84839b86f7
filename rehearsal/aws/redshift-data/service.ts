import { createHash, randomUUID } from 'node:crypto';
import type { VirtualClock } from '../../clock';
import { notSimulated } from '../not-simulated';
import { AwsError, type Caller, type ServiceCall, type SimulatedService } from '../service';
import { described, listed, offsetOf, resultPage, submitted, tokenFor } from './answers';
import { CallJournal } from './call-journal';
import { type SubmitRequest, optionalText, parseId, parseSubmit, parseWait } from './requests';
import { StatementRecord, unknownStatement } from './statement-record';
import { type Target, Targets, invalid } from './targets';

type Answer = Record<string, unknown>;

/** Source: Redshift Management Guide, Data API: a client token is kept for 8 hours. */
const TOKEN_KEPT_MS = 8 * 3_600_000;
/** Source: Amazon Redshift quotas: active statements (STARTED and SUBMITTED) of a cluster or workgroup. */
const MOST_ACTIVE = 500;
const STATUSES = ['ABORTED', 'ALL', 'FAILED', 'FINISHED', 'PICKED', 'STARTED', 'SUBMITTED'];

/** The Amazon Redshift Data API of an account, all regions. Every wait and expiry is of the virtual clock. */
export class RedshiftDataService implements SimulatedService {
  readonly signingName = 'redshift-data';
  readonly targets = new Targets();
  /** Every CALL that came through here. */
  readonly journal: CallJournal;
  private readonly clock: VirtualClock;
  private readonly newId: () => string;
  private readonly records = new Map<string, StatementRecord>();
  private readonly tokens = new Map<string, { requestHash: string; atMs: number; record: Promise<StatementRecord> }>();

  constructor(options: { clock: VirtualClock; newId?: () => string }) {
    this.clock = options.clock;
    this.newId = options.newId ?? randomUUID;
    this.journal = new CallJournal(options.clock);
  }

  /** Statements that have not ended, of whichever role. */
  get running(): { id: string; region: string; sql: string }[] {
    return [...this.records.values()]
      .filter(({ outcome }) => outcome === undefined)
      .map(({ id, region, request }) => ({ id, region, sql: request.sqls.join('; ') }));
  }

  async handle(call: ServiceCall): Promise<Answer> {
    switch (call.operation) {
      case 'ExecuteStatement':
      case 'BatchExecuteStatement':
        return this.submit(call, parseSubmit(call.operation, call.input));
      case 'DescribeStatement': {
        const { record, part } = this.find(call);
        await record.wait(parseWait(call.input));
        return described(record, part);
      }
      case 'GetStatementResult': {
        const { record, part } = this.find(call);
        await record.wait(parseWait(call.input));
        return resultPage(record, part, call.input['NextToken']);
      }
      case 'CancelStatement':
        return this.cancel(call);
      case 'ListStatements':
        return this.list(call);
      default:
        throw notSimulated(`redshift-data:${call.operation}`);
    }
  }

  private async submit(call: ServiceCall, request: SubmitRequest): Promise<Answer> {
    const record = await this.recordFor(call, request);
    await record.wait(request.waitSeconds);
    return submitted(record);
  }

  /** A new statement, or the one that the same client token started. */
  private recordFor(call: ServiceCall, request: SubmitRequest): Promise<StatementRecord> {
    const { clientToken } = request;
    if (clientToken === undefined) return this.start(call, request);
    const key = [call.region, call.caller.roleArn, clientToken].join(' ');
    const requestHash = hashOf(request);
    const known = this.tokens.get(key);
    if (known !== undefined && this.clock.now() < known.atMs + TOKEN_KEPT_MS) {
      if (known.requestHash === requestHash) return known.record;
      // AWS documents neither name nor text for this; other services with tokens refuse the same way.
      throw invalid('The client token was used before with different parameters.');
    }
    const record = this.start(call, request);
    this.tokens.set(key, { requestHash, atMs: this.clock.now(), record });
    // A submission that was refused leaves no token behind.
    record.catch(() => this.tokens.delete(key));
    return record;
  }

  private async start(call: ServiceCall, request: SubmitRequest): Promise<StatementRecord> {
    const { region, caller } = call;
    const destination = this.targets.resolve(request.address, region, caller);
    this.forgetExpired();
    if (this.activeOn(destination.target) >= MOST_ACTIVE) {
      const message = `Active statements exceeded the allowed quota (${MOST_ACTIVE}).`;
      throw new AwsError('ActiveStatementsExceededException', message, 400, { Message: message });
    }
    const id = this.newId();
    const calls = await this.journal.submitted({ id, region, caller, destination, request });
    const running = destination.target.warehouse.begin({
      id,
      database: request.database,
      dbUser: destination.dbUser,
      sqls: request.sqls,
      mode: request.mode,
      parameters: request.parameters,
    });
    const record = new StatementRecord(id, request, destination, caller, region, running, this.clock);
    this.records.set(id, record);
    void record.ended.then(() => this.journal.ended(calls, record));
    return record;
  }

  private async cancel(call: ServiceCall): Promise<Answer> {
    const { record, part } = this.find(call);
    if (part !== undefined) throw invalid('A sub-statement of a batch cannot be cancelled by itself.');
    if (record.outcome !== undefined) {
      throw invalid(`Could not cancel a query that is already in ${record.status} state with ID: ${record.id}`);
    }
    await record.running.cancel();
    return { Status: true };
  }

  private list(call: ServiceCall): Answer {
    const { input, region, caller } = call;
    this.forgetExpired();
    const status = optionalText(input, 'Status') ?? 'FINISHED';
    if (!STATUSES.includes(status)) throw invalid(`Status must be one of ${STATUSES.join(', ')}.`);
    const limit = input['MaxResults'] ?? 100;
    if (typeof limit !== 'number' || limit < 0 || limit > 100) throw invalid('MaxResults must be between 0 and 100.');
    const pageSize = limit === 0 ? 100 : limit;
    const name = optionalText(input, 'StatementName') ?? '';
    const matching = [...this.records.values()]
      .filter(
        (record) =>
          belongsTo(record, region, caller) &&
          (input['RoleLevel'] !== false || record.caller.sessionName === caller.sessionName) &&
          (status === 'ALL' || record.status === status) &&
          (name === '' || record.request.statementName?.startsWith(name) === true) &&
          matches(input['Database'], record.request.database) &&
          matches(input['WorkgroupName'], record.request.address.workgroupName) &&
          matches(input['ClusterIdentifier'], record.request.address.clusterIdentifier),
      )
      .reverse();
    const from = input['NextToken'] === undefined ? 0 : offsetOf(input['NextToken']);
    const to = from + pageSize;
    return {
      Statements: matching.slice(from, to).map(listed),
      ...(to < matching.length ? { NextToken: tokenFor(to) } : {}),
    };
  }

  /**
   * The statement of an id, for a caller of the role that submitted it. To other roles it does not exist.
   * Source: Redshift Management Guide, Data API: only the same IAM role or user may describe, cancel and fetch.
   */
  private find(call: ServiceCall): { record: StatementRecord; part: number | undefined } {
    const { id, part } = parseId(call.input);
    const record = this.records.get(id);
    const parts = record?.request.batch === true ? record.request.sqls.length : 0;
    if (
      record === undefined ||
      record.expired ||
      !belongsTo(record, call.region, call.caller) ||
      (part !== undefined && (part < 1 || part > parts))
    ) {
      throw unknownStatement(String(call.input['Id']));
    }
    return { record, part };
  }

  private activeOn(target: Target): number {
    let active = 0;
    for (const record of this.records.values()) {
      if (record.destination.target === target && record.outcome === undefined) active += 1;
    }
    return active;
  }

  private forgetExpired(): void {
    for (const [id, record] of this.records) if (record.expired) this.records.delete(id);
    for (const [key, { atMs }] of this.tokens) if (this.clock.now() >= atMs + TOKEN_KEPT_MS) this.tokens.delete(key);
  }
}

function belongsTo(record: StatementRecord, region: string, caller: Caller): boolean {
  return record.region === region && record.caller.roleArn === caller.roleArn;
}

function matches(filter: unknown, value: string | undefined): boolean {
  return filter === undefined || filter === value;
}

/** What makes a submission the same one: everything but how long the caller waits for it. */
function hashOf(request: SubmitRequest): string {
  const asked = JSON.stringify({ ...request, waitSeconds: 0 });
  return createHash('sha256').update(asked).digest('hex');
}
