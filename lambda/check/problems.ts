import type { Problem } from '../shared/errors';
import type { AppPlan } from '../shared/plan/app-plan';
import { manyText } from '../shared/summary';

/** What the preflight saw, before anything is judged. */
export interface Preflight {
  user: string;
  objects: readonly { kind: 'relation' | 'routine'; name: string; owner: string }[];
  /** Functions that did not answer their probe, with the database's words. */
  deadFunctions: readonly { name: string; error: string }[];
  /** Calls on this app that are under way and not in our journal. */
  foreignCalls: readonly { text: string; elapsedSeconds: number }[];
  /** Other statements at work on the warehouse. */
  busyStatements: number;
  missingValues: Record<string, number>;
  wideValues: readonly { name: string; found: number; widest: number }[];
  wrongNumbers: readonly { name: string; found: number }[];
  floatOnly: number;
  heavyEvents: { found: number; heaviest: number };
  /** `max_query_execution_time`, if the warehouse has one. */
  maxQueryExecutionSeconds: number | undefined;
}

export const LEGACY_TABLES = ['event', 'event_parameter', 'user', 'item'] as const;
const NEW_TABLES = ['event_v2', 'user_v2', 'item_v2', 'session'] as const;
const OTHER_RELATIONS = [
  'user_m_view',
  'clickstream_log_v2',
  'clickstream_event_base_view',
  'refresh_mv_sp_status',
] as const;
const PROCEDURES = [
  'sp_migrate_data_to_v2',
  'sp_migrate_event_to_v2',
  'sp_migrate_user_to_v2',
  'sp_migrate_item_to_v2',
  'sp_migrate_session_to_v2',
  'clickstream_event_base_view_sp',
] as const;
export const PYTHON_FUNCTIONS = [
  'combine_json_list',
  'parse_utm_from_url',
  'rm_object_props',
  'transform_event_custom_props',
  'transform_user_custom_props',
] as const;

/** More statements than this at once, and the warehouse has something better to do. The guide asks for a low load. */
const MOST_BUSY_STATEMENTS = 5;

/** Events one call moves in a second at the guide's benchmark (300 million in 2 h 05 min), halved for safety. */
const SLOW_EVENTS_PER_SECOND = 20_000;

/** Pure: everything that would make the migration fail or lose data, each with the place it was found at. */
export function preflightProblems(plan: AppPlan, seen: Preflight): Problem[] {
  const at = (name: string): string => `${plan.appId}.${name}`;
  const problems: Problem[] = [];
  const add = (path: string, message: string): void => void problems.push({ path, message });

  for (const name of missingObjects(seen)) {
    add(
      at(name),
      'does not exist: the pipeline upgrade has not created the schema completely (see the app’s schema status in the web console)',
    );
  }
  for (const { name, error } of seen.deadFunctions) {
    add(
      at(name),
      `does not answer (${error}). Redshift has ended Python UDFs (unsupported after June 2026), and the migration cannot run without this function: replace it by a Lambda UDF of the same name and signature`,
    );
  }
  for (const { name, owner } of foreignObjects(seen)) {
    add(
      at(name),
      `is owned by ${owner}, but the migration runs as ${seen.user}, which has to own it: ALTER TABLE … OWNER TO "${seen.user}"`,
    );
  }
  for (const { text, elapsedSeconds } of seen.foreignCalls) {
    add(
      at('calls'),
      `a call made by somebody else has been running for ${String(elapsedSeconds)} s and would duplicate rows: ${text}`,
    );
  }
  if (seen.busyStatements > MOST_BUSY_STATEMENTS && !plan.ignoreLoad) {
    add(
      'warehouse',
      `${manyText(seen.busyStatements, 'statement is', 'statements are')} at work; wait for a quiet hour, or set migration.ignoreLoad`,
    );
  }
  for (const [column, found] of Object.entries(seen.missingValues)) {
    if (found > 0)
      add(
        at(`event.${column}`),
        `is NULL in ${manyText(found, 'event')}, and the new table demands a value: correct or delete them`,
      );
  }
  for (const { name, found, widest } of seen.wideValues) {
    add(
      at(`event_parameter.${name}`),
      `is too long in ${manyText(found, 'row')} (up to ${String(widest)} bytes): shorten it`,
    );
  }
  for (const { name, found } of seen.wrongNumbers) {
    add(at(`event_parameter.${name}`), `is no whole number in ${manyText(found, 'row')}: correct it`);
  }
  if (seen.floatOnly > 0) {
    add(
      at('event_parameter'),
      `${manyText(seen.floatOnly, 'row has', 'rows have')} a float value only, on which the migration fails: set event_param_double_value`,
    );
  }
  if (seen.heavyEvents.found > 0) {
    add(
      at('event_parameter'),
      `${manyText(seen.heavyEvents.found, 'event has', 'events have')} more than 60,000 bytes of parameters (up to ${String(seen.heavyEvents.heaviest)}): remove some`,
    );
  }
  const days = oldestDays(plan);
  if (plan.retentionDays !== undefined && plan.retentionDays < days) {
    add(
      'retention',
      `the solution deletes events after ${String(plan.retentionDays)} days, so migrating ${String(days)} is wasted: ask for fewer days, or raise the retention first`,
    );
  }
  const needed = longestCallSeconds(plan);
  if (
    seen.maxQueryExecutionSeconds !== undefined &&
    seen.maxQueryExecutionSeconds > 0 &&
    seen.maxQueryExecutionSeconds < needed
  ) {
    add(
      'max_query_execution_time',
      `ends statements after ${String(seen.maxQueryExecutionSeconds)} s, and one call may take ${String(needed)} s: raise it, or use smaller windows`,
    );
  }
  return problems;
}

function missingObjects(seen: Preflight): string[] {
  const relations = new Set(seen.objects.filter(({ kind }) => kind === 'relation').map(({ name }) => name));
  const routines = new Set(seen.objects.filter(({ kind }) => kind === 'routine').map(({ name }) => name));
  return [
    ...[...LEGACY_TABLES, ...NEW_TABLES, ...OTHER_RELATIONS].filter((name) => !relations.has(name)),
    ...[...PROCEDURES, ...PYTHON_FUNCTIONS].filter((name) => !routines.has(name)),
  ];
}

/** Tables that the procedures analyse or write, which only their owner may. */
function foreignObjects(seen: Preflight): { name: string; owner: string }[] {
  const owned = new Set<string>([
    ...LEGACY_TABLES,
    ...NEW_TABLES,
    'user_m_view',
    'clickstream_log_v2',
    'clickstream_event_base_view',
    'tmp_backfill_trace',
  ]);
  return seen.objects.filter(({ kind, name, owner }) => kind === 'relation' && owned.has(name) && owner !== seen.user);
}

function oldestDays(plan: AppPlan): number {
  const newest = plan.histogram.reduce((latest, [dayMs]) => Math.max(latest, dayMs), plan.cutoffMs);
  return Math.ceil((newest - plan.cutoffMs) / 86_400_000) + 1;
}

function longestCallSeconds(plan: AppPlan): number {
  const events = plan.histogram.reduce((sum, [, count]) => sum + count, 0);
  const inOneCall = plan.strategy === 'documented' ? events : Math.min(events, plan.eventsPerWindow);
  return Math.ceil(inOneCall / SLOW_EVENTS_PER_SECOND);
}
