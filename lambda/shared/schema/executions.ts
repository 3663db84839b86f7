import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  type ExecutionListItem,
} from '@aws-sdk/client-sfn';
import { isAwsError } from '../aws-errors';
import { perRegion } from '../per-region';
import { guarded } from '../guard/guard';

/** An execution of the solution's schema workflow for one app. */
export interface SchemaExecution {
  arn: string;
  name: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  startedMs: number;
  /** Redrives so far. */
  redrives: number;
  redrivable: boolean;
  input: string;
  /** Its own words, when it failed. */
  error: string | undefined;
}

const sfn = perRegion((region) => guarded(new SFNClient({ region })));

/** Executions of other apps and of earlier upgrades may lie between; further back than this nobody has to look. */
const MOST_PAGES = 20;

/**
 * The newest execution for an app that was started at or after an instant. One execution serves one app; its name is
 * `<app id>-<19 characters of a timestamp>-<number>`, and app ids have no hyphen.
 * Source: awslabs/clickstream-analytics-on-aws, create-schemas.ts and api/model/pipeline.ts
 */
export async function newestExecution(
  region: string,
  stateMachineArn: string,
  appId: string,
  sinceMs: number,
): Promise<SchemaExecution | undefined> {
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    // Newest first. Source: Step Functions API Reference, ListExecutions
    const answer = await sfn(region).send(
      new ListExecutionsCommand({
        stateMachineArn,
        maxResults: 100,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    const executions = answer.executions ?? [];
    const found = executions.find((item) => isOf(item, appId) && startOf(item) >= sinceMs);
    if (found?.executionArn !== undefined) return describe(region, found.executionArn);
    nextToken = answer.nextToken;
    if (nextToken === undefined || executions.some((item) => startOf(item) < sinceMs)) return undefined;
  }
  return undefined;
}

function isOf({ name = '' }: ExecutionListItem, appId: string): boolean {
  const [first = ''] = name.split('-');
  return first === appId;
}

function startOf({ startDate }: ExecutionListItem): number {
  return startDate?.getTime() ?? 0;
}

async function describe(region: string, executionArn: string): Promise<SchemaExecution> {
  const answer = await sfn(region).send(new DescribeExecutionCommand({ executionArn }));
  const { name, status, startDate, redriveCount, redriveStatus, input, error, cause } = answer;
  return {
    arn: executionArn,
    name: name ?? '',
    status: status === undefined || status === 'PENDING_REDRIVE' ? 'RUNNING' : status,
    startedMs: startDate?.getTime() ?? 0,
    redrives: redriveCount ?? 0,
    redrivable: redriveStatus === 'REDRIVABLE',
    input: input ?? '{}',
    error: [error, cause].filter((part) => part !== undefined && part !== '').join(': ') || undefined,
  };
}

/** @param clientToken the same for the same permission: a repeated call does nothing more */
export async function redrive(region: string, executionArn: string, clientToken: string): Promise<void> {
  await sfn(region).send(new RedriveExecutionCommand({ executionArn, clientToken }));
}

/** Starts one; one of this name that is there already is the one meant. */
export async function startSchemaExecution(
  region: string,
  stateMachineArn: string,
  name: string,
  input: string,
): Promise<void> {
  try {
    await sfn(region).send(new StartExecutionCommand({ stateMachineArn, name, input }));
  } catch (error) {
    if (!isAwsError(error, 'ExecutionAlreadyExists')) throw error;
  }
}

/** The shape by which the web console finds an app's execution: id, 19 characters of time, number. */
export function schemaExecutionName(appId: string, atMs: number, count: number): string {
  // Hyphens divide the name, so the time has none: 20260615T093000000Z.
  const time = new Date(atMs).toISOString().replaceAll(/[-:.]/g, '');
  return `${appId}-${time}-${String(count)}`;
}
