import * as z from 'zod';
import unfinishedItemsFile from '../../sql/items/unfinished.sql';
import baseViewFile from '../../sql/parity/base-view.sql';
import eventDaysFile from '../../sql/parity/event-days.sql';
import eventsFile from '../../sql/parity/events.sql';
import itemsFile from '../../sql/parity/items.sql';
import metricsFile from '../../sql/parity/metrics.sql';
import parametersFile from '../../sql/parity/parameters.sql';
import sessionsFile from '../../sql/parity/sessions.sql';
import usersFile from '../../sql/parity/users.sql';
import unfinishedSessionsFile from '../../sql/sessions/unfinished.sql';
import unfinishedUsersFile from '../../sql/users/unfinished.sql';
import { localDayBounds } from '../shared/local-days';
import type { AppContext } from '../shared/migration/app';
import type { ParityCounts } from '../shared/parity-verdict';
import { DAY_MS } from '../shared/plan/app-plan';
import { timestamp, type SqlFragment } from '../shared/sql/identifiers';
import { statement } from '../shared/sql/statement';

const countRow = z.record(z.string(), z.coerce.number());

/** Counts what the invariants of a correct migration are about, over legacy events from the cutoff on. */
export async function count(app: AppContext): Promise<ParityCounts> {
  const { plan, schema } = app;
  const cutoff = { cutoff_ms: plan.cutoffMs };
  const one = async (
    file: string,
    fragments: Record<string, SqlFragment> = {},
    parameters: Record<string, string | number> = {},
  ): Promise<ParityCounts> => {
    const [row] = await app.reads.rows(app.session, statement(file, { schema, ...fragments }, parameters), countRow);
    return row ?? {};
  };
  const [oldestMs, newestMs] = span(app);
  const window = { from: timestamp(oldestMs), to: timestamp(newestMs + DAY_MS) };
  const localWindow = {
    from: timestamp(localDayBounds(oldestMs, plan.timezone).startMs),
    to: timestamp(localDayBounds(newestMs + DAY_MS - 1, plan.timezone).endMs + 1),
  };
  const events = await one(eventsFile, {}, cutoff);
  const days = await one(eventDaysFile, {}, cutoff);
  const parameters = await one(parametersFile, {}, cutoff);
  const users = await one(usersFile);
  const sessions = await one(sessionsFile);
  const items = await one(itemsFile, {}, cutoff);
  const baseView = await one(baseViewFile, window);
  const metrics = await one(metricsFile, localWindow, { timezone: plan.timezone });
  const unfinished = [
    await one(unfinishedUsersFile),
    await one(unfinishedItemsFile),
    await one(unfinishedSessionsFile),
  ];
  return {
    legacyEvents: events['legacy_rows'] ?? 0,
    legacyEventIds: events['legacy_ids'] ?? 0,
    migratedEvents: events['v2_rows'] ?? 0,
    missingEvents: events['missing_ids'] ?? 0,
    excessEvents: events['excess_rows'] ?? 0,
    wrongTimes: events['wrong_times'] ?? 0,
    differentDays: days['different_days'] ?? 0,
    missingSessionParameters: Math.max(
      0,
      (parameters['legacy_with_session'] ?? 0) - (parameters['v2_with_session'] ?? 0),
    ),
    missingUsers: users['missing_users'] ?? 0,
    doubledUsers: users['doubled_users'] ?? 0,
    missingSessions: sessions['missing_sessions'] ?? 0,
    doubledSessions: sessions['doubled_sessions'] ?? 0,
    movableItems: items['movable_items'] ?? 0,
    missingItems: items['missing_items'] ?? 0,
    unfinishedRows: unfinished.reduce((sum, row) => sum + (row['unfinished'] ?? 0), 0),
    missingBaseViewRows: baseView['missing_rows'] ?? 0,
    doubledBaseViewRows: baseView['doubled_rows'] ?? 0,
    withoutSessionStart: baseView['without_session_start'] ?? 0,
    hiddenEvents: baseView['hidden_rows'] ?? 0,
    metricDays: metrics['days'] ?? 0,
    differentMetricDays: metrics['different_days'] ?? 0,
  };
}

/** First and last UTC day with legacy events. */
function span({ plan }: AppContext): [number, number] {
  const days = plan.histogram.filter(([, events]) => events > 0).map(([dayMs]) => dayMs);
  return [Math.min(...days, plan.cutoffMs), Math.max(...days, plan.cutoffMs)];
}
