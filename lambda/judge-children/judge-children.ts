import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  SFNClient,
  type ExecutionListItem,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError } from '../shared/errors';
import { writeJson } from '../shared/plan/store';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import { problemsOf, type FailedChild } from './failures';
import type { environment, target } from './schema';
import { beforeAct, guarded } from '../shared/guard/guard';

type Target = z.infer<typeof target>;

/** What the Map Run says of its children, and what a list of them says. */
export interface MapRunObservation {
  counts: { total: number; succeeded: number; unfinished: number };
  /** Children by status, as far as the list shows them: it lags behind. */
  listed: { total: number; succeeded: number; unsuccessful: readonly string[] };
}

export type Judgement =
  | { do: 'pass' }
  /** The list does not agree with the Map Run yet. */
  | { do: 'wait' }
  /** A redrive gives permission to run the unsuccessful again. */
  | { do: 'again' }
  | { do: 'throw' };

/** Pure. The Map tolerates failures, so it is here that they count. */
export function decide(seen: MapRunObservation, attemptRedrive: number, mapRedrive: number): Judgement {
  const { counts, listed } = seen;
  if (counts.unfinished > 0) return { do: 'wait' };
  if (counts.succeeded === counts.total) return { do: 'pass' };
  if (listed.total !== counts.total || listed.succeeded !== counts.succeeded) return { do: 'wait' };
  return attemptRedrive > mapRedrive ? { do: 'again' } : { do: 'throw' };
}

const LAG_SECONDS = 10;
/** Children named in the message; all of them are in S3. */
const MOST_NAMED = 10;

let client: SFNClient | undefined;

/** One pass of *Judge the apps* or *Judge the projects*. */
export async function converge(
  request: StepRequest<Target, Record<string, never>>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Record<string, never>, { succeeded: number }>> {
  const { children, mapRunArn, mapRedrive } = request.target;
  const counted = (count: number): string => manyText(count, children.replace(/s$/, ''), children);
  const sfn = (client ??= guarded(new SFNClient({})));
  const { seen, unsuccessful } = await observe(sfn, mapRunArn);
  const judgement = decide(seen, request.attempt.redrive, mapRedrive);
  const { succeeded, total } = seen.counts;
  switch (judgement.do) {
    case 'pass':
      return { status: 'DONE', result: { succeeded }, summary: `all ${counted(total)} succeeded` };
    case 'wait':
      return {
        status: 'IN_PROGRESS',
        waitSeconds: LAG_SECONDS,
        summary: `waiting for the list of the ${children} to be complete`,
      };
    case 'again': {
      // Without the lock every child would only find that it may not act.
      await beforeAct();
      const failed = await describeAll(sfn, unsuccessful);
      return {
        status: 'AGAIN',
        items: failed.map(({ item }) => item),
        summary: `${counted(failed.length)} to run again`,
      };
    }
    case 'throw': {
      const failed = await describeAll(sfn, unsuccessful);
      const key = `results/failures/${mapRunArn.slice(mapRunArn.lastIndexOf(':') + 1)}-${String(request.attempt.redrive)}.json`;
      await writeJson(tools.environment.PLAN_BUCKET, key, failed);
      const problems = failed.slice(0, MOST_NAMED).flatMap(problemsOf);
      throw new UpgradeError({
        code: ErrorCode.ChildrenFailed,
        what: `${String(failed.length)} of ${counted(total)} failed: ${names(problems)}.`,
        why: 'Each failed for the reason listed under problems; the others are done.',
        next: 'Resolve the reasons, then redrive this root execution (not a child): only the unfinished run again.',
        redrive: 'yes',
        ids: {
          rootExecution: request.root.id,
          mapRun: mapRunArn,
          allErrors: `s3://${tools.environment.PLAN_BUCKET}/${key}`,
        },
        problems,
      });
    }
    default:
      return assertNever(judgement);
  }
}

/** The apps or projects that problems are about, each once. */
function names(problems: readonly { path: string }[]): string {
  const all = [...new Set(problems.map(({ path }) => path.split(' ')[0] ?? path))];
  const shown = all.slice(0, MOST_NAMED);
  return all.length > shown.length
    ? `${shown.join(', ')} and ${String(all.length - shown.length)} more`
    : shown.join(', ');
}

async function observe(
  sfn: SFNClient,
  mapRunArn: string,
): Promise<{ seen: MapRunObservation; unsuccessful: ExecutionListItem[] }> {
  const { itemCounts } = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
  const listed: ExecutionListItem[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(
      new ListExecutionsCommand({ mapRunArn, maxResults: 1000, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    listed.push(...(page.executions ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
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

const childInput = z.object({ target: z.unknown() });

/** One after another: DescribeExecution refills by ten a second only. */
async function describeAll(sfn: SFNClient, children: readonly ExecutionListItem[]): Promise<FailedChild[]> {
  const failed: FailedChild[] = [];
  for (const child of children) failed.push(await describe(sfn, child));
  return failed;
}

async function describe(sfn: SFNClient, child: ExecutionListItem): Promise<FailedChild> {
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
