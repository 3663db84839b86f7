import type { StepAnswer, StepFacts } from '../contract';
import { assertNever, type UpgradeError } from '../errors';
import type { JournalRecord } from '../journal';
import type { DeadCause } from '../redshift/failure';
import type { SqlStatement } from '../sql/statement';
import { durationText } from '../summary';
import { bury, followCall, makeCall, settle, stopCall, type CallContext, type CallStatus } from './call';
import { markFrom, type Moment } from './app';
import type { LogEntry, Position } from './log';
import { ACTIONS, newestError, type Verdict } from './verdict';

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

type CallNow<Is extends CallStatus['is']> = Extract<CallStatus, { is: Is }>;

/** Pure: is no call under way and no pause on, so that what the warehouse shows may be judged? */
export function isSettled(call: CallStatus): call is CallNow<'free' | 'finished' | 'dead'> {
  switch (call.is) {
    case 'running':
    case 'pausing':
      return false;
    case 'free':
    case 'finished':
    case 'dead':
      return true;
    default:
      return assertNever(call);
  }
}

/** Pure: what to do while a call is not settled; one that runs is judged by what it has logged so far. */
export function whileUnsettled(
  call: CallNow<'running' | 'pausing'>,
  log: readonly LogEntry[],
  verdictOf: (runningSeconds: number, mark: Position | undefined) => Verdict,
): CallAction<never> {
  if (call.is === 'pausing') return { do: 'wait', waitSeconds: call.waitSeconds };
  const mark = markFrom(call.record.facts);
  const verdict = verdictOf(call.runningSeconds, mark);
  if (ACTIONS[verdict] !== 'cancel') return { do: 'wait', waitSeconds: call.waitSeconds };
  return { do: 'stop', reason: stuckReason(verdict, newestError(log, mark)) };
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
  /** What the report tells of the step once it is done. */
  facts?: StepFacts;
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
      return {
        status: 'DONE',
        result: how.result,
        summary: how.say('all there'),
        ...(how.facts === undefined ? {} : { facts: how.facts }),
      };
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
