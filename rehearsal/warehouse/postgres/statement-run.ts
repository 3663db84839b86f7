import type { Client, QueryArrayConfig } from 'pg';
import type { ResultSet, RunningStatement, StatementOutcome, StatementPart, StatementRequest } from '../warehouse';
import { toPostgres } from './dialect';
import { bindParameters } from './parameters';
import { type HistoryEntry, recordEnd, recordStart } from './query-history';
import { type AbortCause, abortText, toRedshiftError } from './redshift-errors';
import { RAW_VALUES, toResultSet } from './result-sets';
import type { Session } from './sessions';
import type { PostgresWarehouse } from './statements';

/** The Data API ends a statement after this long. Source: Redshift Management Guide, Data API limits. */
const DATA_API_LIMIT_MS = 24 * 3_600_000;

/** A cancel that finds the backend between two statements is lost: it is sent again, in real milliseconds. */
const CANCEL_AGAIN_MS = 50;

/** One request on a connection of its own, from `begin` to its outcome. */
export class StatementRun implements RunningStatement {
  /** 0 until a backend has it. */
  pid = 0;
  readonly parts: StatementPart[];
  readonly outcome: Promise<StatementOutcome>;
  /** Resolves when its connection is closed or another's, after the outcome. */
  disconnected: Promise<void> = Promise.resolve();
  private readonly startMs: number;
  private abortCause: AbortCause | undefined;
  /** CancelStatement ends the whole request; pg_cancel_backend only the statement it hits. */
  private cancelled = false;
  /** Somebody asked for its end, whether it came in time or not. */
  private disturbed = false;
  private active: HistoryEntry | undefined;
  private cancelTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly warehouse: PostgresWarehouse,
    private readonly request: StatementRequest,
  ) {
    const releaseClock = warehouse.clock.flow();
    this.startMs = warehouse.clock.now();
    this.parts = request.sqls.map(() => ({ status: 'SUBMITTED', durationMs: 0 }));
    this.outcome = this.run().then((outcome) => {
      clearInterval(this.cancelTimer);
      releaseClock();
      return outcome;
    });
  }

  async cancel(): Promise<void> {
    this.cancelled = true;
    await this.abort({ kind: 'user' });
  }

  private async abort(cause: AbortCause): Promise<void> {
    this.abortCause ??= cause;
    this.disturbed = true;
    if (this.active === undefined) return;
    const { pid } = this.active;
    const signal = async (): Promise<void> => {
      if (this.active?.pid === pid)
        await this.warehouse.inspect(this.request.database, 'SELECT pg_cancel_backend($1)', [pid]);
    };
    clearInterval(this.cancelTimer);
    this.cancelTimer = setInterval(() => void signal().catch(() => undefined), CANCEL_AGAIN_MS);
    await signal();
  }

  private async run(): Promise<StatementOutcome> {
    const results: (ResultSet | null)[] = [];
    let session: Session | undefined;
    let failure: string | undefined;
    try {
      session = await this.logIn();
      failure = await this.runAll(session.client, results);
      return this.end(failure, results);
    } catch (error) {
      failure = toRedshiftError(error, this.warehouse.nextQueryId(), this.abortCause).text;
      return this.end(failure, results);
    } finally {
      this.disconnected = session === undefined ? Promise.resolve() : this.leave(session, failure);
    }
  }

  private async logIn(): Promise<Session> {
    const { clock, sessions } = this.warehouse;
    const { database, dbUser } = this.request;
    await this.warehouse.userId(database, dbUser);
    const login = { database, user: dbUser, statementTimeoutMs: this.warehouse.statementTimeoutMs(dbUser) };
    const session = await sessions.take(login, clock.offsetToRealMs());
    this.pid = session.pid;
    return session;
  }

  /** A cancel on its way, or a transaction left open, must not meet the next statement. */
  private leave(session: Session, failure: string | undefined): Promise<void> {
    const { sessions } = this.warehouse;
    return failure === undefined && !this.disturbed ? sessions.giveBack(session) : sessions.end(session);
  }

  /** Runs all statements in the request's mode; returns the error that the request as a whole has. */
  private async runAll(client: Client, results: (ResultSet | null)[]): Promise<string | undefined> {
    let failure: string | undefined;
    const transaction = this.request.mode === 'transaction';
    if (transaction) await client.query('BEGIN');
    for (const [index, sql] of this.request.sqls.entries()) {
      const part = this.parts[index];
      if (part === undefined) break;
      if (this.cancelled || (failure !== undefined && this.request.mode !== 'auto-commit')) {
        part.status = 'ABORTED';
        if (this.cancelled) failure ??= abortText(part.queryId ?? this.warehouse.nextQueryId(), { kind: 'user' });
        continue;
      }
      const error = await this.runOne(client, index, sql, part, results);
      failure ??= error;
    }
    if (transaction) {
      try {
        await client.query(failure === undefined ? 'COMMIT' : 'ROLLBACK');
      } catch (error) {
        failure ??= toRedshiftError(error, this.warehouse.nextQueryId(), this.abortCause).text;
      }
    }
    return failure;
  }

  private async runOne(
    client: Client,
    index: number,
    sql: string,
    part: StatementPart,
    results: (ResultSet | null)[],
  ): Promise<string | undefined> {
    const { clock } = this.warehouse;
    const { database, dbUser } = this.request;
    const superuser = this.warehouse.superuser(database);
    const queryId = this.warehouse.nextQueryId();
    const userId = await this.warehouse.userId(database, dbUser);
    const entry = { userId, queryId, pid: this.pid, database, sql, startMs: clock.now() };
    await recordStart(superuser, entry);
    part.status = 'STARTED';
    part.queryId = queryId;
    if (!this.cancelled) this.abortCause = undefined;
    this.active = entry;
    const ended = new AbortController();
    const stopTimers = this.startLimits(entry.startMs);
    try {
      await this.warehouse.notify({
        request: this.request,
        index,
        sql,
        pid: this.pid,
        queryId,
        abort: (cause) => this.abort(cause),
        ended: ended.signal,
      });
      await this.warehouse.external.prepare(database, sql);
      const result = await this.query(client, sql);
      results.push(result.set);
      part.status = 'FINISHED';
      if (result.affectedRows !== undefined) part.affectedRows = result.affectedRows;
      await recordEnd(superuser, entry, { status: 'success', endMs: clock.now() });
      return undefined;
    } catch (thrown) {
      const error = toRedshiftError(thrown, queryId, this.abortCause);
      part.status = this.cancelled ? 'ABORTED' : 'FAILED';
      part.error = error.text;
      const status = error.cancelled ? 'canceled' : 'failed';
      await recordEnd(superuser, entry, { status, endMs: clock.now(), error: error.text });
      return error.text;
    } finally {
      stopTimers();
      clearInterval(this.cancelTimer);
      this.active = undefined;
      part.durationMs = clock.now() - entry.startMs;
      ended.abort();
    }
  }

  private async query(
    client: Client,
    sql: string,
  ): Promise<{ set: ResultSet | null; affectedRows: number | undefined }> {
    if (this.cancelled) throw new Error('Connection terminated before the statement began');
    const { text, values } = bindParameters(toPostgres(sql, this.warehouse), this.request.parameters);
    // The extended protocol takes one statement only, as ExecuteStatement does.
    const config: QueryArrayConfig & { queryMode: 'extended' } = {
      text,
      values,
      rowMode: 'array',
      types: RAW_VALUES,
      queryMode: 'extended',
    };
    const result = await client.query<(string | null)[]>(config);
    const counts = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(result.command);
    return { set: toResultSet(result), affectedRows: counts ? (result.rowCount ?? undefined) : undefined };
  }

  private startLimits(startMs: number): () => void {
    const { clock, limits } = this.warehouse;
    const cancels = [clock.at(startMs + DATA_API_LIMIT_MS, () => this.abortLater({ kind: 'timeout' }))];
    if (limits.maxQueryExecutionMs !== undefined && limits.maxQueryExecutionMs > 0) {
      const rule = 'max_query_execution_time';
      cancels.push(clock.at(startMs + limits.maxQueryExecutionMs, () => this.abortLater({ kind: 'wlm', rule })));
    }
    return () => cancels.forEach((cancel) => cancel());
  }

  private abortLater(cause: AbortCause): void {
    // If the superuser's connection is gone the server is, and the statement ends by that.
    void this.abort(cause).catch(() => undefined);
  }

  private end(failure: string | undefined, results: (ResultSet | null)[]): StatementOutcome {
    const durationMs = this.warehouse.clock.now() - this.startMs;
    for (const part of this.parts)
      if (part.status === 'SUBMITTED' || part.status === 'STARTED') part.status = 'ABORTED';
    if (failure === undefined) return { status: 'FINISHED', durationMs, results };
    return { status: this.cancelled ? 'ABORTED' : 'FAILED', error: failure, durationMs, results };
  }
}
