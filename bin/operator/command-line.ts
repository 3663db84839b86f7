import { accept, type Asking } from './accept';
import { approve } from './approve';
import { HELP, parseCommand, UsageError, type Command, type ParityRef } from './arguments';
import { closeClients, operatorClients, type ClientOptions } from './clients';
import { findDeployment } from './deployment';
import { OperatorError } from './operator-error';
import { reject } from './reject';
import { listQuestions, showQuestions } from './show';

/** What the command line has around it. */
export interface Surroundings {
  environment: Record<string, string | undefined>;
  nowMs: number;
  out: (text: string) => void;
  error: (text: string) => void;
  /** Asks whoever sits there; left out where nobody does. */
  confirm?: (question: string) => Promise<boolean>;
  clients?: ClientOptions;
}

/** Runs one command line. @returns the exit code */
export async function runCommandLine(argv: readonly string[], around: Surroundings): Promise<number> {
  try {
    around.out(await run(parseCommand(argv, around.environment), around));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) around.error(`${error.message}\n\n${HELP}`);
    else if (error instanceof OperatorError) around.error(error.message);
    else around.error(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    return 1;
  }
}

async function run(command: Command, around: Surroundings): Promise<string> {
  const { nowMs, clients: options } = around;
  if (command.do === 'help') return HELP;
  const clients = operatorClients(command.do === 'list' ? command.region : command.execution.region, options);
  try {
    const deployment = await findDeployment(clients, command.stack);
    switch (command.do) {
      case 'approve':
        return await approve(clients, deployment, command.execution.arn, nowMs);
      case 'reject':
        return await reject(clients, deployment, command.execution.arn, command.reason, nowMs);
      case 'accept':
        return await accept(clients, deployment, acceptanceOf(command, nowMs), askingOf(around));
      case 'show':
        return await showQuestions(clients, deployment, command.execution.arn);
      case 'list':
        return await listQuestions(clients, deployment);
    }
  } finally {
    closeClients(clients);
  }
}

function acceptanceOf(
  { execution, apps }: Extract<Command, { do: 'accept' }>,
  atMs: number,
): { executionArn: string; apps: readonly ParityRef[]; atMs: number } {
  return { executionArn: execution.arn, apps, atMs };
}

function askingOf({ out, confirm }: Surroundings): Asking {
  return { tell: out, ...(confirm === undefined ? {} : { confirm }) };
}
