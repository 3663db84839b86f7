import type { VirtualClock } from '../../clock';
import { deterministicUuid } from '../../template/physical-names';
import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';
import { Application, jobState, jobUpdatedMs, type JobRun, type NewApplication } from './application';

export type { ApplicationState, JobRun, JobRunState, NewApplication } from './application';

/** A job has come to its end. */
export type JobEnded = (application: NewApplication, job: JobRun) => void;

/** Source: EMR Serverless API Reference, ListApplications and ListJobRuns: maxResults from 1 to 50 */
const MOST_PER_PAGE = 50;

/**
 * The part of Amazon EMR Serverless that resting data processing needs: applications, their jobs, and stopping what is idle.
 * Jobs are submitted by the solution, see {@link submit}; states follow the rehearsal's clock.
 * Source: Amazon EMR Serverless API Reference
 */
export class EmrServerless implements SimulatedService {
  readonly signingName = 'emr-serverless';
  private readonly applications: Application[] = [];
  private ended: JobEnded = () => undefined;
  private jobs = 0;

  constructor(
    private readonly clock: VirtualClock,
    private readonly pageSize = MOST_PER_PAGE,
  ) {}

  /** Says what follows a job's end. */
  connect(ended: JobEnded): void {
    this.ended = ended;
  }

  add(application: NewApplication): Application {
    const added = new Application(application);
    this.applications.push(added);
    return added;
  }

  /** Every application of every region, deleted ones too. */
  get all(): readonly Application[] {
    return this.applications;
  }

  find(region: string, id: string): Application | undefined {
    return this.applications.find(({ is }) => is.region === region && is.id === id);
  }

  /** Submits a job to an application; it ends by the clock. */
  submit(
    region: string,
    applicationId: string,
    job: { name: string; runsForMs: number; outcome?: JobRun['outcome'] },
  ): JobRun {
    const application = this.find(region, applicationId);
    if (application === undefined) throw new Error(`There is no application ${applicationId} in ${region}`);
    this.jobs += 1;
    const id = `00${deterministicUuid(`${applicationId}/${String(this.jobs)}`)
      .replaceAll('-', '')
      .slice(0, 14)}`;
    const run = application.submit({ id, outcome: 'SUCCESS', ...job }, this.clock.now());
    this.clock.at(run.endsMs, () => this.ended(application.is, run));
    return run;
  }

  /**
   * As DeleteApplication: only one that was never started, or is stopped, can be deleted.
   *
   * @returns whether it was
   */
  delete(region: string, id: string): boolean {
    const application = this.find(region, id);
    const now = this.clock.now();
    const state = application?.state(now);
    if (application === undefined || (state !== 'CREATED' && state !== 'STOPPED')) return false;
    application.terminate(now);
    return true;
  }

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return new Promise((resolve) => resolve(this.answer(call, this.clock.now())));
  }

  private answer(call: ServiceCall, nowMs: number): Record<string, unknown> {
    switch (call.operation) {
      case 'ListApplications': {
        refuseOtherMembers(call, ['states', 'maxResults', 'nextToken']);
        const found = this.applications
          .filter(({ is }) => is.region === call.region)
          .filter((application) => isAmong(call.input['states'], application.state(nowMs)));
        const { page, rest } = this.paged(call, found);
        return { applications: page.map((application) => summaryOf(application, nowMs)), ...rest };
      }
      case 'GetApplication': {
        refuseOtherMembers(call, ['applicationId']);
        const application = this.application(call);
        const { id, ...summary } = summaryOf(application, nowMs);
        return { application: { applicationId: id, ...summary, ...configurationOf(application) } };
      }
      case 'StopApplication':
        refuseOtherMembers(call, ['applicationId']);
        return this.stop(this.application(call), nowMs);
      case 'ListJobRuns':
        return this.listJobRuns(call, nowMs);
      case 'GetJobRun':
        return { jobRun: this.jobRun(call, nowMs) };
      default:
        throw notSimulated(`emr-serverless:${call.operation}`);
    }
  }

  /** "All scheduled and running jobs must be completed or cancelled." Source: EMR Serverless API Reference, StopApplication */
  private stop(application: Application, nowMs: number): Record<string, unknown> {
    const state = application.state(nowMs);
    const active = application.activeJobs(nowMs).length;
    if (state !== 'STARTED' || active > 0) {
      const why = active > 0 ? `it has ${String(active)} active job runs` : `it is in state ${state}`;
      throw new AwsError('ValidationException', `Application ${application.is.id} cannot be stopped because ${why}.`);
    }
    application.stop(nowMs);
    return {};
  }

  private listJobRuns(call: ServiceCall, nowMs: number): Record<string, unknown> {
    refuseOtherMembers(call, [
      'applicationId',
      'states',
      'createdAtAfter',
      'createdAtBefore',
      'maxResults',
      'nextToken',
    ]);
    const application = this.application(call);
    const { states, createdAtAfter: after, createdAtBefore: before } = call.input;
    const found = application.jobs.filter(
      (job) =>
        isAmong(states, jobState(job, nowMs)) &&
        (!(after instanceof Date) || job.submittedMs > after.getTime()) &&
        (!(before instanceof Date) || job.submittedMs < before.getTime()),
    );
    const { page, rest } = this.paged(call, found.reverse());
    return { jobRuns: page.map((job) => ({ ...jobSummary(application, job, nowMs), type: 'Spark' })), ...rest };
  }

  private jobRun(call: ServiceCall, nowMs: number): Record<string, unknown> {
    refuseOtherMembers(call, ['applicationId', 'jobRunId']);
    const application = this.application(call);
    const id = text(call, 'jobRunId');
    const job = application.jobs.find((other) => other.id === id);
    if (job === undefined) throw new AwsError('ResourceNotFoundException', `Job run ${id} does not exist`, 404);
    const { id: jobRunId, ...members } = jobSummary(application, job, nowMs);
    return { jobRunId, ...members, jobDriver: { sparkSubmit: { entryPoint: 's3://pipeline/spark-etl.jar' } } };
  }

  private application(call: ServiceCall): Application {
    const id = text(call, 'applicationId');
    const found = this.find(call.region, id);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Application ${id} does not exist`, 404);
  }

  private paged<T>(call: ServiceCall, items: readonly T[]): { page: T[]; rest: { nextToken?: string } } {
    const { maxResults, nextToken } = call.input;
    const from = nextToken === undefined ? 0 : Number(nextToken);
    if (!Number.isInteger(from)) throw new AwsError('ValidationException', 'The token is not valid.');
    const next = from + Math.min(typeof maxResults === 'number' ? maxResults : this.pageSize, this.pageSize);
    return { page: items.slice(from, next), rest: next < items.length ? { nextToken: String(next) } : {} };
  }
}

function isAmong(states: unknown, state: string): boolean {
  return !Array.isArray(states) || states.length === 0 || states.includes(state);
}

function summaryOf(application: Application, nowMs: number): Record<string, unknown> {
  const { id, name, arn, releaseLabel = 'emr-6.15.0', createdMs } = application.is;
  return {
    id,
    name,
    arn,
    releaseLabel,
    type: 'SPARK',
    state: application.state(nowMs),
    createdAt: new Date(createdMs),
    updatedAt: new Date(application.updatedMs(nowMs)),
    architecture: 'ARM64',
  };
}

function configurationOf({ is: { idleTimeoutMinutes } }: Application): Record<string, unknown> {
  return {
    autoStartConfiguration: { enabled: true },
    autoStopConfiguration:
      idleTimeoutMinutes === undefined ? { enabled: false } : { enabled: true, idleTimeoutMinutes },
  };
}

function jobSummary({ is }: Application, job: JobRun, nowMs: number): Record<string, unknown> {
  const { arn, id: applicationId, releaseLabel = 'emr-6.15.0' } = is;
  const [, partition = 'aws', accountId = ''] = /^arn:([\w-]+):emr-serverless:[\w-]+:(\d{12}):/.exec(arn) ?? [];
  const role = `arn:${partition}:iam::${accountId}:role/ClickstreamEMRServerlessJobRole`;
  const state = jobState(job, nowMs);
  return {
    applicationId,
    id: job.id,
    name: job.name,
    arn: `${arn}/jobruns/${job.id}`,
    createdBy: role,
    createdAt: new Date(job.submittedMs),
    updatedAt: new Date(jobUpdatedMs(job, nowMs)),
    executionRole: role,
    state,
    stateDetails: '',
    releaseLabel,
    mode: 'BATCH',
  };
}
