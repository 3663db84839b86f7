import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** What was asked, what was done, how long it took: written to S3, and the execution's output. */
export function report(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'Report', {
    step,
    task: 'Report',
    question: 'Is the report written?',
    wait: 'Wait for the report',
    comment: 'Tells what was asked, done, counted and proved.',
    target: '{}',
    onDone: "{'output': $exists($answer.result) ? $answer.result : {}}",
  });
}
