import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { Converge } from '../converge';

/** The view that metrics are made of. */
export function refreshBaseView(scope: Construct, steps: UpgradeSteps): Converge {
  return new Converge(scope, 'RefreshBaseView', {
    step: steps.refreshBaseView,
    task: 'Refresh base view',
    question: 'Is the base view refreshed?',
    wait: 'Wait for the base view',
    comment: 'Day by day, old to new; each day is proved by its row in the log.',
    mayTakeAgain: true,
  });
}
