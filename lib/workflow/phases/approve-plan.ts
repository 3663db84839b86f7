import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Approval } from '../approval';

/** The gate before anything is changed; open at once where the input asks for no approval. */
export function approvePlan(scope: Construct, step: StepFunction): Approval {
  return new Approval(scope, 'ApprovePlan', {
    step,
    task: 'Approve the plan',
    comment: 'Shows a person what will be changed and waits for a yes, for up to seven days.',
  });
}
