import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { isAwsError } from '../shared/aws-errors';
import { executionState } from '../shared/execution-state';
import { decide, decideByEvent, type Ignored, type StartDecision } from './decide';
import type { Environment } from './environment';
import { stackOf, type StackEvent } from './event';
import { executionName } from './execution-name';
import { observe, type ToldStack } from './observe';

/** What came of an event. */
export type Outcome =
  | { outcome: 'ignored'; because: Ignored; summary: string }
  | { outcome: 'duplicate'; execution: string; summary: string }
  | { outcome: 'started'; execution: string; summary: string };

/** Looks at the stack that an event tells of, and starts the machine where that is due. */
export async function start(event: StackEvent, environment: Environment): Promise<Outcome> {
  const told = stackOf(event);
  const { CONSOLE_STACK: consoleStack, EXECUTION_INPUT: input } = environment;
  const decision = decideByEvent(event) ?? decide(await observe(told, environment), { consoleStack, input });
  return follow(decision, told, environment);
}

/**
 * Does what was decided, unless an execution of the update's name is known: an event that comes twice is a duplicate, whether
 * the execution of the first one has still to begin its work, is at it, or has ended.
 */
export async function follow(
  decision: StartDecision,
  { stackName }: Pick<ToldStack, 'stackName'>,
  { MACHINE_ARN: machine }: Pick<Environment, 'MACHINE_ARN'>,
): Promise<Outcome> {
  const name = 'key' in decision ? executionName(decision.key) : '';
  const duplicate: Outcome = {
    outcome: 'duplicate',
    execution: name,
    summary: `the execution ${name} was started before`,
  };
  if (name !== '' && (await executionState(executionArn(machine, name))) !== 'gone') return duplicate;
  if (decision.do === 'ignore') {
    const { because, what } = decision;
    return { outcome: 'ignored', because, summary: `${stackName} starts nothing: ${what}` };
  }
  const begun = await startExecution(machine, name, JSON.stringify(decision.input));
  return begun
    ? { outcome: 'started', execution: name, summary: `${stackName} has started the execution ${name}` }
    : duplicate;
}

/** `arn:…:stateMachine:<machine>` → `arn:…:execution:<machine>:<name>` */
function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
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
