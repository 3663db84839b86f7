import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** As the upgrade itself does at its end, except where a pipeline is half-way. */
export function resumeAfterRoot(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'ResumeAfterRoot', {
    step,
    task: 'Let data processing go on',
    question: 'Does data processing go on?',
    wait: 'Wait for data processing to go on',
    comment: 'Stays paused only where the stacks of the project are half-way between two releases.',
  });
}
