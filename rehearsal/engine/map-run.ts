import { mapRunArn } from './arns';
import type { MapState, ResultWriter } from './asl';
import type { Data } from './data';
import { StateFailure } from './errors';
import type { Execution } from './execution';
import { limits } from './limits';
import { redriveObstacle } from './redrive';
import { exportResults, formatResults, type ResultFiles } from './map-results';

export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** One item and the child that processes it, once it has been started. */
export interface MapItem {
  readonly index: number;
  readonly input: Data;
  execution: Execution | undefined;
}

/** What a Map state's fields came to. */
export interface MapPlan {
  readonly inputs: readonly Data[];
  readonly maxConcurrency: number;
  /** Undefined where the state does not say; without either, the first failure fails the run. */
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
  readonly writer: ResultWriter | undefined;
  readonly destination: { readonly bucket: string; readonly prefix: string } | undefined;
}

/**
 * The children of one Distributed Map, at most `maxConcurrency` at a time. It lives on its own: when its parent ends it
 * goes on for a while, then cancels what still runs. Source: Developer Guide, redrive-map-run.
 */
export class MapRun {
  readonly arn: string;
  readonly items: readonly MapItem[];
  readonly startMs: number;
  status: MapRunStatus = 'RUNNING';
  stopMs: number | undefined;
  redriveCount = 0;
  redriveMs: number | undefined;
  failure: StateFailure | undefined;
  /** What the Map state's result is, once the run has succeeded. */
  result: Data | undefined;
  readonly files: ResultFiles = { SUCCEEDED: [], FAILED: [], PENDING: [] };
  /** Items whose success stands in a result file; those of the failures are written anew each time. */
  readonly written = new Set<MapItem>();
  failuresWritten = 0;
  private queue: MapItem[];
  private readonly running = new Set<Execution>();
  /** No further child is started: the run failed, or its parent ended. */
  private stopping = false;
  private finishing = false;
  /** A child was cancelled because the parent had ended. */
  private cancelled = false;
  private cancelLag: (() => void) | undefined;
  private waiting: (() => void)[] = [];

  constructor(
    readonly parent: Execution,
    readonly state: MapState,
    readonly id: string,
    readonly plan: MapPlan,
  ) {
    this.arn = mapRunArn(parent.machine.root, state.label, id);
    this.startMs = parent.services.clock.now();
    this.items = plan.inputs.map((input, index) => ({ index, input, execution: undefined }));
    this.queue = [...this.items];
  }

  start(): void {
    this.proceed();
  }

  /** Redrives every child that did not succeed and may be redriven, and starts those never started. */
  redrive(): void {
    const now = this.parent.services.clock.now();
    this.status = 'RUNNING';
    this.stopMs = undefined;
    this.failure = undefined;
    this.result = undefined;
    this.stopping = false;
    this.finishing = false;
    this.cancelled = false;
    this.redriveCount += 1;
    this.redriveMs = now;
    this.queue = this.items.filter(
      ({ execution }) => execution === undefined || redriveObstacle(execution, now) === undefined,
    );
    for (const { execution } of this.queue) execution?.awaitRedrive();
    this.proceed();
  }

  /** The parent stopped, failed or timed out: go on for the lag, then cancel. */
  parentEnded(): void {
    if (this.status !== 'RUNNING' || this.finishing) return;
    this.stopping = true;
    const { clock, options } = this.parent.services;
    const lagMs = options.mapRunStopLagMs ?? 5_000;
    this.cancelLag ??= clock.at(clock.now() + lagMs, () => {
      this.cancelled = this.running.size > 0;
      this.cancelChildren();
    });
    this.proceed();
  }

  whenEnded(done: () => void): void {
    if (this.status === 'RUNNING') this.waiting.push(done);
    else done();
  }

  /** Items that failed, timed out or were stopped and are not about to be redriven. */
  get unsuccessful(): readonly MapItem[] {
    return this.items.filter(({ execution }) => {
      const status = execution?.status;
      return status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED';
    });
  }

  private proceed(failuresMayHaveGrown = true): void {
    if (this.finishing) return;
    if (failuresMayHaveGrown && !this.stopping && this.exceedsTolerance()) {
      this.failure = toleranceExceeded();
      this.stopping = true;
      this.cancelChildren();
    }
    const most = this.plan.maxConcurrency === 0 ? limits.mapConcurrency : this.plan.maxConcurrency;
    while (!this.stopping && this.running.size < most) {
      const item = this.queue.shift();
      if (item === undefined) break;
      this.launch(item);
    }
    if (this.running.size === 0 && (this.stopping || this.queue.length === 0)) void this.finish();
  }

  private launch(item: MapItem): void {
    const { services } = this.parent;
    const again = item.execution !== undefined;
    const execution = (item.execution ??= services.createChild(this, item.input));
    // A child that a person stopped while it waited for its redrive stays stopped.
    if (again && execution.status !== 'PENDING_REDRIVE') return;
    this.running.add(execution);
    if (again) execution.redrive();
    else execution.start();
    execution.whenClosed(() => {
      this.running.delete(execution);
      // A success can exceed no tolerance: with thousands of children the count is taken only where it may matter.
      this.proceed(execution.status !== 'SUCCEEDED');
    });
  }

  private cancelChildren(): void {
    for (const execution of [...this.running]) execution.abort();
  }

  /** Without any tolerance in the definition one failure is too many; with one, only what was given is looked at. */
  private exceedsTolerance(): boolean {
    const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = this.plan;
    const failed = this.unsuccessful.length;
    if (count === undefined && percentage === undefined) return failed > 0;
    const share = this.items.length === 0 ? 0 : (failed / this.items.length) * 100;
    return (count !== undefined && failed > count) || (percentage !== undefined && share > percentage);
  }

  private async finish(): Promise<void> {
    if (this.finishing) return;
    this.finishing = true;
    this.cancelLag?.();
    this.cancelLag = undefined;
    const { clock } = this.parent.services;
    const release = clock.hold();
    try {
      const unstarted = this.queue.length > 0;
      // Those still waiting for their redrive stay as they were. Source: Developer Guide, redrive-map-run.
      for (const { execution } of this.queue) execution?.giveUpRedrive();
      const aborted = this.failure === undefined && this.stopping && (this.cancelled || unstarted);
      if (!aborted && this.exceedsTolerance()) this.failure ??= toleranceExceeded();
      const status = this.failure !== undefined ? 'FAILED' : aborted ? 'ABORTED' : 'SUCCEEDED';
      const destination = this.plan.destination;
      if (destination !== undefined) this.result = await exportResults(this, destination);
      else if (status === 'SUCCEEDED') this.result = formatResults(this);
      this.end(status);
    } catch (error) {
      this.failure = new StateFailure(
        'States.ResultWriterFailed',
        `Failed to write the Map Run's results: ${error instanceof Error ? error.message : String(error)}`,
      );
      this.end('FAILED');
    } finally {
      release();
    }
  }

  private end(status: MapRunStatus): void {
    this.status = status;
    this.stopMs = this.parent.services.clock.now();
    const { waiting } = this;
    this.waiting = [];
    for (const done of waiting) done();
  }
}

function toleranceExceeded(): StateFailure {
  return new StateFailure(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}
