import { isAwsError } from '../aws-errors';
import { assertNever, ErrorCode, UpgradeError } from '../errors';
import type { ConsolePlan } from '../plan/console-plan';
import {
  changeSetsNamed,
  createChangeSet,
  deleteChangeSet,
  findChangeSet,
  isBusyError,
  type DescribedChangeSet,
} from './change-sets';

/** What a change set allows. */
export type ChangeSetState =
  /** There is none. */
  | { is: 'missing' }
  /** CloudFormation is at work on it. */
  | { is: 'underway'; status: string }
  /** It can be executed. */
  | { is: 'ready'; set: DescribedChangeSet }
  /** The template would change nothing. */
  | { is: 'nothing' }
  /** The stack has changed since. */
  | { is: 'obsolete' }
  /** It was executed. */
  | { is: 'consumed' }
  | { is: 'failed'; reason: string };

/**
 * Pure. Judged by status, not by the list of changes: an update of outputs alone lists none and can be executed.
 * Source: CloudFormation API Reference, DescribeChangeSet
 */
export function changeSetState(set: DescribedChangeSet | undefined): ChangeSetState {
  if (set === undefined) return { is: 'missing' };
  switch (set.status) {
    case 'CREATE_PENDING':
    case 'CREATE_IN_PROGRESS':
    case 'DELETE_PENDING':
    case 'DELETE_IN_PROGRESS':
      return { is: 'underway', status: set.status };
    case 'DELETE_COMPLETE':
      return { is: 'missing' };
    case 'CREATE_COMPLETE':
      return executionState(set);
    default:
      return isNoChange(set.reason) ? { is: 'nothing' } : { is: 'failed', reason: set.reason };
  }
}

function executionState(set: DescribedChangeSet): ChangeSetState {
  switch (set.executionStatus) {
    case 'AVAILABLE':
      return { is: 'ready', set };
    case 'OBSOLETE':
      return { is: 'obsolete' };
    case 'EXECUTE_COMPLETE':
    case 'EXECUTE_FAILED':
      return { is: 'consumed' };
    default:
      return { is: 'underway', status: set.executionStatus };
  }
}

/**
 * CloudFormation fails a change set without changes, and has nothing but two wordings to tell it.
 * Source: aws/aws-sam-cli and aws/aws-cdk, which look for both; aws-cdk issue 10650 for the second one
 */
export function isNoChange(reason: string): boolean {
  return (
    reason.startsWith("The submitted information didn't contain changes.") ||
    reason === 'No updates are to be performed.'
  );
}

/** Where the making of a change set is. */
export type Making =
  | { is: 'underway'; summary: string; waitSeconds: number }
  | { is: 'ready'; set: DescribedChangeSet }
  | { is: 'nothing' };

const SOON_SECONDS = 5;
const BUSY_SECONDS = 60;

/**
 * Brings a change set of that name nearer to being ready, by one mutation at most. One that the stack has overtaken, and
 * older ones with the same prefix, are deleted first.
 *
 * @throws UpgradeError ChangeSetFailed
 */
export async function makeChangeSet(
  console: ConsolePlan,
  { name, prefix }: { name: string; prefix: string },
): Promise<Making> {
  const underway = (summary: string, waitSeconds = SOON_SECONDS): Making => ({ is: 'underway', summary, waitSeconds });
  const state = changeSetState(await findChangeSet(console, name));
  switch (state.is) {
    case 'ready':
    case 'nothing':
      return state;
    case 'underway':
      return underway(`change set ${name} is ${state.status}`);
    case 'failed':
      throw changeSetFailed(console, name, state.reason);
    case 'obsolete':
    case 'consumed':
      await deleteChangeSet(console, name);
      return underway(`change set ${name} was ${state.is} and is made anew`);
    case 'missing': {
      const [older] = (await changeSetsNamed(console, prefix)).filter((other) => other !== name);
      if (older !== undefined && (await forget(console, older))) {
        return underway(`an older change set, ${older}, was deleted`);
      }
      return (await create(console, name))
        ? underway(`change set ${name} was asked for`)
        : underway(`stack ${console.stackName} is being updated by somebody else`, BUSY_SECONDS);
    }
    default:
      return assertNever(state);
  }
}

/** False where CloudFormation keeps it, for example because it was executed: it is in nobody's way. */
async function forget(console: ConsolePlan, name: string): Promise<boolean> {
  try {
    await deleteChangeSet(console, name);
    return true;
  } catch (error) {
    if (isAwsError(error, 'InvalidChangeSetStatusException', 'InvalidChangeSetStatus')) return false;
    throw error;
  }
}

/** Refusals that no repetition mends. Source: CloudFormation API Reference, CreateChangeSet, errors */
const REFUSALS = ['ValidationError', 'InsufficientCapabilitiesException', 'LimitExceededException'];

/** False while the stack is busy. */
async function create(console: ConsolePlan, name: string): Promise<boolean> {
  try {
    await createChangeSet(console, name);
    return true;
  } catch (error) {
    // Our own, whose answer was lost.
    if (isAwsError(error, 'AlreadyExistsException')) return true;
    if (isBusyError(error)) return false;
    if (error instanceof Error && isAwsError(error, ...REFUSALS))
      throw changeSetFailed(console, name, error.message, error);
    throw error;
  }
}

function changeSetFailed(console: ConsolePlan, name: string, reason: string, cause?: Error): UpgradeError {
  return new UpgradeError(
    {
      code: ErrorCode.ChangeSetFailed,
      what: `CloudFormation could not make the change set of ${console.stackName} for ${console.targetVersion}.`,
      why: reason === '' ? 'It gave no reason.' : reason,
      next:
        'Resolve the reason and redrive: a new change set is made. If a parameter or the template has to be another one, ' +
        'start a new execution with it in the input.',
      redrive: 'yes',
      ids: { stack: console.stackName, changeSet: name, template: console.templateUrl ?? '' },
    },
    cause === undefined ? undefined : { cause },
  );
}
