/**
 * What the simulated Redshift Data API needs of a database behind it. Two implementations: a real PostgreSQL
 * (`postgres/`), and a modelled one (`modelled/`) that takes durations and counts from the guide's benchmark.
 */
export interface Warehouse {
  /** Starts a request and returns at once. SQL errors are an outcome, never a rejection. */
  begin(request: StatementRequest): RunningStatement;
}

export interface StatementRequest {
  /** The Data API's statement id: what a query log shows as its origin. */
  id: string;
  database: string;
  /** Database user the statements run as, for example `IAMR:<role name>`; owns what it creates. */
  dbUser: string;
  sqls: string[];
  /** `single`: one statement, outside any transaction block; the two others are BatchExecuteStatement's modes. */
  mode: 'single' | 'transaction' | 'auto-commit';
  /** Named parameters (`:name`), values only, as the Data API passes them: text. */
  parameters: { name: string; value: string }[];
}

export interface RunningStatement {
  /** Process id of the backend that runs it, for `pg_cancel_backend`; 0 until one does. */
  readonly pid: number;
  /** One entry for each SQL of the request, in order, kept up to date; absent where only the whole is known. */
  readonly parts?: readonly StatementPart[];
  outcome: Promise<StatementOutcome>;
  /** Stops it from outside (CancelStatement of the API). Resolves when the request was delivered. */
  cancel(): Promise<void>;
}

/** What has become of one SQL of a request. */
export interface StatementPart {
  status: 'SUBMITTED' | 'STARTED' | 'FINISHED' | 'FAILED' | 'ABORTED';
  error?: string;
  durationMs: number;
  /** As in SYS_QUERY_HISTORY. */
  queryId?: number;
  /** Of INSERT, UPDATE and DELETE. */
  affectedRows?: number;
}

export interface StatementOutcome {
  status: 'FINISHED' | 'FAILED' | 'ABORTED';
  /** Redshift's wording, beginning with `ERROR: `. */
  error?: string;
  durationMs: number;
  /** One entry a statement that ran to its end, in order; null where it has no result set. */
  results: (ResultSet | null)[];
}

export interface ResultSet {
  columns: { name: string; typeName: string }[];
  rows: (string | number | boolean | null)[][];
}
