import { failureText } from '../failure-text';
import type { State, Variables } from './asl';
import { exceedsDataLimit, type Data } from './data';
import { Interrupted, StateFailure } from './errors';
import { History, HistoryLimitReached, type HistoryEventType } from './history';
import { limits } from './limits';
import type { MapRun } from './map-run';
import type { ExecutionStatus } from './options';
import { Run } from './run';
import type { MachineIdentity, Services } from './services';

/** Where an execution is: the state entered and not exited, and what a redrive of it needs. */
export interface Cursor {
  readonly state: State;
  readonly input: Data;
  readonly enteredAtMs: number;
  readonly enteredEventId: number;
  retryCount: number;
  /** The Map Run this pass through a Map state started. */
  mapRun: MapRun | undefined;
}

export interface StateCount {
  entered: number;
  /** Attempts that failed, whether retried, caught or neither. */
  failed: number;
}

/** What an execution does from its start, or from its cursor; it ends by calling `succeed`, or by throwing. */
export type Work = (execution: Execution, run: Run) => Promise<void>;

/** One execution: its record, its history and its life from start to the end of its last redrive. */
export class Execution {
  status: ExecutionStatus = 'RUNNING';
  startMs: number;
  stopMs: number | undefined;
  output: Data | undefined;
  error: string | undefined;
  cause: string | undefined;
  redriveCount = 0;
  redriveMs: number | undefined;
  cursor: Cursor | undefined;
  variables: Variables = {};
  transitions = 0;
  readonly history: History;
  readonly counts = new Map<string, StateCount>();
  readonly mapRuns: MapRun[] = [];
  private run: Run | undefined;
  private statusBeforeRedrive: ExecutionStatus | undefined;
  private cancelTimeout: (() => void) | undefined;
  private waiting: (() => void)[] = [];

  constructor(
    readonly services: Services,
    readonly arn: string,
    readonly name: string,
    readonly machine: MachineIdentity,
    readonly input: Data,
    private readonly work: Work,
    private readonly timeoutSeconds: number | undefined,
    /** The Map Run this is a child of. */
    readonly parent: MapRun | undefined,
    /** Grows with every execution of an engine: the order of lists. */
    readonly sequence: number,
  ) {
    this.startMs = services.clock.now();
    this.history = new History(services.payloads);
  }

  get isClosed(): boolean {
    return this.status !== 'RUNNING' && this.status !== 'PENDING_REDRIVE';
  }

  start(): void {
    this.history.append('ExecutionStarted', this.startMs, { roleArn: this.machine.roleArn }, this.input.json);
    this.begin();
  }

  /** Goes on where it stopped. Whether it may is the caller's business (`redriveObstacle`). */
  redrive(): void {
    const now = this.services.clock.now();
    this.status = 'RUNNING';
    this.redriveCount += 1;
    this.redriveMs = now;
    this.stopMs = undefined;
    this.error = undefined;
    this.cause = undefined;
    this.history.append('ExecutionRedriven', now, { redriveCount: this.redriveCount });
    this.begin();
  }

  /** A Map Run means to redrive this child as soon as its concurrency allows. */
  awaitRedrive(): void {
    this.statusBeforeRedrive = this.status;
    this.status = 'PENDING_REDRIVE';
    this.emitStatus();
  }

  /** The Map Run ended before this child's turn came: it stays as it was. */
  giveUpRedrive(): void {
    if (this.status !== 'PENDING_REDRIVE' || this.statusBeforeRedrive === undefined) return;
    this.status = this.statusBeforeRedrive;
    this.emitStatus();
  }

  /** Appends an event for work in progress. @throws Interrupted, HistoryLimitReached */
  append(run: Run, type: HistoryEventType, details?: Readonly<Record<string, unknown>>, payload?: string): number {
    run.check();
    return this.history.append(type, this.services.clock.now(), details, payload);
  }

  count(state: string): StateCount {
    let count = this.counts.get(state);
    if (count === undefined) this.counts.set(state, (count = { entered: 0, failed: 0 }));
    return count;
  }

  succeed(run: Run, output: Data): void {
    run.check();
    if (exceedsDataLimit(output.json)) {
      throw new StateFailure(
        'States.DataLimitExceeded',
        'The execution returned a result with a size exceeding the maximum number of bytes service limit.',
      );
    }
    this.output = output;
    this.close('SUCCEEDED', 'ExecutionSucceeded', {}, output.json);
  }

  /** An empty error or cause (a time-out has no cause) is not told. */
  fail(error: string, cause: string): void {
    this.endUnsuccessfully('FAILED', 'ExecutionFailed', error || undefined, cause || undefined);
  }

  /** Ends at once. What a handler in flight still returns is discarded; a Map Run outlives it. */
  abort(error?: string, cause?: string): void {
    this.endUnsuccessfully('ABORTED', 'ExecutionAborted', error, cause);
  }

  /** Its time has run out. */
  timeOut(): void {
    this.close('TIMED_OUT', 'ExecutionTimedOut', {});
  }

  /** Calls back when the execution is closed, at once if it is. */
  whenClosed(done: () => void): void {
    if (this.isClosed) done();
    else this.waiting.push(done);
  }

  private begin(): void {
    const run = new Run(this.services.clock);
    this.run = run;
    this.emitStatus();
    if (this.timeoutSeconds !== undefined) {
      // A redrive starts the time-out over. Source: Developer Guide, redrive-executions.
      const atMs = this.services.clock.now() + this.timeoutSeconds * 1000;
      this.cancelTimeout = this.services.clock.at(atMs, () => this.timeOut());
    }
    void this.drive(run);
  }

  private async drive(run: Run): Promise<void> {
    try {
      await this.work(this, run);
    } catch (error) {
      if (error instanceof Interrupted || this.run !== run || this.isClosed) return;
      if (error instanceof StateFailure) this.fail(error.error, error.cause);
      else if (error instanceof HistoryLimitReached) {
        this.fail(
          'States.Runtime',
          `The execution reached the maximum number of history events (${limits.historyEvents}).`,
        );
      } else {
        const text = failureText(error);
        this.fail('States.Runtime', `Fault of the rehearsal: ${text}`);
      }
    } finally {
      run.finish();
    }
  }

  private endUnsuccessfully(
    status: ExecutionStatus,
    type: HistoryEventType,
    error: string | undefined,
    cause: string | undefined,
  ): void {
    if (this.isClosed) return;
    this.error = error;
    this.cause = cause;
    this.close(status, type, { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) });
  }

  private close(
    status: ExecutionStatus,
    type: HistoryEventType,
    details: Readonly<Record<string, unknown>>,
    payload?: string,
  ): void {
    if (this.isClosed) return;
    const now = this.services.clock.now();
    this.status = status;
    this.stopMs = now;
    this.history.append(type, now, details, payload);
    this.cancelTimeout?.();
    this.cancelTimeout = undefined;
    this.run?.interrupt();
    this.cursor?.mapRun?.parentEnded();
    this.emitStatus();
    const { waiting } = this;
    this.waiting = [];
    for (const done of waiting) done();
  }

  private emitStatus(): void {
    this.services.emit({
      type: 'execution',
      executionArn: this.arn,
      atMs: this.services.clock.now(),
      status: this.status,
      stateMachineArn: this.machine.arn,
      mapRunArn: this.parent?.arn,
      redriveCount: this.redriveCount,
      ...(this.error === undefined ? {} : { error: this.error }),
      ...(this.cause === undefined ? {} : { cause: this.cause }),
    });
  }
}
