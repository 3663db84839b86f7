import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { Converge } from '../converge';

/** Sessions, which are made of migrated events. */
export function migrateSessions(scope: Construct, steps: UpgradeSteps): Converge {
  return new Converge(scope, 'MigrateSessions', {
    step: steps.migrateSessions,
    task: 'Migrate sessions',
    question: 'Are the sessions migrated?',
    wait: 'Wait for the sessions',
    comment: 'Done when the log shows sessions migrated after the last events.',
    mayTakeAgain: true,
  });
}
