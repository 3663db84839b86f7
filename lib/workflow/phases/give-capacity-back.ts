import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** As the upgrade itself does at its end. */
export function giveCapacityBack(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'GiveCapacityBack', {
    step,
    task: 'Give capacity back',
    question: 'Is the capacity what it was?',
    wait: 'Wait for the capacity to be what it was',
    comment: 'Capacity costs money by the second. A redriven root takes it again.',
    target: "$merge([$in.target, {'act': 'restore'}])",
  });
}
