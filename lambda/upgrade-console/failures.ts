import type { Change } from '../shared/change-set/changes';
import { changeText } from '../shared/change-set/changes';
import { ErrorCode, UpgradeError } from '../shared/errors';
import type { ConsolePlan } from '../shared/plan/console-plan';
import { manyText } from '../shared/summary';
import type { ConsoleObservation } from './observe';

function idsOf({ stackName, stackId, region }: ConsolePlan): Record<string, string> {
  return { stack: stackName, stackId, region };
}

/** Source: CloudFormation User Guide, troubleshooting: "Update rollback failed"; ContinueUpdateRollback */
const CONTINUE_ROLLBACK =
  'In the CloudFormation console choose the stack and Stack actions → Continue update rollback, if need be with the failed ' +
  'resources to skip (Advanced troubleshooting). When the stack is UPDATE_ROLLBACK_COMPLETE and the reason is resolved, redrive.';

/** Our update failed: with the failed resources' own reasons, and what to do about them. */
export function updateFailed(console: ConsolePlan, ended: string, reasons: readonly string[]): UpgradeError {
  const rolledBack = ended === 'UPDATE_ROLLBACK_COMPLETE';
  return new UpgradeError({
    code: ErrorCode.ConsoleUpdateFailed,
    what: `The update of ${console.stackName} to ${console.targetVersion} failed; the stack is ${ended}.`,
    why: reasons.length === 0 ? 'The stack’s events name no reason of a resource.' : reasons.join(' | '),
    next: rolledBack ? `${resolve(reasons)} Then redrive: a new change set is made and executed.` : CONTINUE_ROLLBACK,
    redrive: 'yes',
    ids: idsOf(console),
    problems: reasons.map((reason) => ({ path: console.stackName, message: reason })),
  });
}

/** Without a service role CloudFormation has the permissions of this step, which are none. Source: service role, User Guide */
function resolve(reasons: readonly string[]): string {
  const denied = reasons.some((reason) => /AccessDenied|not authorized to perform/.test(reason));
  return denied
    ? 'CloudFormation may not change these resources: name a managed policy for it (context value executionPolicy, and deploy), or give the stack a service role.'
    : 'Nothing has changed, the stack was rolled back. Resolve the reasons.';
}

export function notUpdatable(
  console: ConsolePlan,
  { status = 'gone', statusReason }: ConsoleObservation,
  why: 'gone' | 'rollback failed' | 'not updatable',
): UpgradeError {
  const gone = why === 'gone';
  return new UpgradeError({
    code: ErrorCode.ConsoleUpdateFailed,
    what: gone
      ? `There is no stack ${console.stackName} any more.`
      : `${console.stackName} is ${status} and cannot be updated.`,
    why: statusReason === '' ? 'An earlier change of the stack led there.' : statusReason,
    next: gone
      ? 'Start a new execution, which looks for the web console anew.'
      : why === 'rollback failed'
        ? CONTINUE_ROLLBACK
        : 'Bring the stack into a status that can be updated (CloudFormation User Guide, troubleshooting), then redrive.',
    redrive: gone ? 'no' : 'yes',
    ids: idsOf(console),
  });
}

/** The stack is complete, and what it should have changed has not changed. */
export function evidenceMissing(console: ConsolePlan, seen: ConsoleObservation, minutes: number): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.ConsoleUpdateFailed,
    what: `${console.stackName} is ${String(seen.status)}, but the web console is not at ${console.targetVersion}.`,
    why:
      `For ${String(minutes)} minutes its API function has been saying ${seen.apiRelease ?? 'no version'}, ` +
      `and the item Solution of the dictionary table ${seen.dictionaryRelease ?? 'no version'}.`,
    next:
      `Compare FULL_SOLUTION_VERSION of ${console.apiFunction} with the item Solution in ${console.dictionaryTable}: pipelines take ` +
      'their templates from the latter. If the template is not that of the target, start a new execution with another one; else ' +
      'resolve it and redrive.',
    redrive: 'yes',
    ids: idsOf(console),
  });
}

/** The template is what the stack has already, and the console is not at the target. */
export function nothingToUpdate(console: ConsolePlan, seen: ConsoleObservation): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.ConsoleUpdateFailed,
    what: `The template changes nothing in ${console.stackName}, but the web console is not at ${console.targetVersion}.`,
    why: `Its API function says ${seen.apiRelease ?? 'no version'}: ${console.templateUrl ?? 'the template'} is not that of the target.`,
    next: 'Start a new execution with the URL of the target’s template in the input.',
    redrive: 'no',
    ids: { ...idsOf(console), template: console.templateUrl ?? '' },
  });
}

export function notApprovedYet(console: ConsolePlan): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.ChangeSetDiffers,
    what: `Nobody knows which changes of ${console.stackName} were approved.`,
    why: 'The record that the preparation of the change set wrote for this execution is missing from the state table.',
    next: 'Start a new execution: it makes and shows the change set again.',
    redrive: 'no',
    ids: idsOf(console),
  });
}

export function differs(console: ConsolePlan, extra: readonly Change[]): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.ChangeSetDiffers,
    what: `The new change set of ${console.stackName} would make ${manyText(extra.length, 'change that was', 'changes that were')} not approved.`,
    why: `Stack or template have changed since: ${extra.slice(0, 5).map(changeText).join('; ')}${extra.length > 5 ? ' …' : ''}.`,
    next: 'Start a new execution: it shows the changes as they are now.',
    redrive: 'no',
    ids: idsOf(console),
    problems: extra.map((change) => ({ path: change.logicalId, message: changeText(change) })),
  });
}
