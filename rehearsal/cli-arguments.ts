import { MOST_SEED, shown, splitCommandLine, UsageError, wholeNumber, type OptionValue } from './command-line';
import { findScenario, SCENARIOS } from './scenarios';
import type { Strategy } from './scenarios/scenario';

export interface CliArguments {
  scenario: string;
  /** One JSON document on stdout, and nothing else. */
  json: boolean;
  /** Only tell which scenarios there are. */
  list: boolean;
  help: boolean;
  seed?: number;
  events?: number;
  strategy?: Strategy;
  /** Part of all calls that fail: throttled, answered 5xx, or cut off. */
  faults?: number;
  /** Every scenario instead of one. */
  all?: true;
  /** So many random worlds instead of a scenario. */
  chaos?: number;
  /** One of them again, by its own seed. */
  world?: number;
  /** Worlds at a time. */
  jobs?: number;
}

const STRATEGIES: readonly string[] = ['windowed', 'documented'] satisfies Strategy[];

/** An app needs some; PostgreSQL's disk has an end, a modelled warehouse has none. */
const LEAST_EVENTS = 500;
const MOST_EVENTS = 10_000_000;
const MOST_MODELLED_EVENTS = 100_000_000_000;

const OPTIONS = {
  json: { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  seed: { type: 'string' },
  events: { type: 'string' },
  strategy: { type: 'string' },
  faults: { type: 'string' },
  all: { type: 'boolean' },
  chaos: { type: 'string' },
  world: { type: 'string' },
  jobs: { type: 'string' },
} as const;

/**
 * Reads the command line.
 *
 * @throws UsageError naming every problem
 */
export function readArguments(args: readonly string[]): CliArguments {
  const problems: string[] = [];
  const { values, positionals } = splitCommandLine(args, OPTIONS, 'there is no such option', problems);
  const scenario = scenarioOf(positionals, problems);
  const seed = wholeNumber('--seed', values.seed, 0, MOST_SEED, problems);
  const mostEvents = findScenario(scenario)?.plane === undefined ? MOST_EVENTS : MOST_MODELLED_EVENTS;
  const events = wholeNumber('--events', values.events, LEAST_EVENTS, mostEvents, problems);
  const strategy = strategyOf(values.strategy, scenario, problems);
  const faults = rateOf('--faults', values.faults, problems);
  const chaos = chaosOf(values, positionals, problems);
  if (values.all === true) refuseBesideAll(values, positionals, problems);
  if (problems.length > 0) throw new UsageError(problems);
  return {
    scenario,
    json: values.json === true,
    list: values.list === true,
    help: values.help === true,
    ...(values.all === true ? { all: true } : {}),
    ...(seed === undefined ? {} : { seed }),
    ...(events === undefined ? {} : { events }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(faults === undefined ? {} : { faults }),
    ...chaos,
  };
}

const MOST_WORLDS = 10_000;
const MOST_JOBS = 64;

/** Scenarios have numbers of events and strategies of their own. */
function refuseBesideAll(
  values: Readonly<Record<string, OptionValue>>,
  positionals: readonly string[],
  problems: string[],
): void {
  if (positionals.length > 0) problems.push('--all: without a scenario');
  for (const other of ['events', 'strategy', 'chaos', 'world', 'list']) {
    if (values[other] !== undefined) problems.push(`--all: without --${other}`);
  }
}

/** A world of chaos follows from its seed alone: nothing else can be said about it. */
function chaosOf(
  values: Readonly<Record<string, OptionValue>>,
  positionals: readonly string[],
  problems: string[],
): Pick<CliArguments, 'chaos' | 'world' | 'jobs'> {
  const chaos = wholeNumber('--chaos', values['chaos'], 1, MOST_WORLDS, problems);
  const world = wholeNumber('--world', values['world'], 0, MOST_SEED, problems);
  const jobs = wholeNumber('--jobs', values['jobs'], 1, MOST_JOBS, problems);
  const option = values['chaos'] !== undefined ? '--chaos' : values['world'] !== undefined ? '--world' : undefined;
  if (option === undefined) {
    if (values['all'] === true) return jobs === undefined ? {} : { jobs };
    if (values['jobs'] !== undefined) problems.push('--jobs goes with --chaos or --all');
    return {};
  }
  if (values['chaos'] !== undefined && values['world'] !== undefined)
    problems.push('--world is one world, --chaos many: only one of them');
  if (option === '--world' && values['jobs'] !== undefined) problems.push('--jobs goes with --chaos');
  if (option === '--world' && values['seed'] !== undefined) problems.push('--world is the seed itself: without --seed');
  if (positionals.length > 0) problems.push(`${option}: without a scenario`);
  for (const other of ['events', 'strategy', 'faults']) {
    if (values[other] !== undefined) problems.push(`${option}: without --${other}, worlds have their own`);
  }
  return {
    ...(chaos === undefined ? {} : { chaos }),
    ...(world === undefined ? {} : { world }),
    ...(jobs === undefined ? {} : { jobs }),
  };
}

function scenarioOf([name = 'udf-replaced', ...others]: readonly string[], problems: string[]): string {
  if (findScenario(name) === undefined) {
    problems.push(`${name}: there is no such scenario; there are ${SCENARIOS.map((one) => one.name).join(', ')}`);
  }
  if (others.length > 0) problems.push(`${others.join(' ')}: one scenario at a time`);
  return name;
}

/** SDKs and machine repeat what fails; beyond this nothing ever gets through. */
const MOST_FAULTS = 0.3;

function rateOf(option: string, value: OptionValue, problems: string[]): number | undefined {
  if (value === undefined) return undefined;
  const rate = typeof value === 'string' && /^\d*\.?\d+$/.test(value) ? Number(value) : NaN;
  if (rate >= 0 && rate <= MOST_FAULTS) return rate;
  problems.push(`${option} is a rate from 0 to ${MOST_FAULTS}, for example 0.1, not ${shown(value)}`);
  return undefined;
}

function strategyOf(value: OptionValue, name: string, problems: string[]): Strategy | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !STRATEGIES.includes(value)) {
    problems.push(`--strategy is ${STRATEGIES.join(' or ')}, not ${shown(value)}`);
    return undefined;
  }
  const needed = findScenario(name)?.strategy;
  if (needed !== undefined && needed !== value) problems.push(`--strategy: scenario ${name} is about ${needed} only`);
  return value as Strategy;
}
