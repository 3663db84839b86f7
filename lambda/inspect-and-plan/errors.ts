import { ErrorCode, UpgradeError, type Problem } from '../shared/errors';

/** What is asked cannot be done; every reason at once. */
export function planRefused(problems: Problem[]): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.PlanRefused,
    what: 'This upgrade cannot be done as it is asked.',
    why: problems.map(({ path, message }) => `${path} ${message}`).join('; '),
    next: 'Resolve every problem, then start a new execution. Nothing was touched.',
    redrive: 'no',
    ids: {},
    problems,
  });
}

/** The plan was made in another world. */
export function planStale(plan: { hash: string; createdAt: string }, moved: string[]): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.PlanStale,
    what: `The plan ${plan.hash} of ${plan.createdAt} no longer fits what is there.`,
    why: moved.join('; '),
    next: 'Start an execution with mode plan, look at the new plan, and execute that.',
    redrive: 'no',
    ids: { planHash: plan.hash },
    problems: moved.map((message) => ({ path: 'plan', message })),
  });
}

/** The hash of the input leads nowhere, or to a plan of something else. */
export function wrongPlan(hash: string, why: string, message: string): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.InvalidInput,
    what: 'The plan that the input names cannot be executed.',
    why,
    next: 'Start an execution with mode plan, and use the hash of its output, with or without the input it was made from.',
    redrive: 'no',
    ids: { planHash: hash },
    problems: [{ path: 'input.planHash', message }],
  });
}
