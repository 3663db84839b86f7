import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** Children of a stopped execution go on for a while. */
export function waitForMapRuns(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'WaitForMapRuns', {
    step,
    task: 'Wait for the Map Runs',
    question: 'Have all Map Runs ended?',
    wait: 'Wait for the Map Runs to end',
    comment: 'As long as a Map Run of the root runs, its children may still act.',
    target: '{}',
  });
}
