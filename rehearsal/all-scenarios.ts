import { failureText } from './failure-text';
import { Series } from './run';
import { SCENARIOS } from './scenarios';
import { sharePostgres } from './warehouse/postgres/shared';

export interface AllOptions {
  json: boolean;
  seed: number;
  /** Part of all calls that fail; none where it is left out. */
  faults?: number;
  /** Scenarios at a time. */
  jobs: number;
  signal: AbortSignal;
}

/** How one scenario ended. */
export interface ScenarioRow {
  scenario: string;
  held: boolean;
  /** What did not hold. */
  why?: string;
}

/** Plays every scenario. @returns the exit code: 0 when all held */
export async function runAll({ json, seed, faults, jobs, signal }: AllOptions): Promise<number> {
  const played = new Map<string, ScenarioRow>();
  const waiting = SCENARIOS.map(({ name }) => name);
  const endServer = await sharePostgres();
  try {
    const lanes = await Promise.allSettled(
      Array.from({ length: jobs }, async () => {
        const series = new Series();
        try {
          for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
            const startedMs = Date.now();
            const row = await play(series, name, { seed, signal, ...(faults === undefined ? {} : { faults }) });
            played.set(name, row);
            process.stderr.write(
              `${row.held ? '✓' : '✗'} ${name} (${seconds(startedMs)} s)${row.why === undefined ? '' : `: ${row.why}`}\n`,
            );
          }
        } finally {
          await series.close();
        }
      }),
    );
    // Only now: while one of them still puts its world away, the server is needed.
    for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  } finally {
    await endServer();
  }
  const rows = SCENARIOS.flatMap(({ name }) => played.get(name) ?? []);
  const held = rows.filter((row) => row.held).length;
  process.stdout.write(
    json
      ? `${JSON.stringify({ held, total: rows.length, rows }, null, 2)}\n`
      : `${String(held)} of ${String(rows.length)} scenarios hold\n`,
  );
  return held === rows.length ? 0 : 1;
}

async function play(
  series: Series,
  scenario: string,
  options: { seed: number; faults?: number; signal: AbortSignal },
): Promise<ScenarioRow> {
  try {
    const { expectations } = await series.play(scenario, options);
    const broken = expectations.filter(({ held }) => !held).map(({ what, found }) => `${what}: ${found ?? ''}`);
    return broken.length === 0 ? { scenario, held: true } : { scenario, held: false, why: broken.join('; ') };
  } catch (error) {
    if (options.signal.aborted) throw error;
    return { scenario, held: false, why: failureText(error) };
  }
}

function seconds(startedMs: number): string {
  return String(Math.round((Date.now() - startedMs) / 1_000));
}
