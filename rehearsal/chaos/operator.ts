import * as z from 'zod';
import { ErrorCode, type ErrorReport } from '../../lambda/shared/errors';
import type { Phase } from './chaos-world';

/** How an execution stands before the operator, who knows nothing but what the console shows and what was done so far. */
export interface Seen {
  phase: Phase;
  status: string;
  error?: string | undefined;
  cause?: string | undefined;
  /** Step Functions would redrive it. */
  isRedrivable: boolean;
  /** In this phase, by this operator. */
  redrives: number;
  /** New executions in this phase, after the first one. */
  restarts: number;
  /** Takes an innocent explanation of a difference for true. */
  accepts: boolean;
}

/** What the operator does next. */
export type Move =
  /** `declined`: data differ in a way that a person has to judge, and this one does not accept it. */
  | { do: 'end'; because: 'succeeded' | 'refused' | 'declined' | 'untyped' | 'gave-up' }
  /** `repair`: does before what the error asks for. `accept`: says before that what differs is to stay so. */
  | { do: 'redrive'; repair: boolean; accept?: boolean }
  /** Starts a new execution; with the lock of one that will never go on, where the error names it. */
  | { do: 'start'; takeOver?: string };

export const MOST_REDRIVES = 6;
export const MOST_RESTARTS = 2;

/** Codes that tell that nothing was begun: there is nothing to go on with. */
const REFUSALS: ReadonlySet<string> = new Set<ErrorCode>([ErrorCode.PlanRefused, ErrorCode.InvalidInput]);

/** What the runbook says of errors that are not ours: a step's function did not answer; redrive. */
const UNANSWERED = /^(States\.Timeout|Lambda\..+|Sandbox\.Timedout|Runtime\..+)$/;

/** Pure: follows the runbook, and gives up after a while. */
export function nextMove(seen: Seen): Move {
  const { status, error = '', redrives, restarts } = seen;
  if (status === 'SUCCEEDED') return { do: 'end', because: 'succeeded' };
  const again = redriveOrStart(seen);
  if (status !== 'FAILED') return again(false);
  const report = reportOf(seen);
  if (report === undefined) return UNANSWERED.test(error) ? again(true) : { do: 'end', because: 'untyped' };
  if (REFUSALS.has(report.code)) return { do: 'end', because: 'refused' };
  const isToJudge = needsAPerson(report);
  if (isToJudge && !seen.accepts) return { do: 'end', because: 'declined' };
  if (report.redrive === 'yes' && redrives < MOST_REDRIVES) {
    const move = again(true);
    return move.do === 'redrive' && isToJudge ? { ...move, accept: true } : move;
  }
  if (report.redrive === 'no' && restarts < MOST_RESTARTS) return { do: 'start', ...takeOverOf(report) };
  return { do: 'end', because: 'gave-up' };
}

/** Of one of its apps: the judges tell the errors of their children, each under its code. */
function needsAPerson({ problems = [] }: ErrorReport): boolean {
  return problems.some(({ message }) => message.startsWith(`${ErrorCode.ParityNeedsAPerson}: `));
}

function redriveOrStart({ isRedrivable, redrives, restarts }: Seen): (repair: boolean) => Move {
  return (repair) => {
    if (isRedrivable && redrives < MOST_REDRIVES) return { do: 'redrive', repair };
    if (!isRedrivable && restarts < MOST_RESTARTS) return { do: 'start' };
    return { do: 'end', because: 'gave-up' };
  };
}

/** An error names the execution whose lock may be taken as one would type it into the input. */
function takeOverOf({ next, why, ids }: ErrorReport): { takeOver?: string } {
  const arn = ids['takeOver'] ?? /takeOver"?:?\s*"?(arn:[^\s"'`,}]+)/.exec(`${next} ${why}`)?.[1];
  return arn === undefined ? {} : { takeOver: arn.replace(/\.$/, '') };
}

const reported = z.object({
  code: z.enum(ErrorCode),
  what: z.string().min(1),
  why: z.string().min(1),
  next: z.string().min(1),
  redrive: z.enum(['yes', 'no']),
  ids: z.record(z.string(), z.string()),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/**
 * The report in a failed execution's cause; undefined where there is none, or where error and report do not fit. Lambda wraps
 * what its function throws; a person's no is the cause as it was given to SendTaskFailure.
 */
export function reportOf({ error, cause }: Pick<Seen, 'error' | 'cause'>): ErrorReport | undefined {
  const outer = z.object({ errorMessage: z.string() }).safeParse(json(cause));
  const report = reported.safeParse(json(outer.data?.errorMessage ?? cause));
  if (report.data?.code !== error || report.data === undefined) return undefined;
  const { problems, ...rest } = report.data;
  return { ...rest, ...(problems === undefined ? {} : { problems }) };
}

function json(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
