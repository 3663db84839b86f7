import { parseArgs } from 'node:util';
import { runScenario } from '../rehearsal/run';
import { overheadOf, type Overhead } from '../rehearsal/scenarios/benchmark';
import { BENCHMARK } from '../rehearsal/warehouse/modelled';
import { printTable } from './table';

/** Where the time of the guide's benchmark goes, with both strategies; and what its orchestration costs. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { events: { type: 'string', default: String(BENCHMARK.events) } } });
  const events = Number(values.events);
  if (!Number.isSafeInteger(events) || events < 1)
    throw new RangeError(`--events ${values.events} is no number of events`);
  const rows: (string | number)[][] = [];
  for (const strategy of ['windowed', 'documented'] as const) {
    let overhead: Overhead | undefined;
    const began = Date.now();
    const { result } = await runScenario('benchmark', {
      events,
      strategy,
      onEnd: (ended, stage) => {
        overhead = overheadOf(ended, stage);
      },
    });
    if (overhead === undefined) throw new Error('The run did not end');
    const { totalSeconds, upgradeSeconds, proofSeconds, overheadSeconds, dollars } = overhead;
    const { transitions, maxHistoryEvents } = result.execution;
    rows.push([
      strategy,
      result.held ? 'yes' : 'NO',
      totalSeconds,
      upgradeSeconds,
      proofSeconds,
      overheadSeconds,
      ((100 * overheadSeconds) / upgradeSeconds).toFixed(2),
      transitions,
      maxHistoryEvents,
      dollars.toFixed(2),
      ((Date.now() - began) / 1000).toFixed(1),
    ]);
  }
  const { migrationSeconds, baseViewSeconds, metricsSeconds } = BENCHMARK;
  const guideSeconds = Math.round(((migrationSeconds + baseViewSeconds + metricsSeconds) * events) / BENCHMARK.events);
  console.log(`${events} events on ${BENCHMARK.rpu} RPU, modelled; the guide's time for them: ${guideSeconds} s\n`);
  printTable(
    [
      ...['strategy', 'held', 'total s', 'upgrade s', 'proofs s', 'orchestration s', '%'],
      ...['transitions', 'largest history', 'USD at most', 'real s'],
    ],
    rows,
  );
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
