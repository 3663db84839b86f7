import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** A call that nobody waits for any more would keep its warehouse large. */
export function cancelLivingStatements(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'CancelStatements', {
    step,
    task: 'Cancel living statements',
    question: 'Has every statement ended?',
    wait: 'Wait for the statements to end',
    comment: 'Ends the calls of the dead root; what they have committed stays, and a redrive goes on from there.',
  });
}
