import { parseArgs } from 'node:util';
import { runScenario, type Progress } from '../rehearsal/run';
import { printTable } from './table';

/** Sizes in events over all three apps of the scenario. */
const SIZES = [60_000, 200_000];

/** Columns of the table, and the states of the machine that each of them is the time of. */
const PHASES = {
  'migration s': ['Migrate events', 'Migrate users', 'Migrate items', 'Migrate sessions'],
  'base view s': ['Refresh base view'],
  'metrics s': ['Recalculate metrics'],
} as const;

/** Plays the scenario `migration` at several sizes, one after the other in this process, and prints where the real time went. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { events: { type: 'string', multiple: true } } });
  const sizes = values.events?.flatMap((list) => list.split(',')).map(Number) ?? SIZES;
  if (sizes.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    throw new RangeError('--events takes a number of events, or several with commas between them');
  }
  const rows: (string | number)[][] = [];
  for (const events of sizes) rows.push(await measure(events));
  printTable(['events', 'held', 'generation s', ...Object.keys(PHASES), 'total s', 'events/s', 'peak RSS MB'], rows);
}

async function measure(events: number): Promise<(string | number)[]> {
  const began = Date.now();
  const watch = new PhaseWatch(began);
  let peak = process.memoryUsage.rss();
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 100);
  const { result } = await runScenario('migration', { events, onProgress: (progress) => watch.see(progress) }).finally(
    () => clearInterval(sampling),
  );
  const phases = Object.values(PHASES).map((states) => watch.seconds(states));
  const [migration = 0] = phases;
  return [
    events,
    result.held ? 'yes' : 'NO',
    watch.generationSeconds.toFixed(1),
    ...phases.map((seconds) => seconds.toFixed(1)),
    ((Date.now() - began) / 1000).toFixed(1),
    Math.round(events / Math.max(migration, 0.1)),
    Math.round(peak / 1024 / 1024),
  ];
}

/** Real time by phase. A phase of an app lasts from the last answer of the phase before to its own last answer. */
class PhaseWatch {
  generationSeconds = 0;
  private readonly stays: { app: string; phase: string; fromMs: number; toMs: number }[] = [];

  constructor(private readonly beganMs: number) {}

  see(progress: Progress): void {
    const now = Date.now();
    if (progress.kind === 'generating') this.generationSeconds = (now - this.beganMs) / 1000;
    if (progress.kind !== 'phase' || progress.app === undefined) return;
    const app = `${progress.app.projectId}/${progress.app.appId}`;
    const last = this.stays.findLast((stay) => stay.app === app);
    if (last?.phase === progress.phase) last.toMs = now;
    else this.stays.push({ app, phase: progress.phase, fromMs: last?.toMs ?? now, toMs: now });
  }

  /** Seconds in which at least one app was in one of the phases. */
  seconds(phases: readonly string[]): number {
    let busyMs = 0;
    let reachedMs = 0;
    const stays = this.stays
      .filter(({ phase }) => phases.includes(phase))
      .sort((one, other) => one.fromMs - other.fromMs);
    for (const { fromMs, toMs } of stays) {
      busyMs += Math.max(0, toMs - Math.max(fromMs, reachedMs));
      reachedMs = Math.max(reachedMs, toMs);
    }
    return busyMs / 1000;
  }
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
