import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { Converge } from '../converge';

/** Items, window by window as the events. */
export function migrateItems(scope: Construct, steps: UpgradeSteps): Converge {
  return new Converge(scope, 'MigrateItems', {
    step: steps.migrateItems,
    task: 'Migrate items',
    question: 'Are the items migrated?',
    wait: 'Wait for the items',
    comment: 'Done when the log shows items migrated after the last events, and no batch is open.',
    mayTakeAgain: true,
  });
}
