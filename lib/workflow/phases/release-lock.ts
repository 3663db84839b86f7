import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** The last step of an execution that comes to its end; one that fails keeps the lock for its redrive. */
export function releaseLock(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'ReleaseLock', {
    step,
    task: 'Release the lock',
    question: 'Is the lock free?',
    wait: 'Wait for the lock to be free',
    comment: 'The next upgrade of this console may begin.',
    target: '{}',
  });
}
