import { METRIC_PROCEDURES } from '../v2/metrics';
import { sum, type AppState } from './app-state';
import type { Procedure } from './migration-procedures';
import { SESSIONS_PER_EVENT, type Pace } from './pace';

const BASE_VIEW = 'clickstream_event_base_view';
const FIXED_SECONDS = 1;
const DAY_MS = 86_400_000;

/** Materialized views that the refresh workflow refreshes. Source: Clickstream Analytics on AWS 1.1.6. */
export const MATERIALIZED_VIEWS: readonly string[] = [
  'clickstream_acquisition_intra_day_user_mv',
  'clickstream_lifecycle_view_v2',
  'clickstream_retention_base_view',
];

/** Each of the workflow's statements takes an equal part of the benchmark's time for the metrics. Our guess. */
const WORKFLOW_STATEMENTS = METRIC_PROCEDURES.length + MATERIALIZED_VIEWS.length;

/**
 * Copies the events of an explicit range into the base view, in one transaction: its log row, with id and time of the
 * start, is seen only when all is.
 *
 * @param range epoch milliseconds, both ends inclusive, and the text of both as they appear in the log
 */
export function* refreshBaseView(
  app: AppState,
  pace: Pace,
  range: { fromMs: number; toMs: number; text: string },
): Procedure {
  const row = app.logRow(BASE_VIEW, `refresh with custom time range:${range.text}`);
  const hours = app.between(range.fromMs, range.toMs);
  const events = sum(hours, ({ moved }) => moved);
  yield FIXED_SECONDS + pace.of('baseView', events);
  const withSessions = app.sessionsComplete;
  for (const hour of hours) {
    hour.viewed = hour.moved;
    hour.viewedWithoutSession = withSessions ? 0 : Math.floor(hour.complete * SESSIONS_PER_EVENT);
  }
  app.log.push(row);
}

/**
 * The form with NULLs, which the refresh workflow calls: it looks no further back than the newest row of the view, so
 * after a migration it adds nothing. Into an empty view it would copy everything, which is not modelled.
 */
export function* refreshBaseViewIncrementally(app: AppState, pace: Pace, hours: number): Procedure {
  if (app.hours.every(({ viewed }) => viewed === 0)) {
    throw new Error('an incremental refresh of an empty base view is not modelled');
  }
  const now = new Date(app.nowMs()).toISOString().slice(0, 19).replace('T', ' ');
  const recent = app.since(app.nowMs() - hours * 3_600_000);
  const row = app.logRow(BASE_VIEW, `refresh time range:${now} - ${now}`);
  yield (
    FIXED_SECONDS +
    pace.of(
      'scan',
      sum(recent, ({ moved }) => moved),
    )
  );
  app.log.push(row);
}

export function* refreshMaterializedView(app: AppState, pace: Pace): Procedure {
  const events = sum(app.hours, ({ viewed }) => viewed);
  yield FIXED_SECONDS + pace.of('metrics', events) / WORKFLOW_STATEMENTS;
}

/** One metric of `days` local days back from `day`, in one transaction. */
export function* calculateMetric(
  app: AppState,
  pace: Pace,
  call: { procedure: string; day: string; timezone: string; days: number },
): Procedure {
  const dates = new Set(
    Array.from({ length: call.days }, (_, index) =>
      new Date(Date.parse(`${call.day}T00:00:00Z`) - index * DAY_MS).toISOString().slice(0, 10),
    ),
  );
  const events = new Map<string, number>();
  for (const [date, count] of eventsByDay(app, call.timezone)) if (dates.has(date)) events.set(date, count);
  yield (
    FIXED_SECONDS +
    pace.of(
      'metrics',
      sum([...events.values()], (count) => count),
    ) /
      WORKFLOW_STATEMENTS
  );
  // The one table that parity is judged by.
  if (call.procedure !== 'clickstream_engagement_day_event_view_sp') return;
  for (const date of dates) app.metrics.set(date, events.get(date) ?? 0);
}

/** Events that the dashboards show, by local date: those of the base view whose user is known. */
export function eventsByDay(app: AppState, timezone: string, fromMs = -Infinity, toMs = Infinity): Map<string, number> {
  const days = new Map<string, number>();
  if (!usersKnown(app)) return days;
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' });
  for (const { timeMs, viewed } of app.hours) {
    if (viewed === 0 || timeMs < fromMs || timeMs >= toMs) continue;
    const date = format.format(timeMs);
    days.set(date, (days.get(date) ?? 0) + viewed);
  }
  return days;
}

/** Until the users are migrated, no event of the base view finds its user. */
export function usersKnown(app: AppState): boolean {
  return app.users.rows >= app.legacyUsers;
}
