import type { VirtualClock } from '../../clock';
import type { ProcedureCall } from '../postgres/call-text';
import type { PythonUdfs } from '../postgres/dialect';
import type { AbortCause } from '../postgres/redshift-errors';
import type { MigrationTruth } from '../truth';
import type { RunningStatement, StatementRequest, Warehouse } from '../warehouse';
import { AppState, sum } from './app-state';
import { appWork } from './calls';
import { evidenceOf } from './evidence';
import { BENCHMARK, Pace } from './pace';
import { pythonProbe } from './python-probe';
import { QueryHistory, type HistoryRow } from './query-history';
import type { Read } from './read';
import { READS } from './reads';
import { ownStatement } from './recognise';
import { ModelledStatement, type Plan } from './running';

export { evenHistogram } from './app-state';
export { BENCHMARK } from './pace';

export interface ModelledWarehouseOptions {
  clock: VirtualClock;
  /** Capacity; the benchmark's 32 where it is left out. */
  rpu?: number;
  /** `statement_timeout` of every session; none where it is left out. */
  statementTimeoutMs?: number;
  /** `max_query_execution_time` of the workgroup; none where it is left out. */
  maxQueryExecutionMs?: number;
  /** `alive` where it is left out. */
  pythonUdfs?: PythonUdfs;
  /** Database users with the role `sys:monitor`, who see what the warehouse is charged for. */
  monitors?: readonly string[];
}

/** The Data API ends a statement after 24 hours. Source: Redshift Management Guide, Data API limits. */
const DATA_API_LIMIT_MS = 24 * 3_600_000;

/** Compiling, queueing, answering: what even a look at the catalogue takes. */
const LEAST_SECONDS = 0.3;

const EVENTS_OF_A_MILLION = 1_000_000;

/** Seconds of virtual time in which something was at work; what runs at once counts once. */
export interface WorkDone {
  /** The calls and the solution's refresh workflow: what an operator with the guide waits for as well. */
  upgradeSeconds: number;
  /** Beside them, only reads that go through the data. */
  proofSeconds: number;
}

/**
 * A warehouse without a database: it knows the statements that an upgrade sends, keeps counts instead of rows, and takes
 * the time that the solution's benchmark took. Every other statement fails, so that nothing is answered by accident.
 */
export class ModelledWarehouse implements Warehouse {
  /** SYS_QUERY_HISTORY, of all users. */
  readonly history = new QueryHistory();
  private readonly databases = new Map<string, Map<string, AppState>>();
  private readonly living = new Set<ModelledStatement>();
  private readonly pace: Pace;

  constructor(private readonly options: ModelledWarehouseOptions) {
    this.pace = new Pace(options.rpu ?? BENCHMARK.rpu);
  }

  /**
   * Gives the warehouse an app whose pipeline is upgraded and whose data are not migrated.
   *
   * @param histogram legacy events by UTC day: start of the day in epoch milliseconds, and how many
   */
  addApp(database: string, schema: string, histogram: readonly (readonly [dayMs: number, events: number])[]): void {
    const apps = this.databases.get(database) ?? new Map<string, AppState>();
    this.databases.set(database, apps);
    // Redshift folds identifiers to lower case.
    apps.set(schema.toLowerCase(), new AppState(histogram, () => this.getdateMs()));
  }

  begin(request: StatementRequest): RunningStatement {
    const row = this.history.add({
      dbUser: request.dbUser,
      database: request.database,
      sql: request.sqls.join(';\n'),
      kind: 'look',
      startMs: this.options.clock.now(),
    });
    const statement = new ModelledStatement(this.options.clock, row, this.planOf(request, row), this.limit());
    this.living.add(statement);
    void statement.outcome.then(() => this.living.delete(statement));
    return statement;
  }

  /** Does the model show that a call has nothing to do? For the Data API's journal. */
  evidenceAgainst(database: string, call: ProcedureCall): Promise<string | undefined> {
    const app = this.databases.get(database)?.get(call.schema);
    return Promise.resolve(app === undefined ? undefined : evidenceOf(app, call));
  }

  /** How the migration of an app stands, counted in the model. */
  truth(database: string, schema: string, cutoffMs: number): MigrationTruth {
    const hours = this.app(database, schema).since(cutoffMs);
    return {
      legacyEvents: sum(hours, ({ events }) => events),
      migratedEvents: sum(hours, ({ rows }) => rows),
      missing: sum(hours, ({ events, moved }) => events - moved),
      duplicated: sum(hours, ({ rows, moved }) => rows - moved),
    };
  }

  workDone(): WorkDone {
    const now = this.options.clock.now();
    const upgradeSeconds = this.history.busySeconds(['call', 'workflow'], now);
    const all = this.history.busySeconds(['call', 'workflow', 'proof'], now);
    return { upgradeSeconds, proofSeconds: all - upgradeSeconds };
  }

  /** What a statement will do. One that cannot be told fails when it begins, with the reason. */
  private planOf(request: StatementRequest, row: HistoryRow): Plan {
    try {
      const probe = pythonProbe(request.sqls, this.options.pythonUdfs ?? 'alive');
      if (probe !== undefined) return { ...refused(new Error(probe.error)), failing: probe.failing };
      const [sql = '', ...others] = request.sqls;
      if (others.length > 0) throw new Error('a batch of statements is not modelled');
      const own = ownStatement(sql);
      const read = own === undefined ? undefined : READS[own.name];
      if (own !== undefined && read !== undefined) {
        row.kind = read.secondsPerMillion > 0 ? 'proof' : 'look';
        return this.readPlan(request, own.fragments, read);
      }
      const work = appWork(sql);
      if (work === undefined)
        throw new Error(`the modelled warehouse does not know this statement: ${sql.slice(0, 200)}`);
      row.kind = work.kind;
      return { steps: work.run(this.app(request.database, work.schema), this.pace), result: () => null };
    } catch (error) {
      return refused(error);
    }
  }

  private readPlan(request: StatementRequest, fragments: Record<string, string>, read: Read): Plan {
    const { database, dbUser, parameters } = request;
    const apps = this.databases.get(database) ?? new Map<string, AppState>();
    const value = (name: string): string => {
      const found = parameters.find((parameter) => parameter.name === name)?.value ?? fragments[name];
      if (found === undefined) throw new Error(`nothing is given for :${name}`);
      return found;
    };
    const schema = parameters.find(({ name }) => name === 'schema')?.value ?? fragments['schema']?.replaceAll('"', '');
    const app = (): AppState => this.app(database, schema ?? '');
    const events = read.secondsPerMillion === 0 ? 0 : sum(app().hours, (hour) => hour.events);
    const seconds = this.pace.scaled((read.secondsPerMillion * events) / EVENTS_OF_A_MILLION);
    let rows: ReturnType<Read['rows']> = [];
    // The rows are those of the beginning, as a database's snapshot has them.
    const answer = (): void => {
      rows = read.rows({
        app,
        apps,
        value,
        dbUser,
        history: this.history.seenBy(dbUser),
        statementTimeoutMs: this.options.statementTimeoutMs ?? 0,
        nowMs: this.getdateMs(),
        usage: (fromMs, toMs) => this.usage(dbUser, fromMs, toMs),
        cancel: (pid) => this.cancel(pid, dbUser),
      });
    };
    return {
      steps: (function* () {
        answer();
        yield LEAST_SECONDS + seconds;
      })(),
      result: () => ({ columns: read.columns, rows }),
    };
  }

  /** Source: Redshift Developer Guide, SYS_SERVERLESS_USAGE and r_roles-default. */
  private usage(dbUser: string, fromMs: number, toMs: number): { chargedSeconds: number; minutes: number } {
    if (this.options.monitors?.includes(dbUser) !== true) {
      throw new Error('permission denied for relation sys_serverless_usage');
    }
    const busySeconds = this.history.chargedSeconds(fromMs, toMs);
    const rpu = this.options.rpu ?? BENCHMARK.rpu;
    return { chargedSeconds: Math.round(busySeconds * rpu), minutes: Math.ceil(busySeconds / 60) };
  }

  private cancel(pid: number, dbUser: string): boolean {
    const found = [...this.living].find((statement) => statement.pid === pid && statement.row.dbUser === dbUser);
    found?.abort({ kind: 'user' });
    return found !== undefined;
  }

  private app(database: string, schema: string): AppState {
    const app = this.databases.get(database)?.get(schema.toLowerCase());
    if (app === undefined) throw new Error(`schema "${schema}" does not exist`);
    return app;
  }

  /** The first limit a statement meets. A serverless limit is worded as a query monitoring rule. */
  private limit(): { ms: number; cause: AbortCause } {
    const { statementTimeoutMs = 0, maxQueryExecutionMs = 0 } = this.options;
    const limits: { ms: number; cause: AbortCause }[] = [
      { ms: statementTimeoutMs, cause: { kind: 'timeout' } },
      { ms: maxQueryExecutionMs, cause: { kind: 'wlm', rule: 'max_query_execution_time' } },
      { ms: DATA_API_LIMIT_MS, cause: { kind: 'timeout' } },
    ];
    return limits.filter(({ ms }) => ms > 0).reduce((first, limit) => (limit.ms < first.ms ? limit : first));
  }

  private getdateMs(): number {
    return Math.floor(this.options.clock.now() / 1000) * 1000;
  }
}

function refused(error: unknown): Plan {
  return {
    steps: (function* () {
      throw error;
    })(),
    result: () => null,
  };
}
