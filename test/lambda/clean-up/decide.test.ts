import { decide, foreignViews } from '../../../lambda/clean-up/decide';
import { dropStatement } from '../../../lambda/clean-up/drop';
import {
  catalogSignature,
  LEGACY_OBJECTS,
  NEW_SCAN,
  OLD_SCAN,
  signatureOf,
} from '../../../lambda/clean-up/legacy-objects';
import { namesLegacy } from '../../../lambda/clean-up/mentions';
import type { Observation } from '../../../lambda/clean-up/observe';
import type { CleanUpRecord } from '../../../lambda/shared/clean-up-record';
import type { ParityVerdict } from '../../../lambda/shared/parity-verdict';
import { identifier } from '../../../lambda/shared/sql/identifiers';

const OWNER = 'IAMR:Data';
const REQUEST = { appId: 'App1', root: 'root', cascade: false };
const ALL = LEGACY_OBJECTS.map(signatureOf);

/** A schema with these objects and the new scan, and nothing wrong about it. */
function seen(signatures: readonly string[] = ALL, changes: Partial<Observation> = {}): Observation {
  return {
    found: [...signatures, NEW_SCAN, 'event_v2', 'convert_json_list(varchar)'].map((signature) => ({
      signature,
      owner: OWNER,
    })),
    user: OWNER,
    isSuperuser: false,
    dependencies: [],
    mentions: [],
    running: [],
    openTraces: 0,
    firstReleaseRows: 0,
    ...changes,
  };
}

const verdict: ParityVerdict = {
  v: 1,
  revision: 2,
  projectId: 'shop',
  appId: 'App1',
  state: 'proved',
  cutoffMs: 0,
  legacyEvents: 10,
  counts: {},
  atMs: 0,
  warehouseAtMs: 0,
  root: 'root',
  execution: 'root',
};

const record: CleanUpRecord = { v: 1, revision: 1, state: 'dropping', root: 'root', objects: ALL, startedAtMs: 0 };

/** Names of what is dropped, in this order. */
function dropped(observation: Observation): string[] {
  const action = decide(REQUEST, observation, verdict, record);
  return action.do === 'drop' ? action.objects.map(({ name }) => name) : [];
}

describe('A clean-up', () => {
  test('writes down what it will drop before it drops anything', () => {
    expect(decide(REQUEST, seen(), verdict, undefined)).toEqual({ do: 'begin', objects: ALL });
    expect(decide(REQUEST, seen(), verdict, { ...record, objects: ALL.slice(1) })).toMatchObject({ do: 'begin' });
    expect(decide(REQUEST, seen(), verdict, { ...record, state: 'done' })).toMatchObject({ do: 'begin' });
    expect(decide(REQUEST, seen(), verdict, record)).toMatchObject({ do: 'drop', objects: { length: ALL.length } });
  });

  test('drops callers before what they read, whatever is left', () => {
    const names = dropped(seen());
    for (let gone = 1; gone < ALL.length; gone += 1) expect(dropped(seen(ALL.slice(gone)))).toEqual(names.slice(gone));
    expect(names).toHaveLength(ALL.length);
    expect(names[0]).toBe('sp_migrate_data_to_v2');
    const before = (one: string, other: string): boolean => names.indexOf(one) < names.indexOf(other);
    expect(before('sp_migrate_event_to_v2', 'parse_utm_from_url')).toBe(true);
    expect(before('user_m_view', 'user')).toBe(true);
    expect(before('clickstream_session_view_v2', 'event')).toBe(true);
    expect(before('event', 'tmp_backfill_trace')).toBe(true);
  });

  test('drops an old view that others read after those', () => {
    const views = ['clickstream_event_view_v2', 'clickstream_session_view_v2'];
    const dependencies = [
      { viewSchema: 'app1', viewName: 'clickstream_session_view_v2', relation: 'clickstream_event_view_v2' },
    ];
    expect(dropped(seen(views, { dependencies }))).toEqual([...views].reverse());
  });

  test('is done, without a drop, where nothing of the old data model is there', () => {
    expect(decide(REQUEST, seen([]), undefined, undefined)).toEqual({ do: 'done', kept: [] });
  });

  test.each([
    ['no verdict', undefined],
    ['a verdict that a person has to look at', { ...verdict, state: 'open' as const }],
    ['a verdict of another execution', { ...verdict, root: 'earlier' }],
  ])('is refused with %s while there are data to lose', (_, found) => {
    expect(decide(REQUEST, seen(['event']), found, undefined)).toMatchObject({ do: 'refuse' });
    expect(decide(REQUEST, seen(['sp_clear_item_and_user()']), found, undefined)).toMatchObject({ do: 'begin' });
    expect(decide(REQUEST, seen(['event']), found, record)).toMatchObject({ do: 'drop' });
  });

  test('lists everything that stands against it at once', () => {
    const found = seen().found.map((object) => (object.signature === 'event' ? { ...object, owner: 'admin' } : object));
    const observation = seen(ALL, {
      found,
      openTraces: 2,
      running: [{ text: 'CALL app1.sp_migrate_data_to_v2(30)', elapsedSeconds: 61 }],
      dependencies: [{ viewSchema: 'reports', viewName: 'daily', relation: 'event' }],
      mentions: ['reports.late', 'reports.daily'],
    });
    expect(decide(REQUEST, observation, verdict, record)).toEqual({
      do: 'refuse',
      problems: [
        { path: 'App1.calls', message: 'a call has been running for 61 s: CALL app1.sp_migrate_data_to_v2(30)' },
        { path: 'App1.tmp_backfill_trace', message: '2 batches of the migration were begun and not finished' },
        { path: 'App1.event', message: `is owned by admin, but the drops run as ${OWNER}, which has to own it` },
        { path: 'reports.daily', message: 'reads the legacy tables' },
        { path: 'reports.late', message: 'reads the legacy tables' },
      ],
    });
    const asSuperuser = { ...observation, isSuperuser: true, openTraces: 0, running: [] };
    expect(decide({ ...REQUEST, cascade: true }, asSuperuser, verdict, record)).toMatchObject({ do: 'drop' });
  });

  test('keeps the old scan while the daily scan has no other, and events of 1.0 that nobody has proved', () => {
    const only = (signatures: string[], changes: Partial<Observation> = {}): unknown => {
      const observation = seen(signatures, changes);
      return decide(
        REQUEST,
        { ...observation, found: observation.found.filter(({ signature }) => signature !== NEW_SCAN) },
        verdict,
        record,
      );
    };
    expect(only([OLD_SCAN])).toMatchObject({ do: 'done', kept: [{ path: OLD_SCAN }] });
    expect(decide(REQUEST, seen([OLD_SCAN]), verdict, record)).toMatchObject({ do: 'drop' });
    expect(only(['ods_events'], { firstReleaseRows: 3 })).toMatchObject({ do: 'done', kept: [{ path: 'ods_events' }] });
    expect(only(['ods_events'])).toMatchObject({ do: 'drop' });
  });

  test('counts no view of the solution among the customers’', () => {
    const dependencies = [
      { viewSchema: 'app1', viewName: 'user_m_view', relation: 'user' },
      { viewSchema: 'app1', viewName: 'clickstream_event_view_v3', relation: 'event_v2' },
      { viewSchema: 'other', viewName: 'user_m_view', relation: 'user' },
    ];
    expect(foreignViews('App1', seen(ALL, { dependencies, mentions: ['app1.item_m_view'] }))).toEqual([
      'other.user_m_view',
    ]);
  });
});

describe('A view’s text', () => {
  test.each([
    ['SELECT * FROM app1.event', true],
    ['select count(*) from "app1"."user" with no schema binding', true],
    ['select 1 from db.APP1.Event_Parameter p', true],
    ['select 1 from app1 . item_m_view', true],
    ['select 1 from app1.event_v2', false],
    ['select 1 from app1.user_v2 join app1.item_v2 using (event_id)', false],
    ['select 1 from webapp1.event', false],
    ['select event from app1.session', false],
  ])('%s names a legacy relation: %s', (text, expected) => {
    expect(namesLegacy(text, 'app1')).toBe(expected);
  });
});

describe('A drop', () => {
  const text = (signature: string, cascade = false): string => {
    const object = LEGACY_OBJECTS.find((candidate) => signatureOf(candidate) === signature);
    if (object === undefined) throw new Error(`There is no ${signature}`);
    return dropStatement(identifier('app1'), object, cascade).text;
  };

  test('of a procedure or function has no IF EXISTS, which Redshift does not know there', () => {
    expect(text('sp_migrate_user_to_v2()')).toMatch(/DROP PROCEDURE "app1"\."sp_migrate_user_to_v2"\(\)$/);
    expect(text(OLD_SCAN)).toMatch(/DROP PROCEDURE "app1"\."sp_scan_metadata"\(numeric, date, date\)$/);
    expect(text('rm_object_props(varchar, varchar)')).toMatch(/DROP FUNCTION .*\(varchar, varchar\) RESTRICT$/);
  });

  test('takes customers’ views along only when it is told to', () => {
    expect(text('user')).toMatch(/DROP TABLE IF EXISTS "app1"\."user" RESTRICT$/);
    expect(text('user', true)).toMatch(/DROP TABLE IF EXISTS "app1"\."user" CASCADE$/);
    expect(text('user_m_view')).toMatch(/DROP MATERIALIZED VIEW IF EXISTS "app1"\."user_m_view" RESTRICT$/);
  });

  test('recognises what the catalog says of a routine', () => {
    expect(
      catalogSignature('sp_scan_metadata', 'numeric, timestamp without time zone, timestamp without time zone'),
    ).toBe(NEW_SCAN);
    expect(catalogSignature('sp_migrate_user_to_v2', '')).toBe('sp_migrate_user_to_v2()');
    expect(catalogSignature('rm_object_props', 'character varying, character varying')).toBe(
      'rm_object_props(varchar, varchar)',
    );
  });
});
