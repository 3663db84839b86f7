import {
  EMRServerlessClient,
  ListApplicationsCommand,
  ListJobRunsCommand,
  StopApplicationCommand,
  type ApplicationState,
  type ApplicationSummary,
  type JobRunState,
  type JobRunSummary,
  type ListJobRunsCommandInput,
} from '@aws-sdk/client-emr-serverless';
import { isAwsError } from '../aws-errors';
import { perRegion } from '../per-region';
import { guarded } from '../guard/guard';

/** An EMR Serverless application of a project, the current one or one that an earlier upgrade left. */
export interface ProcessingApplication {
  id: string;
  state: ApplicationState;
}

/** Its jobs: those that have not ended, and when the last one succeeded, epoch milliseconds. */
export interface ApplicationJobs {
  active: readonly string[];
  lastSuccessMs: number | undefined;
}

const LIVING_STATES: ApplicationState[] = ['CREATING', 'CREATED', 'STARTING', 'STARTED', 'STOPPING', 'STOPPED'];
const ACTIVE_STATES: JobRunState[] = ['SUBMITTED', 'PENDING', 'SCHEDULED', 'RUNNING', 'CANCELLING', 'QUEUED'];

/** Jobs end after 12 hours unless told otherwise. Source: EMR Serverless API Reference, StartJobRun (executionTimeoutMinutes) */
const LOOK_BACK_MS = 2 * 24 * 3_600_000;

/** Source: awslabs/clickstream-analytics-on-aws, data-pipeline.ts, emr-serverless-app/index.ts */
function applicationName(projectId: string): string {
  return `Clickstream-${projectId}`.slice(0, 64);
}

/** Every application of that project's name: each upgrade makes a new one, and cannot delete one that is started. */
export async function findApplications(region: string, projectId: string): Promise<ProcessingApplication[]> {
  const name = applicationName(projectId);
  const found: ApplicationSummary[] = [];
  let nextToken: string | undefined;
  do {
    const page = await emrServerless(region).send(
      new ListApplicationsCommand({ states: LIVING_STATES, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    found.push(...(page.applications ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found.flatMap(({ id, name: its, state }) =>
    id === undefined || state === undefined || its !== name ? [] : [{ id, state }],
  );
}

/** What an application is doing, and when it last did it. */
export async function jobsOf(region: string, applicationId: string, nowMs: number): Promise<ApplicationJobs> {
  try {
    const active = await jobRuns(region, { applicationId, states: ACTIVE_STATES });
    // One that ends between the two is in the second.
    const createdAtAfter = new Date(nowMs - LOOK_BACK_MS);
    const succeeded = await jobRuns(region, { applicationId, states: ['SUCCESS'], createdAtAfter });
    const ends = succeeded.map(({ updatedAt }) => updatedAt?.getTime() ?? 0);
    return {
      active: active.map(({ id = '' }) => id),
      lastSuccessMs: ends.length === 0 ? undefined : Math.max(...ends),
    };
  } catch (error) {
    // The upgrade of the pipeline deletes old applications.
    if (isAwsError(error, 'ResourceNotFoundException')) return { active: [], lastSuccessMs: undefined };
    throw error;
  }
}

/**
 * Stops an application without jobs.
 *
 * @returns false when it is no longer one that can be stopped: it stopped by itself, was deleted, or has a job again
 */
export async function stopApplication(region: string, applicationId: string): Promise<boolean> {
  try {
    await emrServerless(region).send(new StopApplicationCommand({ applicationId }));
    return true;
  } catch (error) {
    if (isAwsError(error, 'ValidationException', 'ResourceNotFoundException')) return false;
    throw error;
  }
}

async function jobRuns(region: string, input: ListJobRunsCommandInput): Promise<JobRunSummary[]> {
  const found: JobRunSummary[] = [];
  let nextToken: string | undefined;
  do {
    const page = await emrServerless(region).send(
      new ListJobRunsCommand({ ...input, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    found.push(...(page.jobRuns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

const emrServerless = perRegion((region) => guarded(new EMRServerlessClient({ region })));
