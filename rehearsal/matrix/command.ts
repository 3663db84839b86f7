import { UsageError } from '../command-line';
import { readMatrixArguments, type MatrixArguments } from './arguments';
import type { MatrixResult, MatrixRow } from './names';
import { playMatrix } from './play-matrix';

/**
 * `rehearse -- --redrive-matrix`. Exit codes: 0 when every row held, 1 when one did not or nothing could be played, 130 and
 * 143 after SIGINT and SIGTERM.
 */
export async function matrixCommand(args: readonly string[], usage: string): Promise<number> {
  let asked: MatrixArguments;
  try {
    asked = readMatrixArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.problems.map((problem) => `error: ${problem}`).join('\n')}\n\n${usage}`);
    return 1;
  }
  const interrupted = new AbortController();
  let signalled: number | undefined;
  const stop = (code: number) => (): void => {
    signalled = code;
    interrupted.abort(new Error('Interrupted'));
  };
  process.once('SIGINT', stop(130));
  process.once('SIGTERM', stop(143));
  try {
    const result = await playMatrix({ ...asked, signal: interrupted.signal, onRow: tell });
    process.stdout.write(asked.json ? `${JSON.stringify(result, null, 2)}\n` : matrixText(result));
    return result.held === result.total ? 0 : 1;
  } catch (error) {
    if (signalled !== undefined) return signalled;
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function tell({ state, interruption, held, why }: MatrixRow, done: number, total: number): void {
  const line = `[${String(done)}/${String(total)}] ${held ? '✓' : '✗'} ${state} × ${interruption}`;
  process.stderr.write(`${line}${why === undefined ? '' : `: ${why}`}\n`);
}

/** What did not hold, and how much did. */
export function matrixText({ held, total, rows }: MatrixResult): string {
  const lines = rows
    .filter((row) => !row.held)
    .map(({ state, interruption, why = '' }) => `✗ ${state} × ${interruption}: ${why}`);
  return [...lines, `${String(held)} of ${String(total)} rows held`, ''].join('\n');
}
