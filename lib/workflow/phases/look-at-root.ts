import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** Whether the root is dead still, and what it may have left behind. */
export function lookAtRoot(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'LookAtRoot', {
    step,
    task: 'Look at the root',
    question: 'Is it known what the root has left?',
    wait: 'Wait for the root to be shown as it is',
    comment: 'A root that runs again, or never had the lock, leaves the guardian nothing to put back.',
    target: '{}',
    onDone:
      "{'items': $exists($answer.result.items) ? [$answer.result.items] : [], " +
      "'root': $merge([$in.root, $exists($answer.result.plan) ? {'plan': $answer.result.plan} : {}])}",
  });
}
