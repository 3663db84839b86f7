import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import type { Converge } from '../converge';
import { judgeLoop } from '../judge';

/** Fails the guardian where something could not be put back, so that its alarm rings; a redrive tries that again. */
export function judgeWhatWasPutBack(scope: Construct, step: StepFunction): Converge {
  return judgeLoop(scope, 'JudgePutBack', {
    step,
    children: 'projects',
    task: 'Judge what was put back',
    question: 'Is every project put back?',
    wait: 'Wait for the projects to be judged',
  });
}
