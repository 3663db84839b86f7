import {
  SEEN_TOO_LATE,
  SERVICE_FAILURES,
  STATEMENT_ENDED_EARLY,
  type RetryPolicy,
} from '../../../lib/workflow/retry-policies';
import { stateOf } from '../../support/asl';
import { deployed } from '../../support/synth';

/** Total wait of a retrier. Source: Step Functions Developer Guide, concepts-error-handling */
function totalWaitSeconds({ intervalSeconds, backoffRate, maxAttempts, maxDelaySeconds }: RetryPolicy): number {
  return Array.from({ length: maxAttempts }, (_, attempt) =>
    Math.min(maxDelaySeconds, intervalSeconds * backoffRate ** attempt),
  ).reduce((sum, wait) => sum + wait, 0);
}

describe('The retry policies', () => {
  test('wait for a service that fails 302 seconds in all, as their comment says', () => {
    expect(totalWaitSeconds(SERVICE_FAILURES)).toBe(302);
  });

  test('wait for a statement that ended early 14 seconds in all, as their comment says', () => {
    expect(totalWaitSeconds(STATEMENT_ENDED_EARLY)).toBe(14);
  });

  test('wait for an execution that was seen too late 15 seconds in all, as their comment says', () => {
    expect(totalWaitSeconds(SEEN_TOO_LATE)).toBe(15);
  });

  test('are in the definition as they are written, without those that CDK would add', () => {
    const definition = deployed('aws').stateMachines[0]?.definition ?? {};
    expect(stateOf(definition, 'Migrate events')['Retry']).toEqual([
      {
        ErrorEquals: SERVICE_FAILURES.errors,
        IntervalSeconds: 2,
        MaxAttempts: 9,
        BackoffRate: 2,
        MaxDelaySeconds: 60,
      },
      {
        ErrorEquals: ['StatementTimedOut', 'StatementConflicted'],
        IntervalSeconds: 2,
        MaxAttempts: 3,
        BackoffRate: 2,
        MaxDelaySeconds: 60,
      },
      { ErrorEquals: ['LockLost'], IntervalSeconds: 5, MaxAttempts: 2, BackoffRate: 2, MaxDelaySeconds: 60 },
    ]);
  });
});
