import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** Nothing is changed before there is something to go back to. */
export function backUp(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'BackUp', {
    step,
    task: 'Back up',
    question: 'Is everything backed up?',
    wait: 'Wait for the backups',
    target: '{}',
    comment:
      'Backs up the tables of the console, and makes sure that each warehouse has a snapshot or a recovery point.',
  });
}
