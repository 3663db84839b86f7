import { Pool } from 'pg';
import type { VirtualClock } from '../../clock';
import { ExternalFunctions } from '../udf/external-functions';
import type { LambdaUdfGate } from '../udf/gate';
import type { RunningStatement, StatementRequest, Warehouse } from '../warehouse';
import type { PythonUdfs } from './dialect';
import { Sessions } from './sessions';
import { StatementRun } from './statement-run';
import type { AbortCause } from './redshift-errors';
import type { PostgresServer } from './server';
import { ensureDatabaseUser } from './users';

/** A statement that has been given to a backend, for those who watch or disturb it. */
export interface ObservedStatement {
  request: StatementRequest;
  /** Index of the SQL within the request. */
  index: number;
  sql: string;
  pid: number;
  queryId: number;
  /** Ends it from outside with the wording of the cause. */
  abort(cause: AbortCause): Promise<void>;
  /** Aborted when the statement has ended, by whatever. */
  ended: AbortSignal;
}

/** Called when a backend is about to run a statement; the statement waits until the observer returns. */
export type StatementObserver = (statement: ObservedStatement) => void | Promise<void>;

/** Limits in milliseconds, virtual; while a statement runs virtual time passes as real time does. */
export interface WarehouseLimits {
  /** `statement_timeout` of the warehouse (parameter group); 0 = none. */
  statementTimeoutMs?: number;
  /** `statement_timeout` of single database users (ALTER USER … SET), before the warehouse's. */
  statementTimeoutMsByUser?: Record<string, number>;
  /** The serverless workgroup's `max_query_execution_time`; ends a statement with the wording of workload management. */
  maxQueryExecutionMs?: number;
}

export interface PostgresWarehouseOptions {
  server: PostgresServer;
  clock: VirtualClock;
  limits?: WarehouseLimits;
  /** `alive` where it is left out. */
  pythonUdfs?: PythonUdfs;
  /** What stands between its external functions and Lambda; without it none can be called. */
  externalFunctions?: LambdaUdfGate;
}

/**
 * Redshift, played by PostgreSQL. Every statement has a connection to itself, logged in as the database user it was
 * submitted for, as concurrently as it is sent; while one runs the virtual clock follows real time. The databases
 * are made by `createProjectDatabase`.
 */
export class PostgresWarehouse implements Warehouse {
  readonly clock: VirtualClock;
  readonly server: PostgresServer;
  limits: WarehouseLimits;
  /** Whether functions in Python can be created; those of the stand-in schema are none and live on. */
  pythonUdfs: PythonUdfs;
  /** @internal Connections of database users. */
  readonly sessions: Sessions;
  /** @internal */
  readonly external = new ExternalFunctions(this);
  private readonly observers = new Set<StatementObserver>();
  private readonly runs = new Set<StatementRun>();
  private readonly superusers = new Map<string, Pool>();
  private readonly userIds = new Map<string, Promise<number>>();
  private queryIds: number;
  private closed = false;

  constructor(options: PostgresWarehouseOptions) {
    this.clock = options.clock;
    this.server = options.server;
    this.sessions = new Sessions(options.server);
    this.limits = options.limits ?? {};
    this.pythonUdfs = options.pythonUdfs ?? 'alive';
    this.external.connect(options.externalFunctions);
    // Distinct over the warehouses that one run makes on the same databases, and of a size people know.
    this.queryIds = Math.floor(options.clock.now() / 1000) % 1_000_000_000;
  }

  /** For an account that comes after its warehouse. */
  set externalFunctions(gate: LambdaUdfGate | undefined) {
    this.external.connect(gate);
  }

  begin(request: StatementRequest): RunningStatement {
    if (this.closed) throw new Error('The warehouse has been closed');
    const run = new StatementRun(this, request);
    this.runs.add(run);
    void run.outcome.then(() => run.disconnected).finally(() => this.runs.delete(run));
    return run;
  }

  /** Adds an observer of every statement; the returned function removes it. */
  onStatement(observer: StatementObserver): () => void {
    this.observers.add(observer);
    return () => void this.observers.delete(observer);
  }

  /** Rows of a query as superuser, past every statement, time-out and history: for proofs, never for the product. */
  async inspect(database: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.superuser(database).query<Record<string, unknown>>(sql, values)).rows;
  }

  /** Cancels what runs and ends the connections. The server is somebody else's. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.runs].map((run) => run.cancel()));
    await Promise.all([...this.runs].map((run) => run.disconnected));
    this.external.close();
    await this.sessions.close();
    const pools = [...this.superusers.values()];
    this.superusers.clear();
    await Promise.all(pools.map((pool) => pool.end()));
  }

  /** @internal The superuser's connections to a database, shared: for the history, cancels and roles. */
  superuser(database: string): Pool {
    let pool = this.superusers.get(database);
    if (pool === undefined) {
      pool = new Pool({ connectionString: this.server.url(database), max: MOST_CONNECTIONS });
      // A server that stops ends idle connections; whoever uses one next is told.
      pool.on('error', () => undefined);
      this.superusers.set(database, pool);
    }
    return pool;
  }

  /** @internal */
  async userId(database: string, user: string): Promise<number> {
    let id = this.userIds.get(user);
    if (id === undefined) {
      id = ensureDatabaseUser(this.superuser(database), user);
      this.userIds.set(user, id);
      id.catch(() => this.userIds.delete(user));
    }
    return id;
  }

  /** @internal */
  nextQueryId(): number {
    this.queryIds += 1;
    return this.queryIds;
  }

  /** @internal */
  async notify(statement: ObservedStatement): Promise<void> {
    for (const observer of this.observers) await observer(statement);
  }

  /** @internal `statement_timeout` for a session of the user, milliseconds; 0 = none. */
  statementTimeoutMs(user: string): number {
    return this.limits.statementTimeoutMsByUser?.[user] ?? this.limits.statementTimeoutMs ?? 0;
  }
}

/** Statements are a handful at a time. */
const MOST_CONNECTIONS = 4;
