import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { isAwsError } from '../shared/aws-errors';
import type { ApprovedChanges } from '../shared/change-set/approved';
import { traceUpdate, type UpdateTrace } from '../shared/change-set/update-trace';
import type { UpdateRecord } from '../shared/change-set/update-record';
import { dynamoDb } from '../shared/clients';
import type { ConsolePlan } from '../shared/plan/console-plan';
import { consoleApi, describeConsoleApi } from '../shared/solution/console';
import { findStack, isInProgress } from '../shared/solution/stacks';
import { parseVersion, versionText } from '../shared/versions';

/** What can be seen of the console. */
export interface ConsoleObservation {
  /** Undefined when there is no such stack. */
  status: string | undefined;
  statusReason: string;
  /** Releases that the API function and the dictionary tell, without their builds. */
  apiRelease: string | undefined;
  dictionaryRelease: string | undefined;
  record: UpdateRecord | undefined;
  /** Changes were approved that leave the release as it is, and this root has not made them yet: no version tells. */
  owed: boolean;
  /** Of the record's update, where it matters: it is not known to have begun, or the stack has come to rest. */
  trace: UpdateTrace;
}

const NOT_SEEN: UpdateTrace = { seen: false, ended: undefined, reasons: [] };

export async function observe(
  console: ConsolePlan,
  record: UpdateRecord | undefined,
  approved: ApprovedChanges | undefined,
): Promise<ConsoleObservation> {
  const { region, stackId } = console;
  const stack = await findStack(region, stackId);
  const atRest = stack !== undefined && !isInProgress(stack);
  const traced = record?.state === 'open' || (record?.state === 'alive' && atRest) ? record : undefined;
  const [apiRelease, dictionaryRelease, trace] = await Promise.all([
    readApiRelease(console),
    readDictionaryRelease(console),
    traced === undefined ? NOT_SEEN : traceUpdate(console, traced.token, traced.openedAtMs),
  ]);
  return {
    status: stack?.StackId === stackId && stack.StackStatus !== 'DELETE_COMPLETE' ? stack.StackStatus : undefined,
    statusReason: stack?.StackStatusReason ?? '',
    apiRelease,
    dictionaryRelease,
    record,
    owed: isOwed(console, record, approved),
    trace,
  };
}

function isOwed(
  { version, targetVersion }: ConsolePlan,
  record: UpdateRecord | undefined,
  approved: ApprovedChanges | undefined,
): boolean {
  if (approved === undefined || approved.nothing || releaseOf(version) !== targetVersion) return false;
  return record?.root !== approved.root || record.state !== 'done';
}

/**
 * The release that every comparison of the console is made with.
 * Source: awslabs/clickstream-analytics-on-aws, click-stream-api.ts, FULL_SOLUTION_VERSION
 */
async function readApiRelease({ region, stackId, apiFunction }: ConsolePlan): Promise<string | undefined> {
  const api = await describeConsoleApi(region, apiFunction).catch((error: unknown) => {
    // From 1.0.x the function is not updated but replaced by one of another name.
    if (isAwsError(error, 'ResourceNotFoundException')) return consoleApi(region, stackId);
    throw error;
  });
  return releaseOf(api?.environment['FULL_SOLUTION_VERSION']);
}

const solutionData = z.object({ version: z.string().optional(), target: z.string().optional() });

/**
 * The release whose templates the console gives to pipelines: `target` where `version` is `latest`.
 * Source: awslabs/clickstream-analytics-on-aws, api/common/utils.ts and config/dictionary.json
 */
async function readDictionaryRelease({ region, dictionaryTable }: ConsolePlan): Promise<string | undefined> {
  const { Item: item } = await dynamoDb(region).send(
    new GetItemCommand({ TableName: dictionaryTable, Key: { name: { S: 'Solution' } }, ConsistentRead: true }),
  );
  if (item === undefined) return undefined;
  const { data } = unmarshall(item);
  const parsed = solutionData.safeParse(typeof data === 'string' ? jsonOf(data) : data);
  if (!parsed.success) return undefined;
  const { version, target } = parsed.data;
  return releaseOf(version === 'latest' ? target : version);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function releaseOf(text: string | undefined): string | undefined {
  const version = parseVersion(text ?? '');
  return version === undefined ? undefined : versionText(version);
}
