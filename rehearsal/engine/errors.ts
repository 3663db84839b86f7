import { limits } from './limits';

/** A state failed with a name a Retry or Catch may match. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  override readonly cause: string;

  constructor(
    readonly error: string,
    cause: string,
    /** Where the failure came from evaluating a field: the field, for EvaluationFailed's `location`. */
    readonly location?: string,
  ) {
    super(`${error}: ${cause}`);
    this.cause = cause.slice(0, limits.causeLength);
  }
}

/** What the invoker throws when the function itself failed: the `FunctionError` response of Lambda. */
export class LambdaFunctionError extends Error {
  override readonly name = 'LambdaFunctionError';
  constructor(
    readonly errorType: string,
    readonly errorMessage: string,
    readonly trace: string[] = [],
  ) {
    super(`${errorType}: ${errorMessage}`);
  }
}

/** What the invoker throws when a service failed instead of the function, for example `Lambda.TooManyRequestsException`. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  override readonly cause: string;
  constructor(
    readonly error: string,
    cause: string,
  ) {
    super(`${error}: ${cause}`);
    this.cause = cause;
  }
}

/** The execution ended (Stop, time-out) while something was under way in it. Unwinds what was under way; nobody sees it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The names of the language itself; a definition that names another `States.` error is refused. Source: Developer Guide, concepts-error-handling. */
export const PREDEFINED_ERRORS: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
  'States.BranchFailed',
]);

/**
 * Whether an `ErrorEquals` list takes an error.
 *
 * States.ALL takes neither States.DataLimitExceeded nor States.Runtime; the former can be named, the latter never matches.
 * States.TaskFailed takes everything a Task can fail with, except a time-out. States.Timeout takes a missed heartbeat too.
 * Source: Developer Guide, concepts-error-handling.
 */
export function errorMatches(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (error === 'States.DataLimitExceeded') return false;
    if (name === 'States.ALL') return true;
    const timedOut = error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
    if (name === 'States.Timeout') return timedOut;
    return name === 'States.TaskFailed' && !timedOut;
  });
}

/** The cause Step Functions gives for a failed function. */
export function lambdaCause(failure: LambdaFunctionError): string {
  return JSON.stringify({
    errorMessage: failure.errorMessage,
    errorType: failure.errorType,
    trace: failure.trace,
  });
}
