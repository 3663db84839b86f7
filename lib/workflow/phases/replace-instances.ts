import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** CloudFormation replaces no instance, and takes the role of the old ones away. */
export function replaceInstances(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'ReplaceInstances', {
    step,
    task: 'Replace ingestion instances',
    question: 'Are the instances replaced?',
    wait: 'Wait for the instances',
    comment:
      'Done when no instance, in service or in the warm pool, is from a launch configuration or another template, and the fleet has its size again.',
  });
}
