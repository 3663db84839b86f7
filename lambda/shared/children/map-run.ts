import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  type ExecutionListItem,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { FailedChild } from './failures';

/** What the Map Run says of its children, and what a list of them says. */
export interface MapRunObservation {
  counts: { total: number; succeeded: number; unfinished: number };
  /** Children by status, as far as the list shows them: it lags behind. */
  listed: { total: number; succeeded: number; unsuccessful: readonly string[] };
}

/** A Map Run, and its children that did not succeed. */
export interface ObservedMapRun {
  seen: MapRunObservation;
  unsuccessful: ExecutionListItem[];
}

export async function observeMapRun(sfn: SFNClient, mapRunArn: string): Promise<ObservedMapRun> {
  const { itemCounts } = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
  const listed = await listChildren(sfn, mapRunArn);
  const unsuccessful = listed.filter(({ status }) => status !== 'SUCCEEDED');
  return {
    seen: {
      counts: {
        total: itemCounts?.total ?? 0,
        succeeded: itemCounts?.succeeded ?? 0,
        unfinished: (itemCounts?.running ?? 0) + (itemCounts?.pending ?? 0),
      },
      listed: {
        total: listed.length,
        succeeded: listed.length - unsuccessful.length,
        unsuccessful: unsuccessful.map(({ executionArn }) => executionArn ?? ''),
      },
    },
    unsuccessful,
  };
}

/** Pure: does the list, which lags behind, show all that the Map Run counts? */
export function isComplete({ counts, listed }: MapRunObservation): boolean {
  if (counts.unfinished > 0) return false;
  return counts.succeeded === counts.total || (listed.total === counts.total && listed.succeeded === counts.succeeded);
}

export async function listChildren(sfn: SFNClient, mapRunArn: string): Promise<ExecutionListItem[]> {
  const listed: ExecutionListItem[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(
      new ListExecutionsCommand({ mapRunArn, maxResults: 1000, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    listed.push(...(page.executions ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return listed;
}

const childInput = z.object({ target: z.unknown() });

/** One after another: DescribeExecution refills by ten a second only. */
export async function describeChildren(sfn: SFNClient, children: readonly ExecutionListItem[]): Promise<FailedChild[]> {
  const failed: FailedChild[] = [];
  for (const child of children) failed.push(await describeChild(sfn, child));
  return failed;
}

async function describeChild(sfn: SFNClient, child: ExecutionListItem): Promise<FailedChild> {
  const executionArn = child.executionArn ?? '';
  const output = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  return {
    executionArn,
    status: output.status ?? 'FAILED',
    error: output.error,
    cause: output.cause,
    item: childInput.parse(JSON.parse(output.input ?? '{}')).target,
  };
}
