import { SFNClient } from '@aws-sdk/client-sfn';
import type * as z from 'zod';
import { problemsOf } from '../shared/children/failures';
import { describeChildren, isComplete, observeMapRun, type MapRunObservation } from '../shared/children/map-run';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError } from '../shared/errors';
import { isGuardians } from '../shared/executions';
import { writeJson } from '../shared/plan/store';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import type { environment, target } from './schema';
import { beforeAct, guarded } from '../shared/guard/guard';

type Target = z.infer<typeof target>;

export type Judgement =
  | { do: 'pass' }
  /** The list does not agree with the Map Run yet. */
  | { do: 'wait' }
  /** A redrive gives permission to run the unsuccessful again. */
  | { do: 'again' }
  | { do: 'throw' };

/** Pure. The Map tolerates failures, so it is here that they count. */
export function decide(seen: MapRunObservation, attemptRedrive: number, mapRedrive: number): Judgement {
  if (!isComplete(seen)) return { do: 'wait' };
  if (seen.counts.succeeded === seen.counts.total) return { do: 'pass' };
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
  const { seen, unsuccessful } = await observeMapRun(sfn, mapRunArn);
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
      const failed = await describeChildren(sfn, unsuccessful);
      return {
        status: 'AGAIN',
        items: failed.map(({ item }) => item),
        summary: `${counted(failed.length)} to run again`,
      };
    }
    case 'throw': {
      const failed = await describeChildren(sfn, unsuccessful);
      const key = `results/failures/${mapRunArn.slice(mapRunArn.lastIndexOf(':') + 1)}-${String(request.attempt.redrive)}.json`;
      await writeJson(tools.environment.PLAN_BUCKET, key, failed);
      const problems = failed.slice(0, MOST_NAMED).flatMap(problemsOf);
      throw new UpgradeError({
        code: ErrorCode.ChildrenFailed,
        what: `${String(failed.length)} of ${counted(total)} failed: ${names(problems)}.`,
        why: 'Each failed for the reason listed under problems; the others are done.',
        next: isGuardians(request)
          ? 'Resolve the reasons, then redrive this guardian; or redrive the root execution, which puts everything back at its end.'
          : 'Resolve the reasons, then redrive this root execution (not a child): only the unfinished run again.',
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
