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

/** "A few minutes" in the guide; a CloudFront distribution alone takes about five. */
const CONSOLE_SECONDS = 10 * 60;
/** Source: awslabs/clickstream-analytics-on-aws, docs/en/upgrade.md, planning */
const PIPELINE_SECONDS = 20 * 60;

/** One measurement says little about other data: parameters an event, other load, the kind of nodes. */
const LOW = 0.6;
const HIGH = 2;

/** What even an empty app takes: statements are started, waited for, proved. */
const SMALLEST_SECONDS = 120;

/** Projects that the machine works on at once. */
const LANES = 5;

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

/** The longest that one call of the migration over so many events may take. */
export function longestCallSeconds(events: number, rpu: number): number {
  return estimateMigration(events, rpu).parts.migrateSeconds * HIGH;
}

/** The update of the web console. */
export function estimateConsole(): Estimate {
  return { ...update(CONSOLE_SECONDS), parts: { ...NO_DATA, consoleSeconds: CONSOLE_SECONDS } };
}

/** The upgrade of one pipeline. */
export function estimatePipeline(): Estimate {
  return { ...update(PIPELINE_SECONDS), parts: { ...NO_DATA, pipelineSeconds: PIPELINE_SECONDS } };
}

const NO_DATA = { migrateSeconds: 0, baseViewSeconds: 0, metricsSeconds: 0 };

/** Updates of stacks cost next to nothing. */
function update(seconds: number): Pick<Estimate, 'seconds' | 'usd'> {
  return { seconds: spread(seconds, 0), usd: { low: 0, likely: 0, high: 0 } };
}

/** One after another: durations add up, costs too. */
export function addEstimates(estimates: readonly Estimate[]): Estimate | undefined {
  const [first, ...others] = estimates;
  if (first === undefined) return undefined;
  return others.reduce<Estimate>(
    (sum, next) => ({
      seconds: add(sum.seconds, next.seconds),
      usd: add(sum.usd, next.usd),
      parts: addParts(sum, next),
    }),
    first,
  );
}

/** Projects side by side: costs add up, durations as far as the machine works on five at once. */
export function sideBySide(estimates: readonly Estimate[]): Estimate | undefined {
  const sum = addEstimates(estimates);
  if (sum === undefined) return undefined;
  const longest = (of: keyof Range): number => {
    const lanes = Array.from({ length: LANES }, () => 0);
    for (const { seconds } of estimates) {
      const free = lanes.indexOf(Math.min(...lanes));
      lanes[free] = (lanes[free] ?? 0) + seconds[of];
    }
    return Math.max(...lanes);
  };
  return { ...sum, seconds: { low: longest('low'), likely: longest('likely'), high: longest('high') } };
}

function spread(likely: number, digits: number): Range {
  const rounded = (value: number): number => Number(value.toFixed(digits));
  return { low: rounded(likely * LOW), likely: rounded(likely), high: rounded(likely * HIGH) };
}

function add(a: Range, b: Range): Range {
  const cents = (value: number): number => Math.round(value * 100) / 100;
  return { low: cents(a.low + b.low), likely: cents(a.likely + b.likely), high: cents(a.high + b.high) };
}

function addParts({ parts: a }: Estimate, { parts: b }: Estimate): Estimate['parts'] {
  const [consoleSeconds, pipelineSeconds] = [
    (a.consoleSeconds ?? 0) + (b.consoleSeconds ?? 0),
    (a.pipelineSeconds ?? 0) + (b.pipelineSeconds ?? 0),
  ];
  return {
    migrateSeconds: a.migrateSeconds + b.migrateSeconds,
    baseViewSeconds: a.baseViewSeconds + b.baseViewSeconds,
    metricsSeconds: a.metricsSeconds + b.metricsSeconds,
    ...(consoleSeconds === 0 ? {} : { consoleSeconds }),
    ...(pipelineSeconds === 0 ? {} : { pipelineSeconds }),
  };
}
