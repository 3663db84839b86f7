import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** The guide advises more capacity for the time of the migration. */
export function scaleRedshiftUp(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'ScaleRedshiftUp', {
    step,
    task: 'Scale Redshift up',
    question: 'Is Redshift scaled up?',
    wait: 'Wait for Redshift to scale up',
    comment: 'Raises base capacity and the limit on queries of a serverless workgroup, and keeps what they were.',
    target: "$merge([$in.target, {'act': 'up'}])",
  });
}
