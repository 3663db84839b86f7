import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ACCOUNT_ID } from '../world/account';
import { synthesise } from '../synth';
import { readDeployments } from '../template/template';
import type { MatrixArguments } from './arguments';
import type { Asked, FromPlayer, ToPlayer } from './messages';
import { INTERRUPTIONS, type MatrixResult, type MatrixRow } from './names';
import { taskStates } from './task-states';

export interface MatrixOptions extends Pick<MatrixArguments, 'seed' | 'jobs' | 'state' | 'interruption'> {
  /** Told of each row as it is played. */
  onRow?: (row: MatrixRow, done: number, total: number) => void;
  /** Aborting it ends the processes; the promise rejects with its reason. */
  signal?: AbortSignal;
}

/**
 * Plays every asked row: each Task state of every machine in the template with each interruption, shared among processes.
 *
 * @throws RangeError for a state that is in no machine
 * @throws Error when a process ends that should not
 */
export async function playMatrix(options: MatrixOptions): Promise<MatrixResult> {
  const states = await askedStates(options);
  const interruptions = options.interruption === undefined ? INTERRUPTIONS : [options.interruption];
  const names = states.flatMap((state) => interruptions.map((interruption) => rowName({ state, interruption })));
  // All states of an interruption together: whoever plays them knows which can be interrupted in the same run.
  const waiting: Asked[] = interruptions.map((interruption) => ({ states, interruption }));
  const played = new Map<string, MatrixRow>();
  const jobs = Math.min(options.jobs, waiting.length);
  const done = (row: MatrixRow): void => {
    played.set(rowName(row), row);
    options.onRow?.(row, played.size, names.length);
  };
  const processes: ChildProcess[] = [];
  try {
    await Promise.all(
      Array.from({ length: jobs }, () => {
        const child = startProcess(options.seed);
        processes.push(child);
        return serve(child, () => waiting.shift(), done, options.signal);
      }),
    );
  } finally {
    for (const child of processes) if (child.connected) child.disconnect();
  }
  const inOrder = names.flatMap((name) => played.get(name) ?? []);
  return { held: inOrder.filter(({ held }) => held).length, total: names.length, rows: inOrder };
}

function rowName({ state, interruption }: Pick<MatrixRow, 'state' | 'interruption'>): string {
  return JSON.stringify([state, interruption]);
}

/** In the order of the definitions. A name that two machines have is played once: its function is the same. */
async function askedStates({ state }: MatrixOptions): Promise<string[]> {
  const place = { partition: 'aws', region: 'us-east-1', accountId: ACCOUNT_ID } as const;
  const [{ stateMachines }] = readDeployments(await synthesise(), place);
  const all = new Set(
    stateMachines.flatMap(({ name, definition }) => taskStates(name, definition).map((task) => task.state)),
  );
  if (state !== undefined && !all.has(state)) {
    throw new RangeError(`--state: there is no Task state ${JSON.stringify(state)}; there are ${[...all].join(', ')}`);
  }
  return state === undefined ? [...all] : [state];
}

/** As this process was started: with the same loader. */
function startProcess(seed: number): ChildProcess {
  return fork(join(__dirname, 'child.ts'), [String(seed)], {
    execArgv: process.execArgv.length > 0 ? process.execArgv : ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Gives a process rows to play, again and again, until there are none left. */
function serve(
  child: ChildProcess,
  next: () => Asked | undefined,
  done: (row: MatrixRow) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked: Asked | undefined;
    const tell = (message: ToPlayer): void => void child.send(message);
    const goOn = (): void => {
      asked = next();
      tell(asked === undefined ? { type: 'end' } : { type: 'play', asked });
    };
    child.on('message', (message: FromPlayer) => {
      if (message.type === 'played') done(message.row);
      else goOn();
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0 && asked === undefined) resolve();
      else reject(new Error(`A process of the matrix ended with ${String(code)}`));
    });
    const abort = (): void => {
      child.kill();
      reject(signal?.reason instanceof Error ? signal.reason : new Error('Aborted'));
    };
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
  });
}
