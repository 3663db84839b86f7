import type { StepAnswer } from '../contract';
import { assertNever, type UpgradeError } from '../errors';
import type { JournalRecord } from '../journal';
import type { DeadCause } from '../redshift/failure';
import type { SqlStatement } from '../sql/statement';
import { durationText } from '../summary';
import { bury, followCall, makeCall, settle, stopCall, type CallContext, type CallStatus } from './call';
import { markFrom, type Moment } from './app';
import { newestError } from './verdict';
import type { LogEntry } from './log';
import { ACTIONS, type Verdict } from './verdict';

/** What a step that makes journaled calls may decide; `Call` is what its next call is for. */
export type CallAction<Call> =
  | { do: 'done' }
  | { do: 'wait'; waitSeconds: number }
  /** End the running call: it would never come to an end by itself. */
  | { do: 'stop'; reason: string }
  /** The call ended normally without doing its work. */
  | { do: 'fail'; because: DeadCause; why: string }
  | { do: 'throw'; error: UpgradeError }
  | { do: 'call'; call: Call };

/** Pure: what to do about a call that is under way, judged by what it has logged so far. */
export function whileRunning(
  call: Extract<CallStatus, { is: 'running' }>,
  verdict: Verdict,
  log: readonly LogEntry[],
): CallAction<never> {
  if (ACTIONS[verdict] !== 'cancel') return { do: 'wait', waitSeconds: call.waitSeconds };
  return { do: 'stop', reason: stuckReason(verdict, newestError(log, markFrom(call.record.facts))) };
}

function stuckReason(verdict: Verdict, error: string | undefined): string {
  switch (verdict) {
    case 'stuck-errors':
      return `It fails again and again with: ${error ?? 'an error'}`;
    case 'stuck-silent':
      return 'It finds events and inserts none of them, again and again: they have no event_id.';
    default:
      return 'It has run for minutes without writing a row to its log: the log table cannot be written.';
  }
}

/** How a decision is carried out and told. */
export interface Performance<Call, Progress, Result> {
  moment: Moment;
  progress?: Progress;
  /** One sentence around what is going on. */
  say(text: string): string;
  result: Result;
  /** The statement of a call, and what the step wants to find in the journal when it has ended. */
  statement(call: Call): { sql: SqlStatement; facts: JournalRecord['facts'] };
  /** Examples for an error, read only when there is one. */
  examples?(because: DeadCause): Promise<string>;
}

/** While a cancel takes effect. */
const CANCEL_GAP_SECONDS = 5;

/** Carries out at most one act and answers for the step. Every failure leaves as a typed error of the dead call. */
export async function perform<Call, Progress, Result>(
  context: CallContext,
  call: CallStatus,
  action: CallAction<Call>,
  how: Performance<Call, Progress, Result>,
): Promise<StepAnswer<Progress, Result>> {
  const kept = how.progress === undefined ? {} : { progress: how.progress };
  switch (action.do) {
    case 'done':
      if (call.is === 'finished') await settle(context, call.record);
      return { status: 'DONE', result: how.result, summary: how.say('all there') };
    case 'wait':
      return { status: 'IN_PROGRESS', ...kept, waitSeconds: action.waitSeconds, summary: how.say(describe(call)) };
    case 'stop':
      if (call.is === 'running') await stopCall(context, call, action.reason);
      return {
        status: 'IN_PROGRESS',
        ...kept,
        waitSeconds: CANCEL_GAP_SECONDS,
        summary: how.say(`cancelling: ${action.reason}`),
      };
    case 'throw':
      throw action.error;
    case 'fail': {
      if (call.is !== 'finished') throw new Error('Only a call that ended can have failed');
      const examples = (await how.examples?.(action.because)) ?? '';
      await bury(context, call.record, action.because, action.why + examples);
      const dead = await followCall(context);
      throw dead.is === 'dead' ? dead.error : new Error(action.why);
    }
    case 'call': {
      const { sql, facts } = how.statement(action.call);
      await makeCall(context, call.record, sql, new Date(how.moment.nowMs).toISOString(), facts);
      return { status: 'IN_PROGRESS', ...kept, waitSeconds: 0, summary: how.say(`calling ${sql.name}`) };
    }
    default:
      return assertNever(action);
  }
}

function describe(call: CallStatus): string {
  if (call.is !== 'running') return 'waiting before the call is made again';
  return `${call.record.sql?.name ?? 'the call'} has been running for ${durationText(call.runningSeconds)}`;
}
