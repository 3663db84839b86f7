import { parseArgs } from 'node:util';
import { UsageError } from '../cli-arguments';
import { INTERRUPTIONS, isInterruption, type InterruptionName } from './names';

export interface MatrixArguments {
  /** One JSON document on stdout, and nothing else. */
  json: boolean;
  seed: number;
  /** Processes that play rows side by side. */
  jobs: number;
  /** Only rows of this state, as in the ASL. */
  state?: string;
  /** Only rows of this interruption. */
  interruption?: InterruptionName;
}

const MATRIX_OPTION = '--redrive-matrix';
const DEFAULT_JOBS = 2;
const MOST_JOBS = 32;

const OPTIONS = {
  'redrive-matrix': { type: 'boolean' },
  json: { type: 'boolean' },
  seed: { type: 'string' },
  jobs: { type: 'string' },
  state: { type: 'string' },
  interruption: { type: 'string' },
} as const;

/** Whether a command line asks for the matrix, and not for a scenario. */
export function asksForMatrix(args: readonly string[]): boolean {
  return args.includes(MATRIX_OPTION) && !args.includes('--help') && !args.includes('-h');
}

/**
 * Reads the command line of the matrix.
 *
 * @throws UsageError naming every problem
 */
export function readMatrixArguments(args: readonly string[]): MatrixArguments {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.entries(OPTIONS).find(([name]) => name === token.name)?.[1];
    if (option === undefined) problems.push(`${token.rawName}: the matrix has no such option`);
    else if (option.type === 'boolean' && token.value !== undefined) problems.push(`${token.rawName} takes no value`);
  }
  if (positionals.length > 0) problems.push(`${positionals.join(' ')}: the matrix has worlds of its own, no scenario`);
  const seed = wholeNumber('--seed', values.seed, 0, 2_147_483_647, problems) ?? 1;
  const jobs = wholeNumber('--jobs', values.jobs, 1, MOST_JOBS, problems) ?? DEFAULT_JOBS;
  const { state, interruption } = values;
  if (state !== undefined && (typeof state !== 'string' || state === '')) {
    problems.push('--state is the name of a Task state, as in the definition');
  }
  if (interruption !== undefined && (typeof interruption !== 'string' || !isInterruption(interruption))) {
    problems.push(`--interruption is one of ${INTERRUPTIONS.join(', ')}, not ${JSON.stringify(interruption)}`);
  }
  if (problems.length > 0) throw new UsageError(problems);
  return {
    json: values.json === true,
    seed,
    jobs,
    ...(typeof state === 'string' ? { state } : {}),
    ...(typeof interruption === 'string' && isInterruption(interruption) ? { interruption } : {}),
  };
}

function wholeNumber(
  option: string,
  value: string | boolean | undefined,
  least: number,
  most: number,
  problems: string[],
): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : NaN;
  if (number >= least && number <= most) return number;
  problems.push(`${option} is a whole number from ${String(least)} to ${String(most)}, not ${JSON.stringify(value)}`);
  return undefined;
}
