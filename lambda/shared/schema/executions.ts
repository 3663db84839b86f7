import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  type ExecutionListItem,
  type HistoryEvent,
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
  const isFailure = status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED';
  return {
    arn: executionArn,
    name: name ?? '',
    status: status === undefined || status === 'PENDING_REDRIVE' ? 'RUNNING' : status,
    startedMs: startDate?.getTime() ?? 0,
    redrives: redriveCount ?? 0,
    redrivable: redriveStatus === 'REDRIVABLE',
    input: input ?? '{}',
    error: wordsOf({ error, cause }) ?? (isFailure ? await lastReason(region, executionArn) : undefined),
  };
}

/** Undefined where neither says anything. */
function wordsOf({
  error = '',
  cause = '',
}: {
  error?: string | undefined;
  cause?: string | undefined;
}): string | undefined {
  return [error, cause].filter((part) => part !== '').join(': ') || undefined;
}

/** Events of the end of an execution in which a reason may stand: the last statement's, before the states that lead to *Fail*. */
const LAST_EVENTS = 100;

/**
 * What the database said. The workflow ends in a Fail state without a word; its last look at a statement has answered
 * `{status, reason}`. Source: awslabs/clickstream-analytics-on-aws, sql-execution-workflow.ts and its step's Lambda
 */
async function lastReason(region: string, executionArn: string): Promise<string | undefined> {
  const { events = [] } = await sfn(region).send(
    new GetExecutionHistoryCommand({
      executionArn,
      reverseOrder: true,
      maxResults: LAST_EVENTS,
      includeExecutionData: true,
    }),
  );
  for (const event of events) {
    const reason = reasonIn(event);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function reasonIn(event: HistoryEvent): string | undefined {
  const failed = event.taskFailedEventDetails ?? event.lambdaFunctionFailedEventDetails;
  if (failed !== undefined) return wordsOf(failed);
  const { output } = event.taskSucceededEventDetails ?? event.lambdaFunctionSucceededEventDetails ?? {};
  try {
    return output === undefined ? undefined : findReason(JSON.parse(output));
  } catch {
    // Cut off, because it was long.
    return undefined;
  }
}

/** As deep as it lies: a Lambda's answer is the `Payload` of the task's. */
function findReason(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { reason } = value as { reason?: unknown };
  if (typeof reason === 'string' && reason !== '') return reason;
  for (const member of Object.values(value)) {
    const found = findReason(member);
    if (found !== undefined) return found;
  }
  return undefined;
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
