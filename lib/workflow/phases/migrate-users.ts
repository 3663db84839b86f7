import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { Converge } from '../converge';

/** Users, after the events they are told by. */
export function migrateUsers(scope: Construct, steps: UpgradeSteps): Converge {
  return new Converge(scope, 'MigrateUsers', {
    step: steps.migrateUsers,
    task: 'Migrate users',
    question: 'Are the users migrated?',
    wait: 'Wait for the users',
    comment: 'Done when the log shows users migrated after the last events.',
    mayTakeAgain: true,
  });
}
