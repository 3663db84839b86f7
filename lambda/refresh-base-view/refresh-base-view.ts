import * as z from 'zod';
import callFile from '../../sql/base-view/call.sql';
import logFile from '../../sql/base-view/log.sql';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { callContext, openApp, readMigrationLog, readMoment } from '../shared/migration/app';
import { followCall, type CallStatus } from '../shared/migration/call';
import { isAfter, isTerminal, newest, type Position } from '../shared/migration/log';
import { isSettled, perform, type CallAction } from '../shared/migration/perform';
import { DAY_MS, type AppPlan, type AppTarget } from '../shared/plan/app-plan';
import { timestamp, timestampText } from '../shared/sql/identifiers';
import { statement } from '../shared/sql/statement';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import type { environment, progress } from './schema';

type Progress = z.infer<typeof progress>;

const baseViewRow = z.object({
  id: z.coerce.number(),
  log_level: z.string(),
  log_msg: z.string(),
  at_seconds: z.coerce.number(),
});

export interface BaseViewObservation {
  call: CallStatus;
  /** End of the sessions' migration: a refresh before it has no sessions in its rows. */
  sessionsDone: Position | undefined;
  log: readonly z.infer<typeof baseViewRow>[];
}

/** UTC days with migrated events, oldest first. */
export function daysToRefresh(plan: AppPlan): number[] {
  return plan.histogram
    .filter(([, events]) => events > 0)
    .map(([dayMs]) => dayMs)
    .sort((a, b) => a - b);
}

/** Days whose refresh the log proves: the row is written in the transaction of the merge. */
export function refreshedDays(seen: BaseViewObservation): Set<number> {
  const days = new Set<number>();
  if (seen.sessionsDone === undefined) return days;
  for (const row of seen.log) {
    const range = /^refresh with custom time range:\s*(\S+ \S+) - (\S+ \S+)$/.exec(row.log_msg.trim());
    if (range === null || !isAfter({ seconds: row.at_seconds, id: row.id }, seen.sessionsDone)) continue;
    const [from, to] = [utc(range[1] ?? ''), utc(range[2] ?? '')];
    // A refresh by hand may span many days.
    for (let day = Math.ceil(from / DAY_MS) * DAY_MS; day + DAY_MS <= to; day += DAY_MS) days.add(day);
  }
  return days;
}

/** Pure: the oldest day without proof is next, because the view's own refresh looks no further back than its newest row. */
export function decide(plan: AppPlan, seen: BaseViewObservation): CallAction<{ dayMs: number }> {
  const { call } = seen;
  if (!isSettled(call)) return { do: 'wait', waitSeconds: call.waitSeconds };
  const refreshed = refreshedDays(seen);
  const dayMs = daysToRefresh(plan).find((day) => !refreshed.has(day));
  if (dayMs === undefined) return { do: 'done' };
  if (call.is === 'dead') return { do: 'throw', error: call.error };
  if (call.is === 'finished' && call.record.facts['dayMs'] === dayMs) {
    return {
      do: 'fail',
      because: 'stuck',
      why: `The call for ${timestampText(dayMs)} ended without the log row that proves it.`,
    };
  }
  return { do: 'call', call: { dayMs } };
}

/** One pass of *Refresh base view*. */
export async function converge(
  request: StepRequest<AppTarget, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Progress, { days: number }>> {
  const app = await openApp(request, tools, 'base-view');
  const { plan } = app;
  const days = daysToRefresh(plan);
  const context = callContext(app, request, Math.max(0, (request.progress?.left ?? days.length) - 1));
  const call = await followCall(context);
  const moment = await readMoment(app, call.is);
  const migration = await readMigrationLog(app, call.is);
  const sessionsDone = newest(migration, (entry) => isTerminal(entry, 'sessions'));
  const sql = statement(logFile, { schema: app.schema }, { since_seconds: sessionsDone?.seconds ?? 0 });
  const seen = { call, sessionsDone, log: await app.reads.rows(app.session, sql, baseViewRow, call.is) };
  const refreshed = refreshedDays(seen);
  const proved = days.filter((day) => refreshed.has(day)).length;
  return perform(context, call, decide(plan, seen), {
    moment,
    progress: { left: days.length - proved },
    say: (text) => `base view of ${plan.appId}: ${String(proved)} of ${manyText(days.length, 'day')}; ${text}`,
    result: { days: days.length },
    facts: { days: days.length },
    statement: ({ dayMs }) => ({
      sql: statement(callFile, { schema: app.schema, from: timestamp(dayMs), to: timestamp(dayMs + DAY_MS) }),
      facts: { dayMs },
    }),
  });
}

/** A timestamp of the log, with or without a fraction, as epoch milliseconds; NaN when it is none. */
function utc(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`);
}
