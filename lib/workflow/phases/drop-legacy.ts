import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** The end of a clean-up: each legacy object absent. */
export function dropLegacy(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'DropLegacy', {
    step,
    task: 'Drop the legacy objects',
    question: 'Are the legacy objects gone?',
    wait: 'Wait for the drops',
    comment: 'Drops procedures, functions, views and tables of the old data model, one a pass.',
  });
}
