import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** A stack that is complete says nothing of the schema: its custom resource starts the workflow and does not wait. */
export function waitForSchema(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'WaitForSchema', {
    step,
    task: 'Wait for schema',
    question: 'Is the schema there?',
    wait: 'Wait for the schema workflow',
    comment:
      'Done when the schema workflow of the app in this upgrade succeeded, or none was due, and every new object is there.',
  });
}
