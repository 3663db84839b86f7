/** Source: EMR Serverless API Reference, Application (state) */
export type ApplicationState = 'CREATING' | 'CREATED' | 'STARTING' | 'STARTED' | 'STOPPING' | 'STOPPED' | 'TERMINATED';

/** Source: EMR Serverless API Reference, JobRun (state) */
export type JobRunState =
  'SUBMITTED' | 'PENDING' | 'SCHEDULED' | 'RUNNING' | 'SUCCESS' | 'FAILED' | 'CANCELLING' | 'CANCELLED' | 'QUEUED';

export interface JobRun {
  id: string;
  name: string;
  submittedMs: number;
  /** When its driver runs. */
  runsFromMs: number;
  endsMs: number;
  outcome: 'SUCCESS' | 'FAILED';
}

export interface NewApplication {
  region: string;
  id: string;
  name: string;
  arn: string;
  releaseLabel?: string;
  createdMs: number;
  /** Minutes without a job after which it stops by itself; never where it is left out. */
  idleTimeoutMinutes?: number;
}

const STARTS_IN_MS = 60_000;
const STOPS_IN_MS = 30_000;
const SUBMITTED_MS = 5_000;
const PENDING_MS = 15_000;
const SCHEDULED_MS = 30_000;

/**
 * An application and its jobs. What it will be is known from the start, so its state is read from a time line; no timer is
 * needed for what nobody looks at.
 */
export class Application {
  readonly jobs: JobRun[] = [];
  private timeline: { atMs: number; state: ApplicationState }[];

  constructor(readonly is: NewApplication) {
    this.timeline = [{ atMs: is.createdMs, state: 'CREATED' }];
  }

  state(nowMs: number): ApplicationState {
    return this.entry(nowMs).state;
  }

  updatedMs(nowMs: number): number {
    return this.entry(nowMs).atMs;
  }

  /** Jobs that have not ended. */
  activeJobs(nowMs: number): JobRun[] {
    return this.jobs.filter(({ endsMs }) => endsMs > nowMs);
  }

  /**
   * Submits a job, which starts the application where it is at rest (autoStartConfiguration of the solution's).
   * Source: awslabs/clickstream-analytics-on-aws, emr-serverless-app/index.ts
   */
  submit(job: { id: string; name: string; runsForMs: number; outcome: JobRun['outcome'] }, nowMs: number): JobRun {
    const state = this.state(nowMs);
    if (state === 'TERMINATED' || state === 'STOPPING') throw new Error(`Application ${this.is.id} is ${state}`);
    this.timeline = this.timeline.filter(({ atMs }) => atMs <= nowMs);
    if (state === 'CREATED' || state === 'STOPPED') this.then([nowMs, 'STARTING'], [nowMs + STARTS_IN_MS, 'STARTED']);
    if (state === 'STARTING') this.then([this.updatedMs(nowMs) + STARTS_IN_MS, 'STARTED']);
    const startedMs = Math.max(nowMs, this.timeline.at(-1)?.atMs ?? nowMs);
    const runsFromMs = Math.max(nowMs + SUBMITTED_MS + PENDING_MS, startedMs) + SCHEDULED_MS;
    const { id, name, runsForMs, outcome } = job;
    const run: JobRun = { id, name, submittedMs: nowMs, runsFromMs, endsMs: runsFromMs + runsForMs, outcome };
    this.jobs.push(run);
    this.stopWhenIdle();
    return run;
  }

  /** Runs without a job, as after somebody started it. */
  start(nowMs: number): void {
    this.timeline = [...this.timeline.filter(({ atMs }) => atMs < nowMs), { atMs: nowMs, state: 'STARTED' }];
    this.stopWhenIdle(nowMs);
  }

  stop(nowMs: number): void {
    this.timeline = this.timeline.filter(({ atMs }) => atMs <= nowMs);
    this.then([nowMs, 'STOPPING'], [nowMs + STOPS_IN_MS, 'STOPPED']);
  }

  terminate(nowMs: number): void {
    this.timeline = this.timeline.filter(({ atMs }) => atMs <= nowMs);
    this.then([nowMs, 'TERMINATED']);
  }

  private stopWhenIdle(sinceMs = 0): void {
    const { idleTimeoutMinutes } = this.is;
    if (idleTimeoutMinutes === undefined) return;
    const idleMs = Math.max(sinceMs, ...this.jobs.map(({ endsMs }) => endsMs)) + idleTimeoutMinutes * 60_000;
    this.then([idleMs, 'STOPPING'], [idleMs + STOPS_IN_MS, 'STOPPED']);
  }

  private then(...entries: [atMs: number, state: ApplicationState][]): void {
    this.timeline.push(...entries.map(([atMs, state]) => ({ atMs, state })));
  }

  private entry(nowMs: number): { atMs: number; state: ApplicationState } {
    return this.timeline.findLast(({ atMs }) => atMs <= nowMs) ?? { atMs: nowMs, state: 'CREATING' };
  }
}

/** Where a job stands. */
export function jobState({ submittedMs, runsFromMs, endsMs, outcome }: JobRun, nowMs: number): JobRunState {
  if (nowMs >= endsMs) return outcome;
  if (nowMs >= runsFromMs) return 'RUNNING';
  if (nowMs < submittedMs + SUBMITTED_MS) return 'SUBMITTED';
  return nowMs < submittedMs + SUBMITTED_MS + PENDING_MS ? 'PENDING' : 'SCHEDULED';
}

/** When it last changed. */
export function jobUpdatedMs(job: JobRun, nowMs: number): number {
  const { submittedMs, runsFromMs, endsMs } = job;
  const pendingMs = submittedMs + SUBMITTED_MS;
  const changes = [submittedMs, pendingMs, pendingMs + PENDING_MS, runsFromMs, endsMs];
  return Math.max(submittedMs, ...changes.filter((atMs) => atMs <= nowMs));
}
