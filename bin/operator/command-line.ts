import { approve } from './approve';
import { HELP, parseCommand, UsageError, type Command } from './arguments';
import { closeClients, operatorClients, type ClientOptions } from './clients';
import { findDeployment } from './deployment';
import { OperatorError } from './operator-error';
import { listApprovals, showApproval } from './show';

/** What the command line has around it. */
export interface Surroundings {
  environment: Record<string, string | undefined>;
  nowMs: number;
  out(text: string): void;
  error(text: string): void;
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

async function run(command: Command, { nowMs, clients: options }: Surroundings): Promise<string> {
  if (command.do === 'help') return HELP;
  const clients = operatorClients(command.do === 'list' ? command.region : command.execution.region, options);
  try {
    const deployment = await findDeployment(clients, command.stack);
    switch (command.do) {
      case 'approve':
        return await approve(clients, deployment, command.execution.arn, nowMs);
      case 'show':
        return await showApproval(clients, deployment, command.execution.arn);
      case 'list':
        return await listApprovals(clients, deployment);
    }
  } finally {
    closeClients(clients);
  }
}
