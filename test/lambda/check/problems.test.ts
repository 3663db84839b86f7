import { preflightProblems, type Preflight } from '../../../lambda/check/problems';
import type { AppPlan } from '../../../lambda/shared/plan/app-plan';
import { appPlan } from '../support/fixtures';

const RELATIONS = [
  ...['event', 'event_parameter', 'user', 'item'],
  ...['event_v2', 'user_v2', 'item_v2', 'session'],
  ...['user_m_view', 'clickstream_log_v2', 'clickstream_event_base_view', 'refresh_mv_sp_status'],
];
const ROUTINES = [
  ...['sp_migrate_data_to_v2', 'sp_migrate_event_to_v2', 'sp_migrate_user_to_v2'],
  ...['sp_migrate_item_to_v2', 'sp_migrate_session_to_v2', 'clickstream_event_base_view_sp'],
  ...['combine_json_list', 'parse_utm_from_url', 'rm_object_props'],
  ...['transform_event_custom_props', 'transform_user_custom_props'],
];
const USER = 'IAMR:ClickstreamDataApi';

type Objects = Preflight['objects'];
const objectsOf = (kind: Objects[number]['kind'], names: readonly string[], owner = USER): Objects =>
  names.map((name) => ({ kind, name, owner }));

const READY: Preflight = {
  user: USER,
  objects: [...objectsOf('relation', RELATIONS), ...objectsOf('routine', ROUTINES)],
  deadFunctions: [],
  foreignCalls: [],
  busyStatements: 5,
  missingValues: { event_id: 0, user_pseudo_id: 0 },
  wideValues: [],
  wrongNumbers: [],
  floatOnly: 0,
  heavyEvents: { found: 0, heaviest: 0 },
  maxQueryExecutionSeconds: 14_400,
};
const PLAN = appPlan();

interface Case {
  what: string;
  plan?: Partial<AppPlan>;
  seen?: Partial<Preflight>;
  path: string;
  says: string;
}

/** One warehouse for each problem there is. */
const CASES: readonly Case[] = [
  ...[...RELATIONS, ...ROUTINES].map((name) => ({
    what: `${name} is missing`,
    seen: { objects: READY.objects.filter((object) => object.name !== name) },
    path: `app1.${name}`,
    says: 'does not exist',
  })),
  {
    what: 'a table has the name of a function',
    seen: {
      objects: READY.objects.map((object) =>
        object.name === 'rm_object_props' ? { ...object, kind: 'relation' as const } : object,
      ),
    },
    path: 'app1.rm_object_props',
    says: 'does not exist',
  },
  {
    what: 'a Python function does not answer',
    seen: { deadFunctions: [{ name: 'combine_json_list', error: 'language plpythonu is no longer supported' }] },
    path: 'app1.combine_json_list',
    says: 'language plpythonu is no longer supported',
  },
  ...['event', 'user_m_view', 'item_v2', 'clickstream_log_v2', 'clickstream_event_base_view'].map((name) => ({
    what: `somebody else owns ${name}`,
    seen: {
      objects: READY.objects.map((object) => (object.name === name ? { ...object, owner: 'admin' } : object)),
    },
    path: `app1.${name}`,
    says: 'owned by admin',
  })),
  {
    what: 'an earlier run by an administrator left a trace table',
    seen: { objects: [...READY.objects, ...objectsOf('relation', ['tmp_backfill_trace'], 'admin')] },
    path: 'app1.tmp_backfill_trace',
    says: 'owned by admin',
  },
  {
    what: 'somebody else is migrating',
    seen: { foreignCalls: [{ text: 'CALL app1.sp_migrate_data_to_v2(30)', elapsedSeconds: 90 }] },
    path: 'app1.calls',
    says: 'running for 90 s',
  },
  { what: 'the warehouse is busy', seen: { busyStatements: 6 }, path: 'warehouse', says: '6 statements' },
  {
    what: 'a value that the new table demands is missing',
    seen: { missingValues: { event_id: 0, user_pseudo_id: 3 } },
    path: 'app1.event.user_pseudo_id',
    says: 'NULL in 3 events',
  },
  {
    what: 'a title is too long',
    seen: { wideValues: [{ name: '_page_title', found: 2, widest: 6_144 }] },
    path: 'app1.event_parameter._page_title',
    says: '2 rows (up to 6144 bytes)',
  },
  {
    what: 'a number is not whole',
    seen: { wrongNumbers: [{ name: '_engagement_time_msec', found: 4 }] },
    path: 'app1.event_parameter._engagement_time_msec',
    says: '4 rows',
  },
  { what: 'a parameter is a float only', seen: { floatOnly: 8 }, path: 'app1.event_parameter', says: '8 rows' },
  {
    what: 'the parameters of an event do not fit into a text',
    seen: { heavyEvents: { found: 1, heaviest: 70_000 } },
    path: 'app1.event_parameter',
    says: 'up to 70000',
  },
  {
    what: 'events are deleted earlier than asked for',
    plan: { retentionDays: 29 },
    path: 'retention',
    says: '29 days',
  },
  {
    what: 'the workgroup ends statements too early for the documented call',
    plan: { strategy: 'documented', histogram: [[PLAN.cutoffMs, 300_000_000]] },
    path: 'max_query_execution_time',
    says: 'one call may take 15000 s',
  },
  {
    what: 'the workgroup ends statements too early for a window',
    plan: { eventsPerWindow: 2_000_000, histogram: [[PLAN.cutoffMs, 300_000_000]] },
    seen: { maxQueryExecutionSeconds: 99 },
    path: 'max_query_execution_time',
    says: 'one call may take 100 s',
  },
];

const problemsOf = ({ plan, seen }: Pick<Case, 'plan' | 'seen'>): ReturnType<typeof preflightProblems> =>
  preflightProblems(appPlan(plan), { ...READY, ...seen });

describe('The preflight', () => {
  test('finds nothing wrong with a warehouse that is ready', () => {
    expect(problemsOf({})).toEqual([]);
  });

  test.each(CASES)('refuses when $what', ({ path, says, ...given }) => {
    expect(problemsOf(given)).toEqual([{ path, message: expect.stringContaining(says) as string }]);
  });

  test('tells everything at once', () => {
    const found = preflightProblems(appPlan({ retentionDays: 1, strategy: 'documented' }), {
      user: USER,
      objects: [],
      deadFunctions: [{ name: 'combine_json_list', error: 'gone' }],
      foreignCalls: [{ text: 'CALL', elapsedSeconds: 1 }],
      busyStatements: 99,
      missingValues: { event_id: 1, app_id: 1 },
      wideValues: [{ name: '_page_title', found: 1, widest: 3_000 }],
      wrongNumbers: [{ name: '_previous_timestamp', found: 1 }],
      floatOnly: 1,
      heavyEvents: { found: 1, heaviest: 70_000 },
      maxQueryExecutionSeconds: 1,
    });
    const others = ['retention', 'max_query_execution_time', 'warehouse', 'app1.calls', 'app1.event.event_id'];
    expect(found.map(({ path }) => path)).toEqual(
      expect.arrayContaining([...[...RELATIONS, ...ROUTINES].map((name) => `app1.${name}`), ...others]),
    );
    expect(found).toHaveLength(RELATIONS.length + ROUTINES.length + 11);
  });

  test.each<readonly [string, Pick<Case, 'plan' | 'seen'>]>([
    [
      'a busy warehouse that the operator told it to ignore',
      { plan: { ignoreLoad: true }, seen: { busyStatements: 99 } },
    ],
    [
      'functions and procedures that somebody else owns',
      { seen: { objects: [...objectsOf('relation', RELATIONS), ...objectsOf('routine', ROUTINES, 'admin')] } },
    ],
    ['a retention of just as many days', { plan: { retentionDays: 30 } }],
    ['a warehouse without a limit', { seen: { maxQueryExecutionSeconds: 0 } }],
    ['a cluster, which has no such limit', { seen: { maxQueryExecutionSeconds: undefined } }],
  ])('puts up with %s', (_, given) => {
    expect(problemsOf(given)).toEqual([]);
  });
});
