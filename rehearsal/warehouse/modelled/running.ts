import type { VirtualClock } from '../../clock';
import { abortText, type AbortCause } from '../postgres/redshift-errors';
import type { ResultSet, RunningStatement, StatementOutcome, StatementPart } from '../warehouse';
import type { Procedure } from './migration-procedures';
import type { HistoryRow } from './query-history';

/** What a statement does: its steps, each with the seconds it takes, and the result they leave. */
export interface Plan {
  steps: Procedure;
  result(): ResultSet | null;
  /** Of a batch in one transaction that will fail: which of how many statements fails. */
  failing?: { index: number; of: number };
}

/** One statement at work: each step ends by a timer of the clock, so that the clock may jump there. */
export class ModelledStatement implements RunningStatement {
  readonly pid: number;
  readonly outcome: Promise<StatementOutcome>;
  private readonly part: StatementPart;
  private resolve: (outcome: StatementOutcome) => void = () => undefined;
  private cancelStep = (): void => undefined;
  private cancelLimit = (): void => undefined;

  constructor(
    private readonly clock: VirtualClock,
    readonly row: HistoryRow,
    private readonly plan: Plan,
    limit: { ms: number; cause: AbortCause },
  ) {
    this.pid = row.pid;
    this.part = { status: 'STARTED', durationMs: 0, queryId: row.queryId };
    this.outcome = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.cancelLimit = clock.at(row.startMs + limit.ms, () => this.abort(limit.cause));
    this.step();
  }

  get parts(): readonly StatementPart[] {
    const { failing } = this.plan;
    if (failing === undefined) return [this.part];
    const { status, durationMs } = this.part;
    if (status === 'STARTED') return Array.from({ length: failing.of }, () => this.part);
    return Array.from({ length: failing.of }, (_, index) => {
      if (index === failing.index) return this.part;
      return { status: index < failing.index ? 'FINISHED' : 'ABORTED', durationMs };
    });
  }

  cancel(): Promise<void> {
    this.abort({ kind: 'user' });
    return Promise.resolve();
  }

  /** Ends it from outside; without effect on one that has ended. */
  abort(cause: AbortCause): void {
    if (this.row.endMs !== undefined) return;
    this.end('ABORTED', 'canceled', { error: abortText(this.row.queryId, cause) });
  }

  private step(): void {
    try {
      const next = this.plan.steps.next();
      if (next.done === true) {
        this.end('FINISHED', 'success', { results: [this.plan.result()] });
      } else {
        // The clock tells whole milliseconds.
        this.cancelStep = this.clock.at(this.clock.now() + Math.round(next.value * 1000), () => this.step());
      }
    } catch (error) {
      this.end('FAILED', 'failed', { error: `ERROR: ${error instanceof Error ? error.message : String(error)}` });
    }
  }

  private end(
    status: StatementOutcome['status'],
    inHistory: HistoryRow['status'],
    { error, results = [] }: { error?: string; results?: StatementOutcome['results'] },
  ): void {
    this.cancelStep();
    this.cancelLimit();
    const durationMs = this.clock.now() - this.row.startMs;
    const failure = error === undefined ? {} : { error };
    Object.assign(this.row, { status: inHistory, endMs: this.clock.now(), ...failure });
    Object.assign(this.part, { status, durationMs, ...failure });
    this.resolve({ status, durationMs, results, ...failure });
  }
}
