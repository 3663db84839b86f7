import type { Estimate, Range } from '../shared/plan/plan';

/** The guide's benchmark. Source: upgrade guide, migrate existing data: 300 million events, 32 RPU. */
const BENCHMARK = {
  events: 300_000_000,
  rpu: 32,
  migrateSeconds: 2 * 3_600 + 5 * 60,
  baseViewSeconds: 20 * 60,
  metricsSeconds: 2 * 3_600 + 20 * 60,
  usd: 47.77,
};

/** One measurement says little about other data: parameters an event, other load, the kind of nodes. */
const LOW = 0.6;
const HIGH = 2;

/** What even an empty app takes: statements are started, waited for, proved. */
const SMALLEST_SECONDS = 120;

/**
 * Duration and cost of migrating so many events, by the guide's benchmark: the duration grows with the events and shrinks
 * with the capacity, so the cost does not depend on the capacity.
 *
 * @param rpu Redshift processing units of the workgroup; for a cluster, a guess
 */
export function estimateMigration(events: number, rpu: number): Estimate {
  const scale = (events / BENCHMARK.events) * (BENCHMARK.rpu / Math.max(1, rpu));
  const parts = {
    migrateSeconds: Math.round(BENCHMARK.migrateSeconds * scale),
    baseViewSeconds: Math.round(BENCHMARK.baseViewSeconds * scale),
    metricsSeconds: Math.round(BENCHMARK.metricsSeconds * scale),
  };
  const likely = parts.migrateSeconds + parts.baseViewSeconds + parts.metricsSeconds + SMALLEST_SECONDS;
  return { seconds: spread(likely, 0), usd: spread(BENCHMARK.usd * (events / BENCHMARK.events), 2), parts };
}

/** Apps are migrated one after another within a project, and projects side by side: durations add up, costs too. */
export function addEstimates(estimates: readonly Estimate[]): Estimate | undefined {
  const [first, ...others] = estimates;
  if (first === undefined) return undefined;
  return others.reduce<Estimate>(
    (sum, next) => ({
      seconds: add(sum.seconds, next.seconds),
      usd: add(sum.usd, next.usd),
      parts: {
        migrateSeconds: sum.parts.migrateSeconds + next.parts.migrateSeconds,
        baseViewSeconds: sum.parts.baseViewSeconds + next.parts.baseViewSeconds,
        metricsSeconds: sum.parts.metricsSeconds + next.parts.metricsSeconds,
      },
    }),
    first,
  );
}

function spread(likely: number, digits: number): Range {
  const rounded = (value: number): number => Number(value.toFixed(digits));
  return { low: rounded(likely * LOW), likely: rounded(likely), high: rounded(likely * HIGH) };
}

function add(a: Range, b: Range): Range {
  const cents = (value: number): number => Math.round(value * 100) / 100;
  return { low: cents(a.low + b.low), likely: cents(a.likely + b.likely), high: cents(a.high + b.high) };
}
