import type { StackFailure } from '../aws/cloudformation/stack-update';
import type { SimulatedStack, SimulatedStackResource } from '../aws/cloudformation/stacks';
import type { Stage } from '../run/stage';
import { CONSOLE_STACK } from '../world/world';
import { actedOn, membersOf } from './outside';

/** The web console's stack as it is now. */
export function consoleStack({ world }: Stage): SimulatedStack {
  const { account } = world;
  const stack = account.stacks.find(account.region, CONSOLE_STACK);
  if (stack === undefined) throw new Error('The web console is gone');
  return stack;
}

/** A resource of the console by its type, and by a part of its logical id where there are several. */
export function consoleResource(stage: Stage, type: string, part = ''): SimulatedStackResource {
  const found = consoleStack(stage).resources.find(
    (resource) => resource.type === type && resource.logicalId.includes(part),
  );
  if (found === undefined) throw new Error(`The web console has no ${type} ${part}`);
  return found;
}

/** The console's API function, failing with these words. */
export function apiFunctionFails(stage: Stage, reason: string): StackFailure {
  const { logicalId, physicalId, type } = consoleResource(stage, 'AWS::Lambda::Function');
  return { logicalId, physicalId, type, reason };
}

/** Names of the change sets that were made, executed and deleted so far. */
export function changeSets(stage: Stage): { made: string[]; executed: string[]; deleted: string[] } {
  const names = (operation: string): string[] =>
    membersOf(actedOn(stage, 'cloudformation', operation), 'ChangeSetName');
  return { made: names('CreateChangeSet'), executed: names('ExecuteChangeSet'), deleted: names('DeleteChangeSet') };
}
