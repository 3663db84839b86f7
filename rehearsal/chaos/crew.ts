import { fork, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { chaosWorld } from './draw-world';
import { rowOf, type ChaosRow } from './play-world';
import type { ToParent, ToWorker } from './worker-messages';

export interface CrewOptions {
  /** Processes at once, each with a PostgreSQL server of its own. */
  jobs: number;
  onRow?: (row: ChaosRow, seconds: number) => void;
  /** Aborting it ends every process, and the promise rejects with its reason. */
  signal?: AbortSignal;
  /** Real milliseconds that one world may take, and in which, once it has begun, nothing at all may happen in it. */
  longestMs?: number;
  longestSilenceMs?: number;
  /** Entry of the processes; the real one where it is left out. */
  worker?: string;
}

/** A world takes some seconds to a minute where nobody else needs the processor; one that polls for ever takes this long. */
const LONGEST_MS = 900_000;
/** In a world that hangs nothing happens, however busy the machine is. */
const LONGEST_SILENCE_MS = 180_000;

/** Plays many worlds in several processes. A world that hangs is a row that does not hold, and its process is ended. */
export async function playMany(seeds: readonly number[], options: CrewOptions): Promise<ChaosRow[]> {
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
    const { signal, longestMs = LONGEST_MS, longestSilenceMs = LONGEST_SILENCE_MS } = this.options;
    const child = (this.child ??= this.begin());
    const timers: { whole?: NodeJS.Timeout; silence?: NodeJS.Timeout } = {};
    let heard = { events: -1, last: ['nothing'] };
    return new Promise((succeed, fail) => {
      const leave = (): void => {
        clearTimeout(timers.whole);
        clearTimeout(timers.silence);
        child.off('message', hear);
        child.off('exit', died);
        signal?.removeEventListener('abort', aborted);
      };
      const broken = (what: string): void => {
        leave();
        this.end();
        const found = `the last that was seen: ${heard.last.join(', ')}`;
        succeed(rowOf(chaosWorld(seed), what, [{ what, held: false, found }], []));
      };
      const hear = (message: ToParent): void => {
        if (message.seed !== seed) return;
        if (message.kind === 'row') {
          leave();
          succeed(message.row);
          return;
        }
        if (message.events === heard.events) return;
        heard = message;
        clearTimeout(timers.silence);
        timers.silence = setTimeout(() => broken('it hung'), longestSilenceMs);
      };
      const died = (): void => broken('its process died');
      const aborted = (): void => {
        leave();
        this.end();
        fail(signal?.reason instanceof Error ? signal.reason : new Error('Interrupted'));
      };
      timers.whole = setTimeout(() => broken('it came to no end'), longestMs);
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
    const { worker = join(__dirname, 'worker.ts') } = this.options;
    return fork(worker, [], {
      cwd: resolve(__dirname, '../..'),
      execArgv: worker.endsWith('.ts') ? ['--import', 'tsx'] : [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }
}
