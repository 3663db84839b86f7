import type { StepRequest } from '../contract';
import { assertNever, type UpgradeError } from '../errors';
import type { Journal, JournalRecord } from '../journal';
import { passesForStatement, pollGapSeconds } from '../polling';
import { classifyFailure, isRetryable, type DeadCause, type KnownLimits } from '../redshift/failure';
import type { Reads } from '../redshift/reads';
import type { StatementState, WarehouseSession } from '../redshift/session';
import { marked, type SqlStatement } from '../sql/statement';
import { timeOutPauseMs, unitState, type Attempt } from '../unit';
import { deadError, exhaustedError } from './call-errors';
import { findCall } from './find-call';
import { stopStatement } from './stop';

/** Everything a journaled call needs to know about its surroundings. */
export interface CallContext {
  request: StepRequest<{ projectId: string; appId: string }, unknown>;
  journal: Journal;
  session: WarehouseSession;
  reads: Reads;
  /** Asked only when a call has ended early. */
  limits: () => Promise<KnownLimits>;
  /** Passes this step may still make, and further calls it expects to need after this one. */
  passesLeft: number;
  callsLeft: number;
}

/** How the last call of a unit stands. */
export type CallStatus =
  /** None is under way; a new one may be made. */
  | { is: 'free'; record: JournalRecord | undefined }
  | { is: 'running'; record: JournalRecord; state: StatementState; runningSeconds: number; waitSeconds: number }
  /** It ended normally, which proves nothing yet. */
  | { is: 'finished'; record: JournalRecord }
  /** A pause before the next call is not over. */
  | { is: 'pausing'; record: JournalRecord; waitSeconds: number }
  /** It is dead, and the next one needs a retry or a redrive: throw this, unless the goal is reached all the same. */
  | { is: 'dead'; record: JournalRecord; error: UpgradeError };

/** Pauses longer than this are waited for in parts, so that a summary now and then tells what goes on. */
const LONGEST_PAUSE_SECONDS = 600;

/** A statement without id is looked up in the query history this often. */
const HISTORY_GAP_SECONDS = 60;

/**
 * Looks at the unit's last call and brings its record up to date: asks again for an answer that was lost, waits for a
 * living one, writes down why one is dead, and turns a retry's permission into a pause.
 */
export async function followCall(context: CallContext): Promise<CallStatus> {
  const { journal, request } = context;
  const found = await journal.read();
  const state = unitState(found, attemptOf(request), request.now);
  switch (state.is) {
    case 'free':
      return { is: 'free', record: found };
    case 'unanswered':
      return followStatement(context, await sendCall(context, state.record));
    case 'untraceable':
      return searchHistory(context, state.record);
    case 'alive':
      return followStatement(context, await lift(context, state.record));
    case 'dead':
      return { is: 'dead', record: state.record, error: deadError(context, state.record, state.cause) };
    case 'exhausted':
      return { is: 'dead', record: state.record, error: exhaustedError(context, state.record) };
    case 'permitted': {
      const notBeforeMs = request.now + timeOutPauseMs(state.record.timeOuts);
      const record = await journal.write(state.record, { ...state.record, notBeforeMs, retry: request.attempt.retry });
      return { is: 'pausing', record, waitSeconds: pauseSeconds(notBeforeMs - request.now) };
    }
    case 'pausing':
      return { is: 'pausing', record: state.record, waitSeconds: pauseSeconds(state.notBeforeMs - request.now) };
    default:
      return assertNever(state);
  }
}

/**
 * Makes a call: writes the record first, conditional on the one that was read, then submits.
 *
 * @param before the record {@link followCall} found
 * @param facts what the step wants to find again when the call has ended
 */
export async function makeCall(
  context: CallContext,
  before: JournalRecord | undefined,
  sql: SqlStatement,
  databaseTime: string,
  facts: JournalRecord['facts'],
): Promise<JournalRecord> {
  const { journal, request } = context;
  const token = journal.token(before, request.root.id);
  const sameAttempt = before?.root === request.root.id && before.redrive === request.attempt.redrive;
  const record = await journal.write(before, {
    root: request.root.id,
    redrive: request.attempt.redrive,
    retry: request.attempt.retry,
    token,
    state: 'open',
    openedAtMs: request.now,
    databaseTime,
    passesAtStart: request.execution.passes,
    execution: request.execution.id,
    timeOuts: sameAttempt && before.state === 'dead' ? before.timeOuts : 0,
    sql: { name: sql.name, text: marked(sql, token).text },
    facts,
  });
  return sendCall(context, record);
}

/** Notes that a call that ended normally did not do its work: from now on it is dead for that reason. */
export async function bury(
  context: CallContext,
  record: JournalRecord,
  cause: DeadCause,
  error: string,
): Promise<JournalRecord> {
  return context.journal.write(record, { ...record, state: 'dead', cause, error, ...attemptOf(context.request) });
}

/** Notes that a call has done its work, so that nobody asks for it again. */
export async function settle(context: CallContext, record: JournalRecord): Promise<JournalRecord> {
  return context.journal.write(record, { ...record, state: 'done' });
}

/** Asks the database to end a running call that would never end by itself. */
export async function stopCall(
  context: CallContext,
  running: { record: JournalRecord; state: StatementState },
  reason: string,
): Promise<void> {
  const { request, journal, reads, session } = context;
  await stopStatement({ journal, reads, session, nowMs: request.now }, running, { reason });
}

/** Submits what the record says, with the record's token: any number of times, it is one call. */
async function sendCall(context: CallContext, record: JournalRecord): Promise<JournalRecord> {
  if (record.sql === undefined) return record;
  const sql = { ...record.sql, parameters: {} };
  const { id } = await context.session.submit(sql, record.token);
  return context.journal.write(record, { ...record, state: 'alive', id });
}

async function followStatement(context: CallContext, record: JournalRecord): Promise<CallStatus> {
  const state = record.id === undefined ? undefined : await context.session.describe(record.id);
  if (state === undefined) return searchHistory(context, record);
  if (state.ended === 'FINISHED') return { is: 'finished', record };
  if (state.ended !== undefined)
    return ended(context, record, state.error ?? `The statement ended ${state.ended}.`, state.durationMs);
  const runningSeconds = Math.max(0, (context.request.now - record.openedAtMs) / 1_000);
  return { is: 'running', record, state, runningSeconds, waitSeconds: gap(context, record, runningSeconds) };
}

/** The Data API has forgotten the statement: the query history is asked for the token in its comment. */
async function searchHistory(context: CallContext, record: JournalRecord): Promise<CallStatus> {
  const state = await findCall(context.session, context.reads, record);
  if (state === undefined) return ended(context, record, 'Nothing is known of the call any more.', 0, 'lost');
  if (state.ended === 'FINISHED') return { is: 'finished', record };
  if (state.ended !== undefined) return ended(context, record, state.error ?? '', state.durationMs);
  const runningSeconds = Math.max(0, (context.request.now - record.openedAtMs) / 1_000);
  const waitSeconds = Math.max(HISTORY_GAP_SECONDS, gap(context, record, runningSeconds));
  return { is: 'running', record, state, runningSeconds, waitSeconds };
}

/** Writes down that a call is dead and why, before anybody hears of it. */
async function ended(
  context: CallContext,
  record: JournalRecord,
  error: string,
  durationMs: number,
  known?: DeadCause,
): Promise<CallStatus> {
  const afterRedrive = record.stop?.afterRedrive;
  if (afterRedrive !== undefined && context.request.attempt.redrive > afterRedrive) {
    // A guardian ended it, and this redrive came after: it is permission already.
    return { is: 'free', record: await buryCancelled(context.journal, record, error, afterRedrive) };
  }
  const cause =
    record.stop === undefined
      ? (known ?? classifyFailure(error, durationMs, await context.limits()))
      : afterRedrive === undefined
        ? 'stuck'
        : 'cancelled';
  const timeOuts = isRetryable(cause) ? record.timeOuts + 1 : record.timeOuts;
  const written = await context.journal.write(record, {
    ...record,
    state: 'dead',
    cause,
    error,
    timeOuts,
    ...attemptOf(context.request),
  });
  return { is: 'dead', record: written, error: deadError(context, written, cause) };
}

/** Notes that a call which a guardian cancelled is dead, under the redrive that it cleaned up after: the next may call again. */
export function buryCancelled(
  journal: Journal,
  record: JournalRecord,
  error: string,
  afterRedrive: number,
): Promise<JournalRecord> {
  return journal.write(record, { ...record, state: 'dead', cause: 'cancelled', error, redrive: afterRedrive });
}

/** Whoever waits for a living call lifts it to its own redrive: dying later, it needs a still newer permission. */
async function lift(context: CallContext, record: JournalRecord): Promise<JournalRecord> {
  const { request, journal } = context;
  if (record.root === request.root.id && record.redrive >= request.attempt.redrive) return record;
  // Its time-outs are counted by redrive.
  return journal.write(record, { ...record, root: request.root.id, redrive: request.attempt.redrive, timeOuts: 0 });
}

function gap(context: CallContext, record: JournalRecord, runningSeconds: number): number {
  const { request, passesLeft, callsLeft } = context;
  const spent = record.execution === request.execution.id ? request.execution.passes - (record.passesAtStart ?? 0) : 0;
  const allowed = passesForStatement(passesLeft + spent, callsLeft);
  return pollGapSeconds(runningSeconds, allowed - spent);
}

function pauseSeconds(ms: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, Math.max(1, Math.ceil(ms / 1_000)));
}

function attemptOf(request: CallContext['request']): Attempt {
  return { root: request.root.id, redrive: request.attempt.redrive, retry: request.attempt.retry };
}
