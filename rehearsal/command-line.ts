import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Everything that is wrong with a command line, in one error. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Options by name, without the dashes. */
export type OptionTable = Readonly<Record<string, { type: 'boolean' | 'string'; short?: string }>>;

/** What was given for an option: text, true where it has no value, undefined where it was left out. */
export type OptionValue = string | boolean | undefined;

export interface CommandLine<Options extends OptionTable> {
  values: Readonly<Partial<Record<keyof Options & string, string | boolean>>>;
  positionals: readonly string[];
}

/**
 * Splits a command line, and goes on where it is wrong: strict parsing would stop at the first problem.
 *
 * @param unknown what an option that is not in the table gets to hear
 * @param problems is added to
 */
export function splitCommandLine<Options extends OptionTable>(
  args: readonly string[],
  options: Options,
  unknown: string,
  problems: string[],
): CommandLine<Options> {
  const table: ParseArgsConfig['options'] = { ...options };
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: table,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.entries(options).find(([name]) => name === token.name)?.[1];
    if (option === undefined) problems.push(`${token.rawName}: ${unknown}`);
    else if (option.type === 'boolean' && token.value !== undefined) problems.push(`${token.rawName} takes no value`);
  }
  return { values: values as CommandLine<Options>['values'], positionals };
}

/** A whole number, or undefined where none or none such was given. @param problems is added to */
export function wholeNumber(
  option: string,
  value: OptionValue,
  least: number,
  most: number,
  problems: string[],
): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : NaN;
  if (number >= least && number <= most) return number;
  problems.push(`${option} is a whole number from ${String(least)} to ${String(most)}, not ${shown(value)}`);
  return undefined;
}

/** A given value as a person typed it. */
export function shown(value: string | boolean): string {
  return typeof value === 'string' ? JSON.stringify(value) : 'nothing';
}

/** Seeds of random generators. */
export const MOST_SEED = 2_147_483_647;
