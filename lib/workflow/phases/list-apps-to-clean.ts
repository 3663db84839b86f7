import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** The project's apps whose legacy objects are to be dropped, from the plan: state data carry ids only. */
export function listAppsToClean(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'ListAppsToClean', {
    step,
    task: 'List the apps to clean up',
    question: 'Are the apps to clean up listed?',
    wait: 'Wait for the list of apps to clean up',
    comment: 'Takes the apps to clean up from the plan.',
    onDone: "{'items': [$answer.result.items]}",
  });
}
