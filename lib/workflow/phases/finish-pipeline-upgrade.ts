import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** That the console's workflow succeeded proves nothing: the stacks do. */
export function finishPipelineUpgrade(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'FinishPipelineUpgrade', {
    step,
    task: 'Finish the pipeline upgrade',
    question: 'Is the pipeline upgraded?',
    wait: 'Wait for the pipeline',
    comment: 'Done when every stack is complete, not rolled back and tagged with the version of the console.',
    target: "$merge([$in.target, {'act': 'finish'}])",
  });
}
