import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { Converge } from '../converge';

/** The end of an app: a verdict, or an error that tells what differs. */
export function verifyParity(scope: Construct, steps: UpgradeSteps): Converge {
  return new Converge(scope, 'VerifyParity', {
    step: steps.verifyParity,
    task: 'Verify parity',
    question: 'Is parity proved?',
    wait: 'Wait for parity',
    comment: 'Compares legacy and migrated data and writes the verdict.',
  });
}
