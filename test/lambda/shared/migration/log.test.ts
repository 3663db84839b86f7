import { isAfter, isTerminal, lastEventsDone, readLog } from '../../../../lambda/shared/migration/log';
import { entriesOf, EVENTS_DONE_LINE, eventsPass, logRows, usersPass, type Line } from '../../support/log-lines';

/** What one line is understood as. */
function read(of: Line[0], text: string): Record<string, unknown> {
  const [entry] = entriesOf([[of, text]]);
  return { ...entry };
}

const FIRST = 1_735_689_600_000;

describe('The log of the migration', () => {
  test.each([
    ['all', 'backfill all start', { says: 'started', fromMs: undefined }],
    ['all', 'backfill event_v2 start', { says: 'other' }],
    ['all', 'backfill event_v2 loop_count:7', { says: 'looping', loop: 7 }],
    ['all', 'backfill event_v2 end', { says: 'other' }],
    ['all', 'backfill user_v2 start', { says: 'other' }],
    ['all', 'backfill user_v2 end', { says: 'other' }],
    ['all', 'backfill item_v2 start', { says: 'other' }],
    ['all', 'backfill item_v2 loop_count:12', { says: 'looping', loop: 12 }],
    ['all', 'backfill item_v2 end', { says: 'other' }],
    ['all', 'backfill session start', { says: 'other' }],
    ['all', 'backfill session end', { says: 'other' }],
    ['all', 'backfill all end', { says: 'all-ended' }],
    ['events', `----start---- n_days_ago_msec: ${FIRST}`, { says: 'started', fromMs: FIRST }],
    ['events', 'retry min_event_timestamp:1max_event_timestamp:2 from event', { says: 'other' }],
    ['events', 'select candidate event_id 41 from event', { says: 'candidates', count: 41 }],
    ['events', 'backfill event_v2 is done', { says: 'nothing-left' }],
    ['events', 'insert 41 to event_v2', { says: 'inserted', count: 41 }],
    ['events', 'insert 0 to event_v2', { says: 'inserted', count: 0 }],
    ['events', 'UPDATE event_v2 41 for user_first_touch_time_msec', { says: 'other' }],
    ['events', 'UPDATE event_v2 41 for flatten parameters', { says: 'other' }],
    ['events', 'UPDATE event_v2 41 for customed parameters', { says: 'other' }],
    ['events', 'UPDATE event_v2 41 for traffic source - web', { says: 'other' }],
    ['events', EVENTS_DONE_LINE, { says: 'finished' }],
    ['users', 'insert 9 to user_v2', { says: 'inserted', count: 9 }],
    ['users', 'backfill user_v2 is done', { says: 'nothing-left' }],
    ['users', 'update 9for user_properties in user_v2', { says: 'other' }],
    ['users', 'update 9for first_app_install_source in user_v2', { says: 'other' }],
    ['users', 'update 9for traffic_source(web) in user_v2', { says: 'other' }],
    ['users', 'update 9for traffic_source(mobile) in user_v2', { says: 'other' }],
    ['users', 'backfill is done ---- user_v2', { says: 'finished' }],
    ['items', `----start---- n_days_ago_msec: ${FIRST}`, { says: 'started', fromMs: FIRST }],
    ['items', 'select candidate event item 5 from event', { says: 'candidates', count: 5 }],
    ['items', 'insert 5 to item_v2', { says: 'inserted', count: 5 }],
    ['items', 'backfill item_v2 is done', { says: 'nothing-left' }],
    ['items', 'UPDATE 5 in item_v2 for item_properties', { says: 'other' }],
    ['items', 'UPDATE 5 in item_v2 for custom_parameters', { says: 'other' }],
    ['items', 'backfill is done ---- item_v2', { says: 'finished' }],
    ['sessions', 'insert 3 into session', { says: 'inserted', count: 3 }],
    ['sessions', 'backfill session is done', { says: 'nothing-left' }],
    ['sessions', 'update 3 traffic_source for session(web)', { says: 'other' }],
    ['sessions', 'backfill is done ---- session', { says: 'finished' }],
  ] as const)('of %s: "%s"', (of, text, meaning) => {
    expect(read(of, text)).toMatchObject({ of, ...meaning });
  });

  test.each(['all', 'events', 'users', 'items', 'sessions'] as const)(
    'tells an error of %s in the database’s words',
    (of) => {
      expect(read(of, '!column "x" does not exist')).toMatchObject({
        of,
        says: 'error',
        text: 'column "x" does not exist',
      });
    },
  );

  test('counts a line that reads like a success, written as an error, as an error', () => {
    const rows = logRows([['users', 'backfill user_v2 is done']]).map((row) => ({ ...row, log_level: 'ERROR' }));
    expect(readLog(rows).map(({ says }) => says)).toEqual(['error']);
  });

  test('leaves out rows of other writers', () => {
    const rows = logRows([['events', EVENTS_DONE_LINE]]).map((row) => ({
      ...row,
      log_name: 'clickstream_event_base_view',
    }));
    expect(readLog(rows)).toEqual([]);
  });

  test('is read in the order in which it was written, also within one second', () => {
    const rows = logRows(eventsPass(4)).map((row) => ({ ...row, at_seconds: 7 }));
    expect(readLog(rows).map(({ says }) => says)).toEqual(entriesOf(eventsPass(4)).map(({ says }) => says));
  });

  test('has a last batch of events: the newest done-line, not the line that says that nothing is left', () => {
    const entries = entriesOf([...eventsPass(4), ['events', 'backfill event_v2 is done'], ...usersPass(2)]);
    expect(lastEventsDone(entries)).toMatchObject({ says: 'finished', of: 'events', seconds: 8 });
    expect(entries.filter((entry) => isTerminal(entry, 'users'))).toHaveLength(1);
    expect(entries.some((entry) => isTerminal(entry, 'sessions'))).toBe(false);
  });

  test('has positions that the id orders within one second, and nothing is before the first', () => {
    expect(isAfter({ seconds: 5, id: 2 }, { seconds: 5, id: 1 })).toBe(true);
    expect(isAfter({ seconds: 5, id: 1 }, { seconds: 5, id: 1 })).toBe(false);
    expect(isAfter({ seconds: 4, id: 9 }, { seconds: 5, id: 1 })).toBe(false);
    expect(isAfter({ seconds: 0, id: 0 }, undefined)).toBe(true);
  });
});
