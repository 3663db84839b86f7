import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** Before the apps are judged: a failed one leaves nothing paused. */
export function resumeProcessing(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'ResumeProcessing', {
    step,
    task: 'Resume data processing',
    question: 'Does data processing run again?',
    wait: 'Wait for the load',
    comment: 'Done when the rules are as they were before, and the load workflow has taken what waited meanwhile.',
  });
}
