import * as z from 'zod';
import callFile from '../../sql/events/call.sql';
import documentedFile from '../../sql/events/call-documented.sql';
import firstRemainingFile from '../../sql/events/first-remaining.sql';
import remainingFile from '../../sql/events/remaining.sql';
import traceFile from '../../sql/events/trace.sql';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError } from '../shared/errors';
import {
  callContext,
  markFacts,
  markFrom,
  markOf,
  openApp,
  readMigrationLog,
  readMoment,
  type AppContext,
  type Moment,
} from '../shared/migration/app';
import { followCall, type CallContext, type CallStatus } from '../shared/migration/call';
import type { LogEntry } from '../shared/migration/log';
import { isSettled, perform, whileUnsettled, type CallAction } from '../shared/migration/perform';
import { ACTIONS, judgePart, judgeWhole, newestError, type Verdict } from '../shared/migration/verdict';
import { daysToCutoff, nextWindow, planWindows } from '../shared/migration/windows';
import type { AppPlan, AppTarget, DayCount } from '../shared/plan/app-plan';
import { integer } from '../shared/sql/identifiers';
import { statement } from '../shared/sql/statement';
import type { Tools } from '../shared/step';
import { countText, durationText, manyText } from '../shared/summary';
import type { environment, progress } from './schema';

type Progress = z.infer<typeof progress>;

/** What is seen of an app's events before anything is decided. */
export interface EventsObservation {
  call: CallStatus;
  moment: Moment;
  log: readonly LogEntry[];
  trace: { openRows: number };
  /** Events that are not migrated yet; not measured while a call runs. */
  remaining?: { byDay: readonly DayCount[]; newestMs: number; total: number };
}

/** Looks at the last call first, and measures what remains only when no call is at work. */
export async function observe(app: AppContext, context: CallContext): Promise<EventsObservation> {
  const call = await followCall(context);
  // Read after the call was followed: it may have made the trace table, and a batch it left open must not pass for none.
  const moment = await readMoment(app, call.is);
  const log = await readMigrationLog(app, call.is);
  const trace = { openRows: moment.traceExists ? await readTrace(app, call.is) : 0 };
  if (!isSettled(call)) return { call, moment, log, trace };
  return { call, moment, log, trace, remaining: await readRemaining(app, call.is) };
}

/**
 * Pure. Done is: no legacy event from the cutoff on is missing in the new table, and no batch is left open. Otherwise a
 * call that ended is judged by what it logged and by what it moved, before the next one is made.
 */
export function decide(plan: AppPlan, seen: EventsObservation): CallAction<{ days: number }> {
  const { call, remaining } = seen;
  if (!isSettled(call)) {
    const action = whileUnsettled(call, seen.log, (runningSeconds, mark) =>
      judge(plan, seen, 'running', runningSeconds, mark),
    );
    const watched = call.is === 'running' && action.do === 'wait';
    return watched ? { ...action, waitSeconds: watchfully(plan, action.waitSeconds) } : action;
  }
  if (remaining === undefined) throw new Error('What remains was not measured');
  if (remaining.total === 0 && seen.trace.openRows === 0) return { do: 'done' };
  if (call.is === 'dead') return { do: 'throw', error: call.error };
  if (call.is === 'finished') {
    const failure = judgeFinished(plan, seen, call.record.facts, remaining.total);
    if (failure !== undefined) return failure;
  }
  return { do: 'call', call: { days: daysOfNextCall(plan, seen.moment.nowMs, remaining) } };
}

/** What is wrong with a call that FINISHED; undefined when it did its part. */
function judgeFinished(
  plan: AppPlan,
  seen: EventsObservation,
  facts: Record<string, string | number>,
  remaining: number,
): CallAction<never> | undefined {
  const mark = markFrom(facts);
  const verdict = judge(plan, seen, 'finished', 0, mark);
  switch (ACTIONS[verdict]) {
    case 'report':
      return {
        do: 'fail',
        because: 'logged-error',
        why: newestError(seen.log, mark) ?? 'It ended without a word in its log.',
      };
    case 'report the trace':
      return { do: 'throw', error: traceLeftOpen(plan) };
    case 'go on':
    case 'call the unfinished':
    case 'call again':
    case 'cancel':
    case 'wait': {
      // Closing an open batch is progress even when it moves nothing; anything else has to move something.
      const moved = typeof facts['remaining'] === 'number' && remaining < facts['remaining'];
      if (moved || facts['openRows'] !== 0) return undefined;
      return {
        do: 'fail',
        because: 'stuck',
        why: `${manyText(remaining, 'event')} remained before and after the call.`,
      };
    }
    default:
      return assertNever(ACTIONS[verdict]);
  }
}

function judge(
  plan: AppPlan,
  seen: EventsObservation,
  statementIs: 'running' | 'finished',
  runningSeconds: number,
  mark: ReturnType<typeof markFrom>,
): Verdict {
  const call = { statement: statementIs, runningSeconds, mark, entries: seen.log, openTraces: seen.trace.openRows };
  return plan.strategy === 'documented' ? judgeWhole(call) : judgePart(call, 'events');
}

/** The documented call can loop for ever, so it is looked at every few minutes, however long it has been running. */
const WATCHDOG_SECONDS = 120;

function watchfully(plan: AppPlan, waitSeconds: number): number {
  return plan.strategy === 'documented' ? Math.min(waitSeconds, WATCHDOG_SECONDS) : waitSeconds;
}

function daysOfNextCall(
  plan: AppPlan,
  nowMs: number,
  remaining: { byDay: readonly DayCount[]; newestMs: number; total: number },
): number {
  if (plan.strategy === 'documented' || remaining.total === 0) return daysToCutoff(plan.cutoffMs, nowMs);
  return nextWindow(remaining.byDay, remaining.newestMs, nowMs, plan.cutoffMs, plan.eventsPerWindow).days;
}

/** One pass of *Migrate events*. */
export async function converge(
  request: StepRequest<AppTarget, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Progress, { events: number }>> {
  const app = await openApp(request, tools, 'events');
  const context = callContext(app, request, callsLeft(app.plan, request.progress?.remaining, request.now));
  const seen = await observe(app, context);
  const progressNow = measured(request, seen);
  return perform(context, seen.call, decide(app.plan, seen), {
    moment: seen.moment,
    ...progressNow,
    say: (text) => summaryOf(app.plan, progressNow, request.now, text),
    result: { events: total(app.plan) },
    facts: { events: total(app.plan), batches: batchesIn(seen.log), strategy: app.plan.strategy },
    statement: ({ days }) => ({
      sql: statement(app.plan.strategy === 'documented' ? documentedFile : callFile, {
        schema: app.schema,
        days: integer(days),
      }),
      facts: {
        days,
        remaining: seen.remaining?.total ?? 0,
        openRows: seen.trace.openRows,
        ...markFacts(markOf(seen.log)),
      },
    }),
    examples: async (because) => (because === 'stuck' ? ` The newest of them: ${await firstRemaining(app)}` : ''),
  });
}

/** Calls to expect after the one under way, for the history budget: the windows that what remains still needs. */
function callsLeft(plan: AppPlan, remaining: number | undefined, nowMs: number): number {
  if (plan.strategy === 'documented') return 0;
  const windows = planWindows(plan.histogram, nowMs, plan.cutoffMs, plan.eventsPerWindow).length;
  const share = remaining === undefined ? 1 : remaining / Math.max(1, total(plan));
  return Math.max(0, Math.ceil(windows * Math.min(1, share)) - 1);
}

/** Batches that came to their end, as far as the newest rows of the log reach back. */
function batchesIn(log: readonly LogEntry[]): number {
  return log.filter((entry) => entry.of === 'events' && entry.says === 'finished').length;
}

function total(plan: AppPlan): number {
  return plan.histogram.reduce((sum, [, events]) => sum + events, 0);
}

function measured(request: StepRequest<AppTarget, Progress>, seen: EventsObservation): { progress?: Progress } {
  const remaining = seen.remaining?.total ?? request.progress?.remaining;
  if (remaining === undefined) return {};
  const { startedMs = request.now, remainingAtStart = remaining } = request.progress ?? {};
  return { progress: { startedMs, remainingAtStart, remaining } };
}

function summaryOf(plan: AppPlan, { progress: known }: { progress?: Progress }, nowMs: number, text: string): string {
  if (known === undefined) return `events of ${plan.appId}: ${text}`;
  const all = Math.max(total(plan), known.remaining);
  const moved = known.remainingAtStart - known.remaining;
  const minutes = (nowMs - known.startedMs) / 60_000;
  const rate = minutes > 0 ? moved / minutes : 0;
  const ahead =
    rate > 0 && known.remaining > 0
      ? `, ${countText(Math.round(rate))}/min, about ${durationText((known.remaining / rate) * 60)} left`
      : '';
  return `events of ${plan.appId}: ${countText(all - known.remaining)} of ${countText(all)}${ahead}; ${text}`;
}

function traceLeftOpen(plan: AppPlan): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.TraceLeftOpen,
    what: `The migration of the events of app ${plan.appId} says that nothing is left, but a batch is still marked as begun.`,
    why: 'The legacy events of that batch are gone from their time range, so the procedure can neither finish nor forget it, and looks at nothing else.',
    next: "Look at the rows of tmp_backfill_trace whose status is not 'done'; when their events are rightly gone, set their status to 'done', then redrive.",
    redrive: 'yes',
    ids: { projectId: plan.projectId, appId: plan.appId },
  });
}

const traceRow = z.object({ open_rows: z.coerce.number() });
const remainingRow = z.object({ day_ms: z.coerce.number(), events: z.coerce.number(), newest_ms: z.coerce.number() });
const firstRow = z.record(z.string(), z.unknown());

async function readTrace(app: AppContext, since: string): Promise<number> {
  const [row] = await app.reads.rows(app.session, statement(traceFile, { schema: app.schema }), traceRow, since);
  return row?.open_rows ?? 0;
}

async function readRemaining(app: AppContext, since: string): Promise<NonNullable<EventsObservation['remaining']>> {
  const sql = statement(remainingFile, { schema: app.schema }, { cutoff_ms: app.plan.cutoffMs });
  const rows = await app.reads.rows(app.session, sql, remainingRow, since);
  return {
    byDay: rows.map((row): DayCount => [row.day_ms, row.events]),
    newestMs: rows.reduce((newest, row) => Math.max(newest, row.newest_ms), 0),
    total: rows.reduce((sum, row) => sum + row.events, 0),
  };
}

async function firstRemaining(app: AppContext): Promise<string> {
  const sql = statement(firstRemainingFile, { schema: app.schema }, { cutoff_ms: app.plan.cutoffMs });
  return (await app.reads.rows(app.session, sql, firstRow)).map((row) => JSON.stringify(row)).join('; ');
}
