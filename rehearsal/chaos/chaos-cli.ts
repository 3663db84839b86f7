import type { OnProgress } from '../run';
import { synthesise } from '../synth';
import { worldSeed } from './draw';
import { playMany } from './crew';
import { chaosWorld } from './draw-world';
import { worldText } from './chaos-world';
import { disturbanceText } from './disturbance';
import { playWorld, type ChaosRow } from './play-world';

/** What `--json` prints: the same as that of the redrive matrix. */
export interface ChaosResult {
  held: number;
  total: number;
  rows: ChaosRow[];
}

export interface ChaosRequest {
  /** So many worlds of a run's seed. */
  worlds: number;
  seed: number;
  jobs: number;
  json: boolean;
  signal: AbortSignal;
}

/** Plays many worlds. @returns exit code: 0 only when all of them hold */
export async function runChaos({ worlds, seed, jobs, json, signal }: ChaosRequest): Promise<number> {
  const seeds = Array.from({ length: worlds }, (_, index) => worldSeed(seed, index));
  let done = 0;
  // Once, before every process needs it.
  await synthesise();
  const rows = await playMany(seeds, {
    jobs,
    signal,
    onRow: (row, seconds) => {
      done += 1;
      const line = `${String(done).padStart(4)} of ${String(worlds)}  ${rowText(row)}  (${String(seconds)} s)\n`;
      // A run takes long; whoever reads the document at its end wants to see meanwhile what does not hold.
      if (!json) process.stdout.write(line);
      else if (!row.held) process.stderr.write(line);
    },
  });
  return tell(rows, json);
}

/** Plays one world again, and tells what happens in it. */
export async function runWorld({ seed, json }: { seed: number; json: boolean }): Promise<number> {
  const chaos = chaosWorld(seed);
  const tellLine = (line: string): void => {
    if (!json) process.stdout.write(`${line}\n`);
  };
  tellLine(worldText(chaos));
  for (const disturbance of chaos.disturbances) tellLine(`- ${disturbanceText(disturbance)}`);
  const onProgress: OnProgress = (progress) => {
    if (progress.kind === 'note') tellLine(progress.text);
  };
  const row = await playWorld(chaos, {
    onProgress,
    ...(process.env['REHEARSAL_LOG'] === undefined ? {} : { logFile: process.env['REHEARSAL_LOG'] }),
    onEvent: (event) => {
      const at = new Date(event.atMs).toISOString().slice(5, 19);
      if (event.type === 'state-failed') tellLine(`${at} ${event.state}: ${event.error} ${event.cause.slice(0, 700)}`);
      if (event.type === 'execution')
        tellLine(`${at} ${event.executionArn.split(':').slice(6).join(':')} ${event.status}`);
      if (event.type === 'state-entered') tellLine(`${at} ${event.state}`);
    },
  });
  for (const move of row.moves) tellLine(`> ${move}`);
  return tell([row], json);
}

function tell(rows: ChaosRow[], json: boolean): number {
  const held = rows.filter((row) => row.held).length;
  const result: ChaosResult = { held, total: rows.length, rows };
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${summaryText(result)}\n`);
  return held === rows.length ? 0 : 1;
}

function rowText({ held, seed, state, interruption, why }: ChaosRow): string {
  return `${held ? '✓' : '✗'} ${String(seed)} ${state} | ${interruption}${why === undefined ? '' : `\n      ${why}`}`;
}

function summaryText({ held, total, rows }: ChaosResult): string {
  const ends = new Map<string, number>();
  for (const { state } of rows) ends.set(state, (ends.get(state) ?? 0) + 1);
  return [
    '',
    ...[...ends]
      .sort(([, one], [, other]) => other - one)
      .map(([state, count]) => `${String(count).padStart(4)}  ${state}`),
    `${String(held)} of ${String(total)} worlds held`,
    ...rows.filter((row) => !row.held).map(({ seed }) => `again: npm run --silent rehearse -- --world ${String(seed)}`),
  ].join('\n');
}
