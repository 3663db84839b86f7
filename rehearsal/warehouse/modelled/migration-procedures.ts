import {
  candidates,
  completeEvents,
  countOf,
  deleteMoved,
  insertEvents,
  sum,
  wholeHours,
  type AppState,
  type DerivedTable,
  type Slice,
} from './app-state';
import { BATCH_EVENTS, type Pace } from './pace';

/**
 * The migration procedures as models: what they log and when, what they commit, and how long each of their steps takes.
 * A generator yields the seconds the next step takes and goes on when they have passed; what it changed before is
 * committed (NONATOMIC). One that is cancelled is never continued.
 * Source for steps and wording: Clickstream Analytics on AWS 1.1.6.
 */
export type Procedure = Generator<number, void, undefined>;

const DAY_MS = 86_400_000;
const EVENTS = 'sp_migrate_event_to_v2';
const USERS = 'sp_migrate_user_to_v2';
const ITEMS = 'sp_migrate_item_to_v2';
const SESSIONS = 'sp_migrate_session_to_v2';
const ALL = 'sp_migrate_data_to_v2';

/** Temporary tables, ANALYZE, a commit: what even an empty pass takes. */
const FIXED_SECONDS = 1;

/** How the time of a batch is spread over its steps. Our guess. */
const EVENT_STEPS = { insert: 0.3, firstTouch: 0.1, flatten: 0.35, custom: 0.15, traffic: 0.1 };

/** Deleting an unfinished batch takes this much of moving it. Our guess. */
const DELETE_SHARE = 0.1;

/** One batch of events: an unfinished one again, or up to 100 million that are not migrated yet. */
export function* migrateEvents(app: AppState, pace: Pace, days: number): Procedure {
  const fromMs = app.nowMs() - days * DAY_MS;
  app.say(EVENTS, `----start---- n_days_ago_msec: ${fromMs}`);
  app.trace ??= [];
  yield FIXED_SECONDS;
  const open = app.openTrace();
  let batch: Slice[];
  if (open === undefined) {
    const window = app.since(fromMs);
    yield pace.of(
      'scan',
      sum(window, ({ events }) => events),
    );
    batch = candidates(window, BATCH_EVENTS);
    const times = batch.map(({ hour }) => hour.timeMs);
    if (batch.length > 0) {
      const [minMs, maxMs] = [Math.min(...times), Math.max(...times)];
      app.trace.push({ minMs, maxMs, rowCount: countOf(batch), done: false });
    }
  } else {
    // Neither limit nor cutoff: all that lies in the time range, also what other batches have moved.
    batch = wholeHours(app.between(open.minMs, open.maxMs));
    yield pace.of('event', countOf(batch)) * DELETE_SHARE;
    deleteMoved(batch);
    app.say(EVENTS, `retry min_event_timestamp:${open.minMs}max_event_timestamp:${open.maxMs} from event`);
  }
  const count = countOf(batch);
  app.say(EVENTS, `select candidate event_id ${count} from event`);
  if (count === 0) {
    app.say(EVENTS, 'backfill event_v2 is done');
    return;
  }
  const seconds = pace.of('event', count);
  yield seconds * EVENT_STEPS.insert;
  insertEvents(batch);
  app.say(EVENTS, `insert ${count} to event_v2`);
  yield seconds * EVENT_STEPS.firstTouch;
  app.say(EVENTS, `UPDATE event_v2 ${count} for user_first_touch_time_msec`);
  yield seconds * EVENT_STEPS.flatten;
  completeEvents(batch);
  app.say(EVENTS, `UPDATE event_v2 ${count} for flatten parameters`);
  yield seconds * EVENT_STEPS.custom;
  app.say(EVENTS, `UPDATE event_v2 ${count} for customed parameters`);
  yield seconds * EVENT_STEPS.traffic;
  app.say(EVENTS, `UPDATE event_v2 ${count} for traffic source - web`);
  // Every open row, also another call's.
  for (const row of app.trace) row.done = true;
  app.say(EVENTS, '----done---------------------------- ');
}

/** All users, in one pass. */
export function* migrateUsers(app: AppState, pace: Pace): Procedure {
  const { users } = app;
  dropUnfinished(users);
  yield FIXED_SECONDS;
  const count = Math.max(0, app.legacyUsers - users.rows);
  const seconds = pace.of('user', count);
  yield seconds * 0.4;
  insertInto(users, count);
  app.say(USERS, `insert ${count} to user_v2`);
  if (count === 0) {
    app.say(USERS, 'backfill user_v2 is done');
    return;
  }
  yield seconds * 0.3;
  app.say(USERS, `update ${count}for user_properties in user_v2`);
  yield seconds * 0.1;
  app.say(USERS, `update ${count}for first_app_install_source in user_v2`);
  yield seconds * 0.1;
  app.say(USERS, `update ${count}for traffic_source(web) in user_v2`);
  yield seconds * 0.1;
  app.say(USERS, `update ${count}for traffic_source(mobile) in user_v2`);
  users.unfinished = 0;
  app.say(USERS, 'backfill is done ---- user_v2');
}

/** All items of the window, in one pass; the pass after it says that nothing is left. */
export function* migrateItems(app: AppState, pace: Pace, days: number): Procedure {
  const fromMs = app.nowMs() - days * DAY_MS;
  app.say(ITEMS, `----start---- n_days_ago_msec: ${fromMs}`);
  for (const hour of app.hours) {
    hour.items -= hour.unfinishedItems;
    hour.unfinishedItems = 0;
  }
  const window = app.since(fromMs);
  yield (
    FIXED_SECONDS +
    pace.of(
      'scan',
      sum(window, ({ events }) => events),
    )
  );
  const slices = window
    .map((hour) => ({ hour, count: Math.max(0, hour.movableItems - hour.items) }))
    .filter(({ count }) => count > 0);
  const count = sum(slices, (slice) => slice.count);
  app.say(ITEMS, `select candidate event item ${count} from event`);
  const seconds = pace.of('item', count);
  yield seconds * 0.5;
  for (const slice of slices) {
    slice.hour.items += slice.count;
    slice.hour.unfinishedItems += slice.count;
  }
  app.say(ITEMS, `insert ${count} to item_v2`);
  if (count === 0) {
    app.say(ITEMS, 'backfill item_v2 is done');
    return;
  }
  yield seconds * 0.3;
  app.say(ITEMS, `UPDATE ${count} in item_v2 for item_properties`);
  yield seconds * 0.2;
  app.say(ITEMS, `UPDATE ${count} in item_v2 for custom_parameters`);
  for (const hour of app.hours) hour.unfinishedItems = 0;
  app.say(ITEMS, 'backfill is done ---- item_v2');
}

/** All sessions of event_v2, in one pass. */
export function* migrateSessions(app: AppState, pace: Pace): Procedure {
  const { sessions } = app;
  dropUnfinished(sessions);
  yield FIXED_SECONDS;
  const count = Math.max(0, app.sessionsWanted - sessions.rows);
  const seconds = pace.of('session', count);
  yield seconds * 0.7;
  insertInto(sessions, count);
  app.say(SESSIONS, `insert ${count} into session`);
  if (count === 0) {
    app.say(SESSIONS, 'backfill session is done');
    return;
  }
  yield seconds * 0.3;
  app.say(SESSIONS, `update ${count} traffic_source for session(web)`);
  sessions.unfinished = 0;
  app.say(SESSIONS, 'backfill is done ---- session');
}

/** Everything, as the guide has it: events and items again and again until the log says that nothing is left. */
export function* migrateAll(app: AppState, pace: Pace, days: number): Procedure {
  app.say(ALL, 'backfill all start');
  yield* untilDone(app, 'event_v2', () => migrateEvents(app, pace, days));
  app.say(ALL, 'backfill user_v2 start');
  yield* migrateUsers(app, pace);
  app.say(ALL, 'backfill user_v2 end');
  yield* untilDone(app, 'item_v2', () => migrateItems(app, pace, days));
  app.say(ALL, 'backfill session start');
  yield* migrateSessions(app, pace);
  app.say(ALL, 'backfill session end');
  app.say(ALL, 'backfill all end');
}

function* untilDone(app: AppState, table: string, pass: () => Procedure): Procedure {
  const startedSeconds = app.nowMs() / 1000;
  app.say(ALL, `backfill ${table} start`);
  const isDone = (): boolean =>
    // Whole seconds on both sides: a line of the starting second does not count.
    app.log.some((row) => row.message === `backfill ${table} is done` && row.seconds > startedSeconds);
  for (let count = 0; !isDone(); count += 1) {
    app.say(ALL, `backfill ${table} loop_count:${count}`);
    yield* pass();
  }
  app.say(ALL, `backfill ${table} end`);
}

function dropUnfinished(table: DerivedTable): void {
  table.rows -= table.unfinished;
  table.unfinished = 0;
}

function insertInto(table: DerivedTable, count: number): void {
  table.rows += count;
  table.unfinished += count;
}
