import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** The guardian of an earlier end has given the capacity back; the migration wants it large. */
export function scaleAgain(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'ScaleAgain', {
    step,
    task: 'Scale Redshift up again',
    question: 'Is Redshift as large as before?',
    wait: 'Wait until Redshift is as large as before',
    comment: 'Only after a guardian has given the capacity back.',
    target: "{'region': $in.target.region, 'projectId': $in.target.projectId, 'act': 'up'}",
  });
}
