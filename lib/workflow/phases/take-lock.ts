import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** One upgrade at a time for a web console. */
export function takeLock(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'TakeLock', {
    step,
    task: 'Take the lock',
    question: 'Is the lock ours?',
    wait: 'Wait for the lock',
    comment: 'From here on no other execution upgrades this console.',
    target:
      "$exists($states.context.Execution.Input.takeOver) ? {'takeOver': $states.context.Execution.Input.takeOver} : {}",
  });
}
