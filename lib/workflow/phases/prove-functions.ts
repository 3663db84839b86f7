import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** Past a pipeline's upgrade there is no way back: what the new schema will need is tried out before. */
export function proveFunctions(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'ProveFunctions', {
    step,
    task: 'Prove the Lambda functions',
    question: 'Do the Lambda functions work?',
    wait: 'Wait for the Lambda functions',
    comment:
      'Where Lambda replaces Python functions, each warehouse is given the role, and every function is tried out.',
    target: '{}',
  });
}
