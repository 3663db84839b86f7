import * as z from 'zod';
import type { StepAnswer, StepRequest } from '../contract';
import { assertNever } from '../errors';
import type { AppTarget } from '../plan/app-plan';
import { statement } from '../sql/statement';
import type { commonEnvironment, Tools } from '../step';
import { markFacts, markFrom, markOf, openApp, readMigrationLog, readMoment } from './app';
import { followCall, type CallContext, type CallStatus } from './call';
import { isAfter, isTerminal, lastEventsDone, newest, type LogEntry } from './log';
import { perform, whileRunning, type CallAction } from './perform';
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
  switch (call.is) {
    case 'pausing':
      return { do: 'wait', waitSeconds: call.waitSeconds };
    case 'running': {
      const verdict = judgePart(
        {
          statement: 'running',
          runningSeconds: call.runningSeconds,
          mark: markFrom(call.record.facts),
          entries: log,
          openTraces: 0,
        },
        of,
      );
      return whileRunning(call, verdict, log);
    }
    case 'free':
    case 'finished':
    case 'dead':
      break;
    default:
      return assertNever(call);
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
      return { do: 'fail', because: 'stuck', why: `${String(seen.unfinished)} rows were begun and not finished.` };
    }
  }
  return { do: 'call', call: 'all' };
}

const unfinishedRow = z.object({ unfinished: z.coerce.number() });

/** One pass of *Migrate users* or *Migrate sessions*. */
export async function convergeSinglePass(
  pass: SinglePass,
  request: StepRequest<AppTarget, unknown>,
  tools: Tools<z.infer<z.ZodObject<typeof commonEnvironment>>>,
): Promise<StepAnswer<Record<string, never>, Record<string, never>>> {
  const app = await openApp(request, tools, pass.of);
  const moment = await readMoment(app);
  const { journal, session, reads, passesLeft } = app;
  const context: CallContext = { request, journal, session, reads, limits: moment.limits, passesLeft, callsLeft: 0 };
  const call = await followCall(context);
  const log = await readMigrationLog(app, call.is);
  const seen: SinglePassObservation = { call, log };
  if (call.is !== 'running' && call.is !== 'pausing') {
    const [row] = await reads.rows(
      session,
      statement(pass.unfinishedFile, { schema: app.schema }),
      unfinishedRow,
      call.is,
    );
    seen.unfinished = row?.unfinished ?? 0;
  }
  return perform(context, call, decide(pass.of, seen), {
    moment,
    say: (text) => `${pass.of} of ${app.plan.appId}: ${text}`,
    result: {},
    statement: () => ({ sql: statement(pass.callFile, { schema: app.schema }), facts: markFacts(markOf(log)) }),
  });
}
