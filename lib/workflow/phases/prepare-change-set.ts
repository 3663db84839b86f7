import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** What CloudFormation would change in the web console's stack, before anybody is asked. */
export function prepareChangeSet(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'PrepareChangeSet', {
    step,
    task: 'Prepare the console change set',
    question: 'Is the change set described?',
    wait: 'Wait for the change set',
    comment: 'Makes a change set of the target template and lists its changes, replacements first. Changes nothing.',
    target: '{}',
  });
}
