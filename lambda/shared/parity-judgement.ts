import type { ParityCounts } from './parity-verdict';

/** What the counts mean for the migration. */
export type Judgement =
  | { is: 'equal' }
  /** Data are missing or wrong. */
  | { is: 'different'; because: string[] }
  /** Nothing is missing, but something else wrote to the new tables, or had before: a person has to judge. */
  | { is: 'explainable'; because: string[] };

/** Each count that must be 0, with what it means when it is not. */
const MUST_BE_ZERO: Record<string, string> = {
  missingEvents: 'legacy events are missing in event_v2',
  excessEvents: 'events are in event_v2 more often than in the legacy table',
  wrongTimes: 'events have a timestamp that is not their time in whole seconds',
  differentDays: 'days and event names differ in their number of events',
  missingSessionParameters: 'events have lost their session parameter',
  missingUsers: 'legacy users are missing in user_v2',
  missingItems: 'items are missing in item_v2',
  missingSessions: 'sessions are missing in the session table',
  unfinishedRows: 'rows are half migrated',
  missingBaseViewRows: 'events are missing in the base view',
  withoutSessionStart: 'rows of the base view lack the start of their session',
};

/** Each count that has an innocent explanation, with it. */
const MAY_BE_EXPLAINED: Record<string, string> = {
  doubledUsers:
    'users are in user_v2 more than once; the new pipeline may have written them twice, and they multiply every metric',
  doubledSessions: 'sessions are there more than once; the solution deletes such sessions when it expires data',
  doubledBaseViewRows: 'rows of the base view are there more than once',
  differentMetricDays:
    'days of the metrics differ from the events; new events may have been loaded since they were calculated',
};

/** Pure: differences in data fail; differences that others may have made wait for a person. */
export function judge(counts: ParityCounts): Judgement {
  const different = reasons(counts, MUST_BE_ZERO);
  if (different.length > 0) return { is: 'different', because: different };
  const explainable = reasons(counts, MAY_BE_EXPLAINED);
  return explainable.length > 0 ? { is: 'explainable', because: explainable } : { is: 'equal' };
}

/** Has a person accepted these differences, or greater ones? */
export function isAccepted(counts: ParityCounts, accepted: ParityCounts): boolean {
  return Object.keys(MAY_BE_EXPLAINED).every((name) => (counts[name] ?? 0) <= (accepted[name] ?? 0));
}

function reasons(counts: ParityCounts, meanings: Record<string, string>): string[] {
  return Object.entries(meanings).flatMap(([name, meaning]) => {
    const count = counts[name] ?? 0;
    return count > 0 ? [`${String(count)} ${meaning}`] : [];
  });
}
