import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { isAwsError } from '../shared/aws-errors';
import { decide, decideByEvent, type Ignored } from './decide';
import type { Environment } from './environment';
import { stackOf, type StackEvent } from './event';
import { executionName } from './execution-name';
import { observe } from './observe';

/** What came of an event. */
export type Outcome =
  | { outcome: 'ignored'; because: Ignored; summary: string }
  | { outcome: 'duplicate'; execution: string; summary: string }
  | { outcome: 'started'; execution: string; summary: string };

/** Looks at the stack that an event tells of, and starts the machine where that is due. */
export async function start(event: StackEvent, environment: Environment): Promise<Outcome> {
  const told = stackOf(event);
  const { CONSOLE_STACK: consoleStack, EXECUTION_INPUT: input, MACHINE_ARN: machine } = environment;
  const decision = decideByEvent(event) ?? decide(await observe(told, environment), { consoleStack, input });
  if (decision.do === 'ignore') {
    const { because, what } = decision;
    return { outcome: 'ignored', because, summary: `${told.stackName} starts nothing: ${what}` };
  }
  const name = executionName(decision.key);
  const begun = await startExecution(machine, name, JSON.stringify(decision.input));
  return begun
    ? { outcome: 'started', execution: name, summary: `${told.stackName} has started the execution ${name}` }
    : { outcome: 'duplicate', execution: name, summary: `the execution ${name} was started before` };
}

let client: SFNClient | undefined;

/** @returns whether it was there not yet; one that is running with the same input is answered as a new one is */
async function startExecution(stateMachineArn: string, name: string, input: string): Promise<boolean> {
  const sfn = (client ??= new SFNClient({}));
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return true;
  } catch (error) {
    if (isAwsError(error, 'ExecutionAlreadyExists')) return false;
    throw error;
  }
}
