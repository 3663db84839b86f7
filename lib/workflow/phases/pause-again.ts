import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** The guardian of an earlier end has let data processing go on; the migration wants it at rest. */
export function pauseAgain(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'PauseAgain', {
    step,
    task: 'Pause data processing again',
    question: 'Does data processing rest as before?',
    wait: 'Wait until data processing rests as before',
    comment: 'Only after a guardian has let it go on.',
    target: "{'region': $in.target.region, 'projectId': $in.target.projectId, 'act': 'keep'}",
  });
}
