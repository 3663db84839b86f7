import { failureText } from './failure-text';
import { runAll } from './all-scenarios';
import { readArguments, type CliArguments } from './cli-arguments';
import { UsageError } from './command-line';
import { runChaos, runWorld } from './chaos';
import { progressView, SILENT } from './cli-progress';
import { interruptible } from './interruptible';
import { asksForMatrix } from './matrix/arguments';
import { matrixCommand } from './matrix/command';
import { summaryText } from './cli-summary';
import { runScenario } from './run';
import { SCENARIOS } from './scenarios';

/**
 * `npm start` and `npm run rehearse`. Exit codes: 0 when the scenario ended as it expects, 1 when it did not, could not be
 * played, or the command line makes no sense, 130 and 143 after SIGINT and SIGTERM.
 */

const USAGE = `Rehearses the upgrade on this machine: the synthesised state machine and its Lambdas against an
embedded AWS account and a real PostgreSQL.

  npm start
  npm run --silent rehearse -- [SCENARIO] [--json] [--seed N] [--events N] [--strategy windowed|documented]
                            [--faults RATE] [--list]
  npm run --silent rehearse -- --all [--json] [--seed N] [--faults RATE] [--jobs N]
  npm run --silent rehearse -- --redrive-matrix [--json] [--seed N] [--jobs N] [--state NAME] [--interruption NAME]
  npm run --silent rehearse -- --chaos N [--seed S] [--jobs N] [--json]
  npm run --silent rehearse -- --world SEED [--json]

  --json      one JSON document on stdout, and nothing else
  --seed      another world: other data, ids and chances (default 1)
  --events    legacy events over all apps
  --strategy  how events are migrated, where the scenario does not need a certain one
  --faults    part of all calls to AWS that fail, 0 to 0.3: throttled, 5xx, connections cut off
  --list      the scenarios
  --all       every scenario

  --redrive-matrix  interrupts every Task state in every way, redrives, and compares (docs/redrive.md)
  --jobs            so many rows, worlds or scenarios side by side (default 2)
  --state           only rows of this state
  --interruption    only rows of this interruption

  --chaos     N random worlds with random faults, Stops and redrives; every one has to hold (docs/chaos.md)
  --world     one of them again, by its own seed
`;

async function main(args: readonly string[]): Promise<number> {
  if (asksForMatrix(args)) return matrixCommand(args, USAGE);
  let asked: CliArguments;
  try {
    asked = readArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.problems.map((problem) => `error: ${problem}`).join('\n')}\n\n${USAGE}`);
    return 1;
  }
  if (asked.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (asked.list) {
    process.stdout.write(listText(asked.json));
    return 0;
  }
  if (asked.all === true || asked.chaos !== undefined || asked.world !== undefined) return playMany(asked);
  return rehearse(asked);
}

/** Plays many worlds. */
async function playMany({ all, chaos, world, seed = 1, faults, jobs = 2, json }: CliArguments): Promise<number> {
  if (world !== undefined) return runWorld({ seed: world, json });
  return interruptible((signal) =>
    all === true
      ? runAll({ seed, json, jobs, signal, ...(faults === undefined ? {} : { faults }) })
      : runChaos({ worlds: chaos ?? 1, seed, jobs, json, signal }),
  );
}

/** The SDK's advice about Node versions to come is not what somebody who rehearses wants to read. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

async function rehearse({ scenario, json, seed, events, strategy, faults }: CliArguments): Promise<number> {
  const view = json ? SILENT : progressView(process.stdout);
  return interruptible(async (signal) => {
    const run = await runScenario(scenario, {
      signal,
      onProgress: (progress) => view.show(progress),
      ...(seed === undefined ? {} : { seed }),
      ...(events === undefined ? {} : { events }),
      ...(strategy === undefined ? {} : { strategy }),
      ...(faults === undefined ? {} : { faults }),
    }).finally(() => view.end());
    process.stdout.write(json ? `${JSON.stringify(run.result, null, 2)}\n` : summaryText(run));
    if (json)
      for (const { what, held, found } of run.expectations)
        if (!held) process.stderr.write(`✗ ${what}: ${found ?? ''}\n`);
    return run.result.held ? 0 : 1;
  });
}

function listText(json: boolean): string {
  if (json)
    return `${JSON.stringify(
      SCENARIOS.map(({ name, title }) => ({ name, title })),
      null,
      2,
    )}\n`;
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length));
  return SCENARIOS.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`).join('');
}

void main(process.argv.slice(2)).then(
  (code) => {
    // Not process.exit: what is still being written to a pipe would be cut off.
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${failureText(error)}\n`);
    process.exitCode = 1;
  },
);
