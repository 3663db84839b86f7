import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** People are told why, what was put back, and what to do next. */
export function tellWhatHappened(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'TellWhatHappened', {
    step,
    task: 'Tell what happened',
    question: 'Have people been told?',
    wait: 'Wait for the projects to be counted',
    comment: 'Before the judge: what could not be put back is told as well.',
    target: "{'mapRunArn': $in.map.runArn}",
  });
}
