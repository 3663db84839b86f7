import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../contract';
import type { AppTarget } from '../plan/app-plan';
import { statement } from '../sql/statement';
import type { commonEnvironment, Tools } from '../step';
import { manyText } from '../summary';
import { callContext, markFacts, markFrom, markOf, openApp, readMigrationLog, readMoment, readUnfinished } from './app';
import { followCall, type CallStatus } from './call';
import { isAfter, isTerminal, lastEventsDone, newest, type LogEntry } from './log';
import { isSettled, perform, whileUnsettled, type CallAction } from './perform';
import { ACTIONS, judgePart, newestError } from './verdict';

/** A migration that one call does completely: users and sessions. */
export interface SinglePass {
  of: 'users' | 'sessions';
  callFile: string;
  unfinishedFile: string;
}

export interface SinglePassObservation {
  call: CallStatus;
  log: readonly LogEntry[];
  /** Rows that a pass began and did not finish; not counted while a call runs. */
  unfinished?: number;
}

/**
 * Pure. Done is: the log says that a pass came to its end after the events' last batch did, and no row is half done.
 * Users and sessions are derived from the events, so an older pass does not count.
 */
export function decide(of: SinglePass['of'], seen: SinglePassObservation): CallAction<'all'> {
  const { call, log } = seen;
  if (!isSettled(call)) {
    return whileUnsettled(call, log, (runningSeconds, mark) =>
      judgePart({ statement: 'running', runningSeconds, mark, entries: log, openTraces: 0 }, of),
    );
  }
  const terminal = newest(log, (entry) => isTerminal(entry, of));
  const proved = terminal !== undefined && isAfter(terminal, lastEventsDone(log)) && seen.unfinished === 0;
  if (proved) return { do: 'done' };
  if (call.is === 'dead') return { do: 'throw', error: call.error };
  if (call.is === 'finished') {
    const mark = markFrom(call.record.facts);
    const verdict = judgePart({ statement: 'finished', runningSeconds: 0, mark, entries: log, openTraces: 0 }, of);
    const why = newestError(log, mark);
    if (ACTIONS[verdict] === 'report')
      return { do: 'fail', because: 'logged-error', why: why ?? 'It ended without a word in its log.' };
    // It came to its end, and yet rows are half done: the procedure would leave them so again.
    if (seen.unfinished !== 0) {
      return {
        do: 'fail',
        because: 'stuck',
        why: `${manyText(seen.unfinished ?? 0, 'row was', 'rows were')} begun and not finished.`,
      };
    }
  }
  return { do: 'call', call: 'all' };
}

/** One pass of *Migrate users* or *Migrate sessions*. */
export async function convergeSinglePass(
  pass: SinglePass,
  request: StepRequest<AppTarget, unknown>,
  tools: Tools<z.infer<z.ZodObject<typeof commonEnvironment>>>,
): Promise<StepAnswer<Record<string, never>, Record<string, never>>> {
  const app = await openApp(request, tools, pass.of);
  const context = callContext(app, request, 0);
  const call = await followCall(context);
  const moment = await readMoment(app, call.is);
  const log = await readMigrationLog(app, call.is);
  const seen: SinglePassObservation = { call, log };
  if (isSettled(call)) seen.unfinished = await readUnfinished(app, pass.unfinishedFile, call.is);
  return perform(context, call, decide(pass.of, seen), {
    moment,
    say: (text) => `${pass.of} of ${app.plan.appId}: ${text}`,
    result: {},
    facts: { [pass.of]: insertedBy(log, pass.of) },
    statement: () => ({ sql: statement(pass.callFile, { schema: app.schema }), facts: markFacts(markOf(log)) }),
  });
}

/** Rows that the newest pass with anything to do inserted, as it logged. */
function insertedBy(log: readonly LogEntry[], of: SinglePass['of']): number {
  const entry = newest(log, (each) => each.of === of && each.says === 'inserted' && each.count > 0);
  return entry?.says === 'inserted' ? entry.count : 0;
}
