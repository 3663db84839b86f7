import { executionName } from '../shared/approval';
import { reportOf } from '../shared/children/failures';
import type { Problem } from '../shared/errors';
import { consoleLink } from '../shared/executions';
import type { RootState } from '../shared/guardian/root-state';
import type { Notification } from '../shared/notification';

/** What a guardian has to tell. */
export interface Happened {
  rootId: string;
  guardianId: string;
  /** It has the lock: another execution has to take it over. */
  hasLock: boolean;
  state: RootState;
  /** What was done, a sentence each. */
  done: readonly string[];
  /** What could not be put back. */
  problems: readonly Problem[];
}

/** More would not be read; all of it is in the console. */
const MOST_LINES = 30;

/** Pure. */
export function compose({ rootId, guardianId, hasLock, state, done, problems }: Happened): Notification {
  const name = executionName(rootId);
  const unfinished = problems.map(({ path, message }) => `${path}: ${message}`);
  const put = done.length + unfinished.length > 0;
  const description = [
    reason(state),
    ...(put ? ['', '*What the guardian did:*'] : ['', 'Nothing was held, so there was nothing to put back.']),
    ...bullets(done),
    ...(unfinished.length === 0 ? [] : ['', '*What it could not put back:*', ...bullets(unfinished)]),
    '',
    `[Open the execution](${consoleLink(rootId)})`,
  ];
  return {
    title: `Clickstream upgrade ${name} ${ENDS[state.status] ?? `ended ${state.status}`}`,
    description: description.join('\n'),
    nextSteps: [...nextSteps(rootId, hasLock, state), ...(unfinished.length === 0 ? [] : [guardianFailed(guardianId)])],
    keywords: ['clickstream-upgrade', name, state.status],
    thread: rootId,
  };
}

const ENDS: Record<string, string> = { FAILED: 'failed', ABORTED: 'was stopped', TIMED_OUT: 'timed out' };

function reason({ status, error, cause }: RootState): string {
  const report = reportOf(cause);
  if (report !== undefined) return `*${report.code}*: ${report.what} ${report.why}`;
  switch (status) {
    case 'ABORTED':
      return `Somebody stopped it${cause === undefined ? '' : `: ${cause}`}.`;
    case 'TIMED_OUT':
      return 'It has used up the time an execution has; a redrive begins that afresh.';
    default:
      return `*${error ?? status}*${cause === undefined ? '' : `: ${cause}`}`;
  }
}

/** Whether it can be redriven, Step Functions knows; whether that helps, the error. */
function nextSteps(rootId: string, hasLock: boolean, { redriveStatus, redriveReason, cause }: RootState): string[] {
  const report = reportOf(cause);
  const first = report === undefined ? [] : [report.next];
  if (redriveStatus === 'REDRIVABLE' && report?.redrive !== 'no') {
    return [...first, `Redrive: aws stepfunctions redrive-execution --execution-arn ${rootId}`];
  }
  const takeOver = hasLock ? ` with "takeOver": "${rootId}" in its input` : '';
  const why =
    redriveStatus === 'REDRIVABLE'
      ? ''
      : ` (this one cannot be redriven${redriveReason === undefined ? '' : `: ${redriveReason}`})`;
  return [...first, `Start a new execution${takeOver}${why}.`];
}

function guardianFailed(guardianId: string): string {
  return `What was not put back is put back by redriving the guardian: ${consoleLink(guardianId)}`;
}

function bullets(lines: readonly string[]): string[] {
  const shown = lines.slice(0, MOST_LINES).map((line) => `• ${line}`);
  return lines.length > shown.length ? [...shown, `• and ${String(lines.length - shown.length)} more`] : shown;
}
