import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** The verdict may be weeks old: nothing is dropped that has not just been proved to be migrated. */
export function proveAgain(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'ProveAgain', {
    step,
    task: 'Prove parity again',
    question: 'Is parity proved again?',
    wait: 'Wait for the new proof',
    comment: 'Counts legacy against migrated data once more, without changing either.',
    target: "$merge([$in.target, {'act': 'reprove'}])",
  });
}
