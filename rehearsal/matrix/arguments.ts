import { MOST_SEED, splitCommandLine, UsageError, wholeNumber } from '../command-line';
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
  const problems: string[] = [];
  const { values, positionals } = splitCommandLine(args, OPTIONS, 'the matrix has no such option', problems);
  if (positionals.length > 0) problems.push(`${positionals.join(' ')}: the matrix has worlds of its own, no scenario`);
  const seed = wholeNumber('--seed', values.seed, 0, MOST_SEED, problems) ?? 1;
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
