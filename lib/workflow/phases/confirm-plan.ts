import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** Under the lock, before the first change: an approval may have taken days, and the world may have moved. */
export function confirmPlan(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'ConfirmPlan', {
    step,
    task: 'Confirm the plan',
    question: 'Does the plan still fit?',
    wait: 'Wait for the second look',
    comment: 'Compares what the plan rests on with the world; a plan that no longer fits gives the lock back.',
    target: "{'act': 'confirm'}",
  });
}
