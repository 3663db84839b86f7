import { ITEMS_PER_EVENT, SESSIONS_PER_EVENT, USERS_PER_EVENT } from './pace';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** All events of one hour, which happened in its middle: what a model of millions of rows keeps instead of the rows. */
export interface Hour {
  readonly timeMs: number;
  readonly events: number;
  /** Rows of event_v2: more than `moved` only where two calls moved the same events. */
  rows: number;
  /** Distinct events that are in event_v2, always the first ones. */
  moved: number;
  /** Of these, events that got their parameters. */
  complete: number;
  /** Movable items, those in item_v2, and those a pass began and did not finish. */
  readonly movableItems: number;
  items: number;
  unfinishedItems: number;
  /** Events in the base view, and how many of them were copied before their sessions were there. */
  viewed: number;
  viewedWithoutSession: number;
}

/** Events that a batch takes from an hour: the `count` ones after the first `from`. */
export interface Slice {
  hour: Hour;
  from: number;
  count: number;
}

/** A row of clickstream_log_v2; its time has whole seconds, as getdate() has. */
export interface LogRow {
  id: number;
  name: string;
  level: 'info' | 'error';
  message: string;
  seconds: number;
}

export interface TraceRow {
  minMs: number;
  maxMs: number;
  rowCount: number;
  done: boolean;
}

/** A table that one pass fills from elsewhere: users and sessions. */
export interface DerivedTable {
  rows: number;
  /** Rows that a pass began and did not finish, included in `rows`. */
  unfinished: number;
}

/** What a modelled warehouse knows of one app. */
export class AppState {
  readonly hours: Hour[];
  readonly legacyUsers: number;
  readonly users: DerivedTable = { rows: 0, unfinished: 0 };
  readonly sessions: DerivedTable = { rows: 0, unfinished: 0 };
  readonly log: LogRow[] = [];
  /** Absent until the first call makes it. */
  trace: TraceRow[] | undefined;
  /** Rows of refresh_mv_sp_status. */
  readonly refreshes: { by: string; seconds: number }[] = [];
  /** Events of a local day, as the metrics were last calculated: date → count. */
  readonly metrics = new Map<string, number>();
  private logIds = 0;

  /**
   * @param histogram legacy events by UTC day: start of the day in epoch milliseconds, and how many
   * @param nowMs the warehouse's getdate(), which has whole seconds
   */
  constructor(
    histogram: readonly (readonly [dayMs: number, events: number])[],
    readonly nowMs: () => number,
  ) {
    this.hours = histogram
      .flatMap(([dayMs, events]) => hoursOf(dayMs, events))
      .sort((one, other) => one.timeMs - other.timeMs);
    this.legacyUsers = Math.ceil(this.hours.reduce((sum, hour) => sum + hour.events, 0) * USERS_PER_EVENT);
  }

  /** Takes the next id and the time of now, for a row that may become visible only later. */
  logRow(name: string, message: string, level: LogRow['level'] = 'info'): LogRow {
    this.logIds += 1;
    return { id: this.logIds, name, level, message, seconds: this.nowMs() / 1000 };
  }

  say(name: string, message: string): void {
    this.log.push(this.logRow(name, message));
  }

  since(fromMs: number): Hour[] {
    return this.hours.filter(({ timeMs }) => timeMs >= fromMs);
  }

  between(fromMs: number, toMs: number): Hour[] {
    return this.hours.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
  }

  openTrace(): TraceRow | undefined {
    return this.trace?.find(({ done }) => !done);
  }

  /** Sessions that event_v2 has. */
  get sessionsWanted(): number {
    return Math.floor(sum(this.hours, ({ complete }) => complete) * SESSIONS_PER_EVENT);
  }

  get sessionsComplete(): boolean {
    return this.sessions.unfinished === 0 && this.sessions.rows >= this.sessionsWanted;
  }
}

/** At most `limit` events that are not migrated, an equal part from each hour: the procedure has no ORDER BY either. */
export function candidates(hours: readonly Hour[], limit: number): Slice[] {
  const open = hours.filter(({ events, moved }) => events > moved);
  const total = sum(open, ({ events, moved }) => events - moved);
  const wanted = Math.min(total, limit);
  let before = 0;
  let taken = 0;
  return open
    .map((hour) => {
      before += hour.events - hour.moved;
      // Cumulative and exact, so that roundings neither add up nor take more than there is.
      const count = Number((BigInt(before) * BigInt(wanted)) / BigInt(total)) - taken;
      taken += count;
      return { hour, from: hour.moved, count };
    })
    .filter(({ count }) => count > 0);
}

/** All events of some hours, migrated or not. */
export function wholeHours(hours: readonly Hour[]): Slice[] {
  return hours.map((hour) => ({ hour, from: 0, count: hour.events }));
}

/** Deletes the events of a batch from event_v2. */
export function deleteMoved(slices: readonly Slice[]): void {
  for (const { hour } of slices) {
    hour.rows = 0;
    hour.moved = 0;
    hour.complete = 0;
  }
}

/** Copies a batch to event_v2. What another call has copied meanwhile is there twice afterwards. */
export function insertEvents(slices: readonly Slice[]): void {
  for (const { hour, from, count } of slices) {
    hour.rows += count;
    hour.moved = Math.max(hour.moved, from + count);
  }
}

export function completeEvents(slices: readonly Slice[]): void {
  for (const { hour, from, count } of slices) hour.complete = Math.max(hour.complete, from + count);
}

export function countOf(slices: readonly Slice[]): number {
  return sum(slices, ({ count }) => count);
}

export function sum<Item>(items: readonly Item[], amount: (item: Item) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}

/** A day's events, spread evenly over its hours. */
function hoursOf(dayMs: number, events: number): Hour[] {
  if (dayMs % DAY_MS !== 0 || !Number.isSafeInteger(events) || events < 0) {
    throw new RangeError(`Not a day of a histogram: ${events} events at ${dayMs}`);
  }
  return Array.from({ length: 24 }, (_, index) => {
    const count = Math.floor((events * (index + 1)) / 24) - Math.floor((events * index) / 24);
    return {
      timeMs: dayMs + index * HOUR_MS + HOUR_MS / 2,
      events: count,
      rows: 0,
      moved: 0,
      complete: 0,
      movableItems: Math.floor(count * ITEMS_PER_EVENT),
      items: 0,
      unfinishedItems: 0,
      viewed: 0,
      viewedWithoutSession: 0,
    };
  }).filter((hour) => hour.events > 0);
}

/** The same number of events on each of `days` UTC days before the day of `endMs`, as a histogram. */
export function evenHistogram(events: number, days: number, endMs: number): [dayMs: number, events: number][] {
  const endDay = Math.floor(endMs / DAY_MS);
  return Array.from({ length: days }, (_, index) => [
    (endDay - days + index) * DAY_MS,
    Math.floor((events * (index + 1)) / days) - Math.floor((events * index) / days),
  ]);
}
