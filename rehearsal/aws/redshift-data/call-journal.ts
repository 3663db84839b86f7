import type { VirtualClock } from '../../clock';
import type { Caller } from '../service';
import { type ProcedureCall, parseCall } from '../../warehouse/postgres/call-text';
import { evidenceAgainst } from './duplicate-calls';
import type { SubmitRequest } from './requests';
import type { StatementRecord } from './statement-record';
import type { Destination } from './targets';

/** One CALL of a procedure that came through the Data API. */
export interface JournaledCall extends ProcedureCall {
  statementId: string;
  region: string;
  /** Workgroup or cluster. */
  warehouse: string;
  database: string;
  dbUser: string;
  roleArn: string;
  sql: string;
  submittedMs: number;
  endedMs?: number;
  status?: 'FINISHED' | 'FAILED' | 'ABORTED';
  error?: string;
  /** Ended from outside: cancelled by somebody, by a time-out or by workload management. */
  cancelled: boolean;
  /** Why it should not have been started; absent when it was right to. */
  duplicate?: string;
}

interface Submission {
  id: string;
  region: string;
  caller: Caller;
  destination: Destination;
  request: SubmitRequest;
}

/** What was called, for the report; and whether any of it was started twice. */
export class CallJournal {
  readonly calls: JournaledCall[] = [];
  private readonly running = new Set<JournaledCall>();

  constructor(private readonly clock: VirtualClock) {}

  /** Numbers for the report; `which` selects calls, for example those of certain roles. */
  counts(which: (call: JournaledCall) => boolean = () => true): {
    submitted: number;
    cancelled: number;
    duplicated: number;
  } {
    const calls = this.calls.filter(which);
    return {
      submitted: calls.length,
      cancelled: calls.filter((call) => call.cancelled).length,
      duplicated: calls.filter((call) => call.duplicate !== undefined).length,
    };
  }

  /** Takes note of the CALLs of a request that is about to begin, and judges them by the warehouse as it is now. */
  async submitted(submission: Submission): Promise<JournaledCall[]> {
    const { id, region, caller, destination, request } = submission;
    const calls: JournaledCall[] = [];
    for (const sql of request.sqls) {
      const call = parseCall(sql);
      if (call === undefined) continue;
      const entry: JournaledCall = {
        ...call,
        statementId: id,
        region,
        warehouse: destination.target.name,
        database: request.database,
        dbUser: destination.dbUser,
        roleArn: caller.roleArn,
        sql,
        submittedMs: this.clock.now(),
        cancelled: false,
      };
      // Before anything is awaited: two submissions at once must see each other.
      if ([...this.running].some((other) => isSameUnit(other, entry)))
        entry.duplicate = 'another call of it is running';
      this.calls.push(entry);
      this.running.add(entry);
      calls.push(entry);
    }
    const { evidence } = destination.target;
    if (evidence === undefined) return calls;
    try {
      for (const call of calls) {
        const { database, parameters } = request;
        const found = await ('evidenceAgainst' in evidence
          ? evidence.evidenceAgainst(database, call)
          : evidenceAgainst(call, { evidence, database, parameters, nowMs: this.clock.now() }));
        if (found !== undefined) call.duplicate ??= found;
      }
    } catch (error) {
      for (const call of calls) this.running.delete(call);
      throw error;
    }
    return calls;
  }

  /** Completes the calls of a statement that has ended. */
  ended(calls: JournaledCall[], record: StatementRecord): void {
    for (const call of calls) {
      this.running.delete(call);
      const index = record.request.sqls.indexOf(call.sql);
      const part = record.part(index);
      call.endedMs = this.clock.now();
      if (part.status !== 'SUBMITTED' && part.status !== 'STARTED') call.status = part.status;
      if (part.error !== undefined) call.error = part.error;
      call.cancelled = part.status === 'ABORTED' || /cancell?ed (on user's request|by WLM)/.test(part.error ?? '');
    }
  }
}

function isSameUnit(one: JournaledCall, other: JournaledCall): boolean {
  return (
    one.region === other.region &&
    one.warehouse === other.warehouse &&
    one.database === other.database &&
    one.schema === other.schema &&
    one.procedure === other.procedure
  );
}
