import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { Converge } from '../converge';

/** The longest phase: legacy events since the cutoff, window by window or in one call. */
export function migrateEvents(scope: Construct, steps: UpgradeSteps): Converge {
  return new Converge(scope, 'MigrateEvents', {
    step: steps.migrateEvents,
    task: 'Migrate events',
    question: 'Are the events migrated?',
    wait: 'Wait for the events',
    comment: 'Done when every legacy event since the cutoff is in the new table and no batch is open.',
    mayTakeAgain: true,
  });
}
