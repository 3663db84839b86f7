import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { Converge } from '../converge';

/** Nothing is migrated before the warehouse is known to be ready. */
export function check(scope: Construct, steps: UpgradeSteps): Converge {
  return new Converge(scope, 'Check', {
    step: steps.check,
    task: 'Check',
    question: 'Is the warehouse ready?',
    wait: 'Wait for the checks',
    comment: 'Looks for everything that would stop or spoil the migration, and tells all of it at once.',
    mayTakeAgain: true,
  });
}
