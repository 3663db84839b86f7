import type * as z from 'zod';
import callFile from '../../sql/items/call.sql';
import unfinishedFile from '../../sql/items/unfinished.sql';
import type { StepAnswer, StepRequest } from '../shared/contract';
import {
  callContext,
  markFacts,
  markFrom,
  markOf,
  openApp,
  readMigrationLog,
  readMoment,
  readUnfinished,
} from '../shared/migration/app';
import { followCall, type CallStatus } from '../shared/migration/call';
import { isAfter, isTerminal, lastEventsDone, type LogEntry } from '../shared/migration/log';
import { isSettled, perform, whileUnsettled, type CallAction } from '../shared/migration/perform';
import { ACTIONS, judgePart, newestError } from '../shared/migration/verdict';
import { daysToCutoff, planWindows } from '../shared/migration/windows';
import { DAY_MS, type AppPlan, type AppTarget } from '../shared/plan/app-plan';
import { integer } from '../shared/sql/identifiers';
import { statement } from '../shared/sql/statement';
import type { Tools } from '../shared/step';
import type { environment, progress } from './schema';

type Progress = z.infer<typeof progress>;

export interface ItemsObservation {
  call: CallStatus;
  nowMs: number;
  log: readonly LogEntry[];
  /** Rows that a pass began and did not finish; not counted while a call runs. */
  unfinished?: number;
}

/** A pass over the items of a window that came to its end after the events' last batch. */
interface ItemPass {
  /** It looked at events from here on. */
  fromMs: number;
  inserted: number;
  /** It found nothing left to do. */
  empty: boolean;
}

/**
 * Pure. Done is: a pass that reached the cutoff found nothing left, after the events' last batch, and no row is half done.
 * Windows grow as for the events, by the same histogram: every event could carry items.
 */
export function decide(plan: AppPlan, seen: ItemsObservation): CallAction<{ days: number }> {
  const { call, log, nowMs } = seen;
  if (!isSettled(call)) {
    return whileUnsettled(call, log, (runningSeconds, mark) =>
      judgePart({ statement: 'running', runningSeconds, mark, entries: log, openTraces: 0 }, 'items'),
    );
  }
  const passes = passesOf(log);
  const whole = passes.filter((pass) => pass.fromMs <= plan.cutoffMs);
  if (whole.at(-1)?.empty === true && seen.unfinished === 0) return { do: 'done' };
  if (call.is === 'dead') return { do: 'throw', error: call.error };
  if (call.is === 'finished') {
    const mark = markFrom(call.record.facts);
    const verdict = judgePart({ statement: 'finished', runningSeconds: 0, mark, entries: log, openTraces: 0 }, 'items');
    if (ACTIONS[verdict] === 'report') {
      return {
        do: 'fail',
        because: 'logged-error',
        why: newestError(log, mark) ?? 'It ended without a word in its log.',
      };
    }
    const [before, last] = whole.slice(-2);
    if (before !== undefined && last !== undefined && last.inserted > 0 && last.inserted === before.inserted) {
      return { do: 'fail', because: 'stuck', why: `The same ${String(last.inserted)} items were inserted twice.` };
    }
  }
  return { do: 'call', call: { days: daysOfNextCall(plan, nowMs, passes) } };
}

/** The documented strategy, and the last window of the other, reach for the cutoff at once. */
function daysOfNextCall(plan: AppPlan, nowMs: number, passes: readonly ItemPass[]): number {
  const whole = daysToCutoff(plan.cutoffMs, nowMs);
  if (plan.strategy === 'documented') return whole;
  const reachedMs = passes.reduce((oldest, pass) => Math.min(oldest, pass.fromMs), Number.POSITIVE_INFINITY);
  if (reachedMs <= plan.cutoffMs) return whole;
  const reachedDays =
    reachedMs === Number.POSITIVE_INFINITY ? 0 : Math.max(0, Math.floor((nowMs - reachedMs) / DAY_MS));
  const [window] = planWindows(plan.histogram, nowMs, plan.cutoffMs, plan.eventsPerWindow, reachedDays);
  return window?.days ?? whole;
}

/** Passes in the log, oldest first; one that the events have overtaken does not count. */
function passesOf(log: readonly LogEntry[]): ItemPass[] {
  const since = lastEventsDone(log);
  const passes: ItemPass[] = [];
  let fromMs: number | undefined;
  let inserted = 0;
  for (const entry of log) {
    if (entry.of !== 'items' || !isAfter(entry, since)) continue;
    if (entry.says === 'started') {
      fromMs = entry.fromMs;
      inserted = 0;
    } else if (entry.says === 'inserted') {
      inserted = entry.count;
    } else if (isTerminal(entry, 'items') && fromMs !== undefined) {
      passes.push({ fromMs, inserted, empty: entry.says === 'nothing-left' });
      fromMs = undefined;
    }
  }
  return passes;
}

/** One pass of *Migrate items*. */
export async function converge(
  request: StepRequest<AppTarget, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Progress, Record<string, never>>> {
  const app = await openApp(request, tools, 'items');
  const { plan } = app;
  const context = callContext(app, request, windowsOf(plan, request.now) - 1);
  const call = await followCall(context);
  const moment = await readMoment(app, call.is);
  const seen: ItemsObservation = { call, nowMs: moment.nowMs, log: await readMigrationLog(app, call.is) };
  if (isSettled(call)) seen.unfinished = await readUnfinished(app, unfinishedFile, call.is);
  const passes = passesOf(seen.log);
  return perform(context, call, decide(plan, seen), {
    moment,
    say: (text) => `items of ${plan.appId}: ${text}`,
    result: {},
    facts: { items: passes.reduce((sum, { inserted }) => sum + inserted, 0), calls: passes.length },
    statement: ({ days }) => ({
      sql: statement(callFile, { schema: app.schema, days: integer(days) }),
      facts: { days, ...markFacts(markOf(seen.log)) },
    }),
  });
}

function windowsOf(plan: AppPlan, nowMs: number): number {
  if (plan.strategy === 'documented') return 1;
  return planWindows(plan.histogram, nowMs, plan.cutoffMs, plan.eventsPerWindow).length;
}
