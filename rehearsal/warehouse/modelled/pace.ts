/**
 * How fast a modelled warehouse works, taken from the solution's own benchmark: 300 million events of 30 days on 32 RPU.
 * Source: upgrade guide of Clickstream Analytics on AWS, migrate existing data (time and cost).
 */
export const BENCHMARK = {
  events: 300_000_000,
  days: 30,
  rpu: 32,
  migrationSeconds: 2 * 3600 + 5 * 60,
  baseViewSeconds: 20 * 60,
  metricsSeconds: 2 * 3600 + 20 * 60,
} as const;

/** Rows one batch of `sp_migrate_event_to_v2` takes at most. Source: Clickstream Analytics on AWS 1.1.6. */
export const BATCH_EVENTS = 100_000_000;

/**
 * What falls to whom within the benchmark's migration. The guide has only the sum; a batch of 100 million events is said
 * to take 25 to 40 minutes, which gives the events their share. The rest is our guess.
 */
const SHARES = { events: 0.84, users: 0.048, items: 0.04, sessions: 0.072 };

/** Users, sessions and movable items of an event: plausible, and of influence on nothing but the parts' durations. */
export const USERS_PER_EVENT = 0.01;
export const SESSIONS_PER_EVENT = 0.1;
export const ITEMS_PER_EVENT = 0.01;

/** Looking for what is not migrated yet, per event of the window. */
const SCAN_SECONDS = 60 / BENCHMARK.events;

const EVENT_PASSES = Math.ceil(BENCHMARK.events / BATCH_EVENTS) + 1;
const ITEM_PASSES = 2;

const part = (share: number): number => BENCHMARK.migrationSeconds * share;
const scans = (passes: number): number => passes * SCAN_SECONDS * BENCHMARK.events;

/** Seconds of work on 32 RPU, for one unit of each kind. */
const SECONDS = {
  /** Events of the window that a pass looks through, before it moves any. */
  scan: SCAN_SECONDS,
  /** Events moved. */
  event: (part(SHARES.events) - scans(EVENT_PASSES)) / BENCHMARK.events,
  user: part(SHARES.users) / (BENCHMARK.events * USERS_PER_EVENT),
  item: (part(SHARES.items) - scans(ITEM_PASSES)) / (BENCHMARK.events * ITEMS_PER_EVENT),
  session: part(SHARES.sessions) / (BENCHMARK.events * SESSIONS_PER_EVENT),
  /** Events of a base view's range. */
  baseView: BENCHMARK.baseViewSeconds / BENCHMARK.events,
  /** Events of the days of all metric procedures and materialized views together. */
  metrics: BENCHMARK.metricsSeconds / BENCHMARK.events,
} as const;

export type Work = keyof typeof SECONDS;

/** Turns amounts of work into seconds; twice the RPU take half of the time. */
export class Pace {
  constructor(private readonly rpu: number) {
    if (!(rpu > 0)) throw new RangeError(`Not a capacity: ${rpu} RPU`);
  }

  /** Seconds that `amount` of a kind of work takes, for example so many events moved. */
  of(work: Work, amount: number): number {
    return this.scaled(SECONDS[work] * amount);
  }

  /** Seconds of work that would take so long on the benchmark's 32 RPU. */
  scaled(seconds: number): number {
    return (seconds * BENCHMARK.rpu) / this.rpu;
  }
}
