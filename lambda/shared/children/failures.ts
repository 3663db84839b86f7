import * as z from 'zod';
import type { ErrorReport, Problem } from '../errors';
import { consoleLink } from '../executions';

/** A child of the Map Run that did not succeed. */
export interface FailedChild {
  executionArn: string;
  status: string;
  error: string | undefined;
  cause: string | undefined;
  /** Target that it was started with: what a redrive runs again. */
  item: unknown;
}

const lambdaCause = z.object({ errorMessage: z.string() });
const nestedReport = z.object({
  code: z.string(),
  what: z.string(),
  why: z.string(),
  next: z.string(),
  redrive: z.enum(['yes', 'no']).optional(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** What an error of ours said, as far as it can be read from the cause of a failed execution. */
export type ReportedFailure = Pick<ErrorReport, 'what' | 'why' | 'next' | 'problems'> & {
  code: string;
  redrive?: 'yes' | 'no';
};

/** The report inside an execution's cause; undefined when it failed in another way. */
export function reportOf(cause: string | undefined): ReportedFailure | undefined {
  const message = lambdaCause.safeParse(json(cause)).data?.errorMessage;
  const report = nestedReport.safeParse(json(message)).data;
  if (report === undefined) return undefined;
  const { problems, redrive, ...rest } = report;
  return { ...rest, ...(redrive === undefined ? {} : { redrive }), ...(problems === undefined ? {} : { problems }) };
}

/** What a child's failure means, one line a failed app: a project's failure is told as those of its apps. */
export function problemsOf(child: FailedChild): Problem[] {
  const path = nameOf(child);
  const report = reportOf(child.cause);
  const link = consoleLink(child.executionArn);
  if (report === undefined) {
    return [
      {
        path,
        message: `${child.error ?? child.status}${child.cause === undefined ? '' : `: ${child.cause.slice(0, 300)}`} – ${link}`,
      },
    ];
  }
  if (report.code === 'ChildrenFailed' && report.problems !== undefined) {
    return report.problems.map((problem) => ({ path: `${path}/${problem.path}`, message: problem.message }));
  }
  // One problem each, so that a message that is cut loses none of them.
  const details = (report.problems ?? []).map((problem) => ({
    path: `${path} ${problem.path}`,
    message: problem.message,
  }));
  const head = { path, message: `${report.code}: ${report.what} ${report.why} Next: ${report.next} – ${link}` };
  return [head, ...details];
}

const itemNames = z.object({ projectId: z.string(), appId: z.string().optional() });

function nameOf(child: FailedChild): string {
  const item = itemNames.safeParse(child.item).data;
  return item?.appId ?? item?.projectId ?? child.executionArn.slice(child.executionArn.lastIndexOf(':') + 1);
}

function json(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
