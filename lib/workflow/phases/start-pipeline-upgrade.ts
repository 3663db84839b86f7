import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** Asks the console to upgrade the pipeline, or to retry what failed. */
export function startPipelineUpgrade(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'StartPipelineUpgrade', {
    step,
    task: 'Start the pipeline upgrade',
    question: 'Is the ingestion stack upgraded?',
    wait: 'Wait for the ingestion stack',
    comment:
      'Done when the console has accepted and the ingestion stack is complete at its version: old instances must go then.',
    target: "$merge([$in.target, {'act': 'start'}])",
    mayTakeAgain: true,
  });
}
