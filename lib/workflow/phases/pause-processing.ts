import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** No job may run while the pipeline is upgraded: its success would be told to rules that know another application. */
export function pauseProcessing(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'PauseProcessing', {
    step,
    task: 'Pause data processing',
    question: 'Does data processing rest?',
    wait: 'Wait for data processing to rest',
    comment: 'Done when the schedule is disabled, no job or workflow runs, and every EMR application is stopped.',
    target: "$merge([$in.target, {'act': 'pause'}])",
  });
}
