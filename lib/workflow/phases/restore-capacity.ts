import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** Capacity costs money by the second, whether the apps' migration went well or not. */
export function restoreCapacity(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'RestoreCapacity', {
    step,
    task: 'Restore capacity',
    question: 'Is the capacity restored?',
    wait: 'Wait for the capacity to be restored',
    comment: 'Puts the workgroup back when no project needs it any more and no call of this one is alive.',
    target: "$merge([$in.target, {'act': 'restore'}])",
  });
}
