import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** Where Redshift has ended Python functions, the solution's own run of an app's schema stops at the first of them. */
export function repairSchema(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'RepairSchema', {
    step,
    task: 'Repair the schema',
    question: 'Is the schema repaired?',
    wait: 'Wait for the repair of the schema',
    comment:
      'Where the plan replaces Python functions: runs the failed list of statements again, with Lambda functions in it.',
  });
}
