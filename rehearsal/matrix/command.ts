import { UsageError } from '../command-line';
import { interruptible } from '../interruptible';
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
  return interruptible((signal) => play(asked, signal));
}

async function play({ json, ...asked }: MatrixArguments, signal: AbortSignal): Promise<number> {
  try {
    const result = await playMatrix({ ...asked, signal, onRow: tell });
    process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : matrixText(result));
    return result.held === result.total ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
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
