import { parseArgs } from 'node:util';

/** The execution that a command is about: an operator's own, not a child of it. */
export interface ExecutionRef {
  arn: string;
  region: string;
  /** The stack gives the machine its name. */
  stack: string;
  name: string;
}

/** An app whose parity is to be accepted. */
export interface ParityRef {
  projectId: string;
  appId: string;
  /** Of the verdict as it was shown; counts taken anew have another one. */
  revision?: number;
}

export type Command =
  | { do: 'help' }
  | { do: 'approve'; execution: ExecutionRef; stack: string }
  | { do: 'reject'; execution: ExecutionRef; stack: string; reason?: string }
  | { do: 'accept'; execution: ExecutionRef; stack: string; apps: ParityRef[] }
  | { do: 'show'; execution: ExecutionRef; stack: string }
  | { do: 'list'; region: string; stack: string };

/** What is wrong with the command line, beside which the help is shown. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const DEFAULT_STACK = 'ClickstreamUpgrade';

export const HELP = `Usage:
  npx tsx bin/upgrade.ts approve <execution ARN> [--stack NAME]
      Says yes to the plan that the execution waits with.
  npx tsx bin/upgrade.ts reject <execution ARN> [--reason "…"] [--stack NAME]
      Says no to it: the execution fails with ApprovalRejected, and a redrive asks anew.
  npx tsx bin/upgrade.ts accept <execution ARN> [--app PROJECT/APP …] [--stack NAME]
      Accepts the differences of apps that failed with ParityNeedsAPerson, of all of them
      where no app is named. Lists them first. PROJECT/APP@REVISION, as show prints it,
      accepts nothing but the counts that were shown.
  npx tsx bin/upgrade.ts show <execution ARN> [--stack NAME]
      Prints all that the execution asks a person, and the commands that answer.
  npx tsx bin/upgrade.ts show [--region REGION] [--stack NAME]
      Lists the executions that wait for a person.

  --stack   name of the stack this software is deployed as; by default the name of the
            execution's state machine, or ${DEFAULT_STACK}
  --region  its region, the web console's; by default the execution's, or AWS_REGION
Credentials come from the environment, as for the AWS CLI.`;

/**
 * Reads a command line.
 *
 * @param argv without the program's own names
 * @throws UsageError
 */
export function parseCommand(argv: readonly string[], environment: Record<string, string | undefined>): Command {
  const { values, positionals } = parsed(argv);
  const [verb, arn, ...rest] = positionals;
  if (values.help === true || verb === 'help') return { do: 'help' };
  if (verb !== 'approve' && verb !== 'reject' && verb !== 'accept' && verb !== 'show') {
    throw new UsageError(verb === undefined ? 'A command is missing.' : `There is no command ${verb}.`);
  }
  if (values.reason !== undefined && verb !== 'reject')
    throw new UsageError(`--reason is for reject, not for ${verb}.`);
  if (values.app !== undefined && verb !== 'accept') throw new UsageError(`--app is for accept, not for ${verb}.`);
  if (rest.length > 0) throw new UsageError(`Too many arguments: ${rest.join(' ')}`);
  if (arn === undefined) {
    if (verb !== 'show') throw new UsageError('The ARN of the execution is missing.');
    const region = values.region ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
    if (region === undefined) throw new UsageError('The region is missing: give --region, or set AWS_REGION.');
    return { do: 'list', region, stack: values.stack ?? DEFAULT_STACK };
  }
  const execution = executionRef(arn);
  if (values.region !== undefined && values.region !== execution.region) {
    throw new UsageError(`The execution is in ${execution.region}, not in ${values.region}.`);
  }
  const about = { execution, stack: values.stack ?? execution.stack };
  switch (verb) {
    case 'reject':
      return { do: verb, ...about, ...reasonOf(values.reason) };
    case 'accept':
      return { do: verb, ...about, apps: (values.app ?? []).map(parityRef) };
    default:
      return { do: verb, ...about };
  }
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        region: { type: 'string' },
        stack: { type: 'string' },
        reason: { type: 'string' },
        app: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A reason of spaces is none. */
function reasonOf(text: string | undefined): { reason?: string } {
  const reason = text?.trim() ?? '';
  return reason === '' ? {} : { reason };
}

/** Takes `PROJECT/APP[@REVISION]` apart. @throws UsageError */
function parityRef(text: string): ParityRef {
  const [, projectId, appId, revision] = /^([^/@\s]+)\/([^/@\s]+?)(?:@(\d+))?$/.exec(text) ?? [];
  if (projectId === undefined || appId === undefined) {
    throw new UsageError(`--app is PROJECT/APP, for example shop/webshop, not ${text}`);
  }
  return { projectId, appId, ...(revision === undefined ? {} : { revision: Number(revision) }) };
}

/** Takes the ARN of an execution apart. @throws UsageError for anything else, a Map Run's child included */
function executionRef(arn: string): ExecutionRef {
  const match = /^arn:aws[a-z-]*:states:([a-z0-9-]+):\d{12}:execution:([^:]+):([^:]+)$/.exec(arn);
  const [, region, stack, name] = match ?? [];
  if (region === undefined || stack === undefined || name === undefined) {
    throw new UsageError(`Not the ARN of an execution: ${arn}`);
  }
  if (stack.includes('/')) {
    throw new UsageError(`${arn} is a child of a Map Run; the execution that an operator starts is the one that asks.`);
  }
  return { arn, region, stack, name };
}
