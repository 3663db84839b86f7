import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** The pipeline's upgrade writes its rules anew, enabled; and a later round of apps begins after they were given back. */
export function keepProcessingPaused(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'KeepProcessingPaused', {
    step,
    task: 'Keep data processing paused',
    question: 'Does data processing still rest?',
    wait: 'Wait for data processing to rest again',
    comment: 'The same goal as before the upgrade, on the rules, applications and workflows as they are now.',
    target: "$merge([$in.target, {'act': 'keep'}])",
  });
}
