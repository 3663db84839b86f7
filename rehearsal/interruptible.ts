import { failureText } from './failure-text';

/** What a command can be interrupted with, and its exit code then. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** A world that is still being built cannot be put away in good order; after this long the process just ends. */
const PUT_AWAY_MS = 5_000;

/**
 * Does a piece of work that a first SIGINT or SIGTERM asks to put everything away, through the signal. A second one, or five
 * seconds, end the process at once; PostgreSQL goes with it.
 *
 * @returns the exit code: of the work, 1 where it failed, 130 or 143 where it was interrupted
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interrupted = new AbortController();
  let exitCode: number | undefined;
  for (const [name, code] of Object.entries(EXIT_CODES)) {
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(code);
      exitCode = code;
      interrupted.abort(new Error('Interrupted'));
      setTimeout(() => {
        process.stderr.write('Interrupted.\n');
        process.exit(code);
      }, PUT_AWAY_MS).unref();
    });
  }
  try {
    return await work(interrupted.signal);
  } catch (error) {
    // Whatever failed meanwhile failed because everything ends: a signal of the terminal reaches the children too.
    if (exitCode !== undefined) {
      process.stderr.write('Interrupted; everything was put away.\n');
      return exitCode;
    }
    process.stderr.write(`${failureText(error)}\n`);
    return 1;
  }
}
