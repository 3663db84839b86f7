import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** Suspended scaling does not follow a rising load. */
export function putBackIngestion(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'PutBackIngestion', {
    step,
    task: 'Put back ingestion scaling',
    question: 'Is ingestion as it was?',
    wait: 'Wait for ingestion to be as it was',
    comment: 'Size and scaling of the fleet as they were; old instances stay for the redrive.',
    target: "$merge([$in.target, {'act': 'put back'}])",
  });
}
