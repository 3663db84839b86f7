import { DescribeMapRunCommand, ListMapRunsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { listChildren } from '../shared/children/map-run';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { guarded } from '../shared/guard/guard';
import { manyText } from '../shared/summary';

type Nothing = Record<string, never>;

const LOOK_SECONDS = 10;

let client: SFNClient | undefined;

/**
 * One pass of *Wait for the Map Runs*: those of a stopped execution outlive it for a while, and so do those that its children
 * started. As long as one runs, its children may still act.
 */
export async function converge(request: StepRequest<Nothing, Nothing>): Promise<StepAnswer<Nothing, Nothing>> {
  const sfn = (client ??= guarded(new SFNClient({})));
  const running = await runningMapRuns(sfn, request.root.id);
  if (running.length === 0) return { status: 'DONE', result: {}, summary: 'no Map Run of the root runs' };
  return {
    status: 'IN_PROGRESS',
    waitSeconds: LOOK_SECONDS,
    summary: `waiting for ${manyText(running.length, 'Map Run')} of the root to end`,
  };
}

/** Of an execution and of its children at whatever depth; a child that succeeded has left none. */
async function runningMapRuns(sfn: SFNClient, executionArn: string): Promise<string[]> {
  const running: string[] = [];
  for (const mapRunArn of await mapRunsOf(sfn, executionArn)) {
    const { status, itemCounts } = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
    if (status === 'RUNNING' || (itemCounts?.running ?? 0) > 0) {
      running.push(mapRunArn);
      continue;
    }
    for (const { executionArn: child, status: ended } of await listChildren(sfn, mapRunArn)) {
      if (child !== undefined && ended !== 'SUCCEEDED') running.push(...(await runningMapRuns(sfn, child)));
    }
  }
  return running;
}

async function mapRunsOf(sfn: SFNClient, executionArn: string): Promise<string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(
      new ListMapRunsCommand({ executionArn, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    found.push(...(page.mapRuns ?? []).flatMap(({ mapRunArn }) => mapRunArn ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}
