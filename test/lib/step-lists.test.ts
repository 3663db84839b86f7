import { ErrorCode } from '../../lambda/shared/errors';
import { APPROVAL_RETRY } from '../../lib/workflow/approval';
import { HISTORY_PASSES, passesToLeave, type BudgetedStep } from '../../lib/workflow/history-budget';
import { TASK_RETRY_POLICIES } from '../../lib/workflow/retry-policies';
import { statesOf } from '../support/asl';
import { functionOf } from '../support/grants';
import { STEP_FOLDERS, STEP_SCHEMAS } from '../support/step-schemas';
import { deployed } from '../support/synth';

/** The compiler keeps this list whole: a step of the budget that is missing here, or one too many, is an error. */
const BUDGETED: Record<BudgetedStep, true> = {
  'approve-plan': true,
  'back-up': true,
  'cancel-statements': true,
  check: true,
  'clean-up': true,
  'inspect-and-plan': true,
  'judge-children': true,
  'list-apps': true,
  'look-at-root': true,
  'migrate-events': true,
  'migrate-items': true,
  'migrate-sessions': true,
  'migrate-users': true,
  'pause-processing': true,
  'prepare-change-set': true,
  'prove-functions': true,
  'recalculate-metrics': true,
  'refresh-base-view': true,
  'release-lock': true,
  'repair-schema': true,
  'replace-instances': true,
  report: true,
  'resume-processing': true,
  'scale-warehouse': true,
  'set-timezones': true,
  'take-lock': true,
  'tell-what-happened': true,
  'upgrade-console': true,
  'upgrade-pipeline': true,
  'verify-parity': true,
  'wait-for-map-runs': true,
  'wait-for-schema': true,
};

const deployment = deployed('aws');
const tasks = deployment.stateMachines
  .flatMap(({ definition }) => statesOf(definition))
  .filter(({ state }) => state.Type === 'Task');

describe('Every folder of lambda/ with a schema', () => {
  test('is named by its schema as the folder is', () => {
    expect(STEP_SCHEMAS.map(({ name }) => name)).toEqual(STEP_FOLDERS);
  });

  test('is a step of the history budget', () => {
    expect(STEP_FOLDERS).toEqual(Object.keys(BUDGETED).sort());
  });

  test('has a Lambda, and no Lambda is without a folder', () => {
    expect(deployment.functions.map(({ name }) => name).sort()).toEqual(
      STEP_FOLDERS.map((folder) => `${deployment.stackName}-${folder}`),
    );
  });

  test.each(STEP_FOLDERS)('is called by a Task of a machine: %s', (folder) => {
    const { arn } = functionOf(deployment, folder);
    const called = tasks.map(({ state }) => (state['Arguments'] as { FunctionName: string }).FunctionName);
    expect(called).toContain(arn);
  });

  test.each(STEP_SCHEMAS)('leaves passes to those after it: $name', ({ name }) => {
    const { environment } = functionOf(deployment, name);
    const left = Number(environment['HISTORY_PASSES_TO_LEAVE']);
    expect(left).toBe(passesToLeave(name as BudgetedStep));
    expect(Number(environment['HISTORY_PASSES'])).toBe(HISTORY_PASSES);
    // Whatever came before it, something is left to itself.
    expect(left).toBeLessThan(HISTORY_PASSES);
  });
});

describe('The errors', () => {
  test('have names that are their codes', () => {
    expect(Object.entries(ErrorCode).filter(([name, code]) => name !== code)).toEqual([]);
  });

  /** A retrier is for what passes by itself; everything else waits for a person. */
  const PASSING: ErrorCode[] = [
    ErrorCode.AwsUnavailable,
    ErrorCode.JournalConflict,
    // Right after a redrive Step Functions may still tell what was before.
    ErrorCode.LockLost,
    ErrorCode.StatementTimedOut,
    ErrorCode.StatementConflicted,
  ];

  test('that pass by themselves are retried by every Task, the others by none', () => {
    const codes = new Set<string>(Object.values(ErrorCode));
    const retried = TASK_RETRY_POLICIES.flatMap(({ errors }) => errors).filter((error) => codes.has(error));
    expect(retried.sort()).toEqual(PASSING.toSorted());
    expect(APPROVAL_RETRY.errors.filter((error) => codes.has(error))).toEqual(['AwsUnavailable', 'JournalConflict']);
    for (const { state } of tasks) {
      const named = ((state['Retry'] ?? []) as { ErrorEquals: string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(named).not.toContain('States.ALL');
      expect(named).not.toContain('States.TaskFailed');
    }
  });
});
