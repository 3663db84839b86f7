import { fork, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { synthesise } from '../synth';
import { chaosWorld } from './draw-world';
import { rowOf, type ChaosRow } from './play-world';
import type { ToParent, ToWorker } from './worker-messages';

export interface CrewOptions {
  /** Processes at once, each with a PostgreSQL server of its own. */
  jobs: number;
  onRow?: (row: ChaosRow, seconds: number) => void;
  /** Aborting it ends every process, and the promise rejects with its reason. */
  signal?: AbortSignal;
  /** Real milliseconds that one world may take. */
  watchdogMs?: number;
  /** Entry of the processes; the real one where it is left out. */
  worker?: string;
}

/** A world takes some seconds to a minute; one that takes this long hangs. */
const WATCHDOG_MS = 240_000;

/** Plays many worlds in several processes. A world that hangs is a row that does not hold, and its process is ended. */
export async function playMany(seeds: readonly number[], options: CrewOptions): Promise<ChaosRow[]> {
  // Once, before all of them need it.
  await synthesise();
  const waiting = seeds.map((seed, index) => ({ seed, index }));
  const rows: ChaosRow[] = [];
  const members = Array.from({ length: Math.min(options.jobs, seeds.length) }, async () => {
    const member = new Member(options);
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const startedMs = Date.now();
        const row = await member.play(next.seed);
        rows[next.index] = row;
        options.onRow?.(row, Math.round((Date.now() - startedMs) / 1000));
      }
    } finally {
      member.end();
    }
  });
  await Promise.all(members);
  return rows;
}

/** One process, begun anew when a world has ended it. */
class Member {
  private child: ChildProcess | undefined;

  constructor(private readonly options: CrewOptions) {}

  play(seed: number): Promise<ChaosRow> {
    const { signal, watchdogMs = WATCHDOG_MS } = this.options;
    const child = (this.child ??= this.begin());
    let last: string[] = [];
    return new Promise((succeed, fail) => {
      const settle = (row: ChaosRow): void => {
        clearTimeout(watchdog);
        child.off('message', hear);
        child.off('exit', died);
        signal?.removeEventListener('abort', aborted);
        succeed(row);
      };
      const broken = (what: string): void => {
        this.end();
        settle(
          rowOf(
            chaosWorld(seed),
            what,
            [{ what, held: false, found: `the last that was seen: ${last.join(', ')}` }],
            [],
          ),
        );
      };
      const hear = (message: ToParent): void => {
        if (message.seed !== seed) return;
        if (message.kind === 'row') settle(message.row);
        else last = message.last;
      };
      const died = (): void => broken('its process died');
      const aborted = (): void => {
        clearTimeout(watchdog);
        this.end();
        fail(signal?.reason instanceof Error ? signal.reason : new Error('Interrupted'));
      };
      const watchdog = setTimeout(() => broken(`it hung for ${Math.round(watchdogMs / 1000)} s`), watchdogMs);
      child.on('message', hear);
      child.on('exit', died);
      signal?.addEventListener('abort', aborted, { once: true });
      child.send({ seed } satisfies ToWorker);
    });
  }

  /** Its PostgreSQL goes with it. */
  end(): void {
    this.child?.removeAllListeners();
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private begin(): ChildProcess {
    const root = resolve(__dirname, '../..');
    return fork(this.options.worker ?? join(__dirname, 'worker.ts'), [], {
      cwd: root,
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }
}
