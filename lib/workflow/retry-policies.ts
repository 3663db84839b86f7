import { Duration } from 'aws-cdk-lib';
import type { RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { ErrorCode } from '../../lambda/shared/errors';

/** A retrier in numbers, so that its total wait can be recomputed. Seconds; no jitter, so the total is exact. */
export interface RetryPolicy {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly backoffRate: number;
  readonly maxAttempts: number;
  readonly maxDelaySeconds: number;
}

/**
 * A service did not answer, or asked to come again. Waits 2 + 4 + 8 + 16 + 32 + 60 + 60 + 60 + 60 = 302 seconds in all,
 * which covers a workgroup that is being resized and the throttling of a busy account; after that a person redrives.
 *
 * - `Lambda.ServiceException`, `Lambda.AWSLambdaException`, `Lambda.SdkClientException`,
 *   `Lambda.ClientExecutionTimeoutException`, `Lambda.TooManyRequestsException`: named by the Step Functions
 *   Developer Guide, sfn-best-practices ("Handle transient Lambda service exceptions").
 * - `Lambda.Unknown` (the runtime died) and `Sandbox.Timedout` (the function's time-out, spent in SDK retries): a step
 *   writes down before it acts, so that being called again is always right. Source: concepts-error-handling.
 * - `States.Timeout`: no answer at all, later than the function's own time-out could explain.
 */
export const SERVICE_FAILURES: RetryPolicy = {
  errors: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.TooManyRequestsException',
    'Lambda.Unknown',
    'Sandbox.Timedout',
    'States.Timeout',
    ErrorCode.AwsUnavailable,
    ErrorCode.JournalConflict,
  ],
  intervalSeconds: 2,
  backoffRate: 2,
  maxAttempts: 9,
  maxDelaySeconds: 60,
};

/**
 * A statement was ended by a time-out, or lost against a concurrent transaction. The retry is permission to make the
 * call again; the retried pass only writes that down and answers IN_PROGRESS, so the state is left each time and this
 * count starts anew. How often and how long apart is bounded by the journal. Waits 2 + 4 + 8 = 14 seconds in all.
 */
export const STATEMENT_ENDED_EARLY: RetryPolicy = {
  errors: [ErrorCode.StatementTimedOut, ErrorCode.StatementConflicted],
  intervalSeconds: 2,
  backoffRate: 2,
  maxAttempts: 3,
  maxDelaySeconds: 60,
};

/**
 * The guard found that the execution does not run, or that the lock is another root's. DescribeExecution is eventually
 * consistent, so right after a redrive it may still tell that the execution has failed; the lock itself is read
 * consistently, and only costs these seconds. Waits 5 + 10 = 15 seconds in all.
 * Source: Step Functions API Reference, DescribeExecution
 */
export const SEEN_TOO_LATE: RetryPolicy = {
  errors: [ErrorCode.LockLost],
  intervalSeconds: 5,
  backoffRate: 2,
  maxAttempts: 2,
  maxDelaySeconds: 60,
};

/** What every Task of the machine has. */
export const TASK_RETRY_POLICIES: readonly RetryPolicy[] = [SERVICE_FAILURES, STATEMENT_ENDED_EARLY, SEEN_TOO_LATE];

/** The policy as CDK takes it. */
export function retryProps(policy: RetryPolicy): RetryProps {
  return {
    errors: [...policy.errors],
    interval: Duration.seconds(policy.intervalSeconds),
    backoffRate: policy.backoffRate,
    maxAttempts: policy.maxAttempts,
    maxDelay: Duration.seconds(policy.maxDelaySeconds),
  };
}
