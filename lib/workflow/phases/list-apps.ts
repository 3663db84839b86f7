import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { Converge } from '../converge';

/** The project's apps, from the plan: state data carry ids only. */
export function listApps(scope: Construct, steps: UpgradeSteps): Converge {
  return new Converge(scope, 'ListApps', {
    step: steps.listApps,
    task: 'List the apps',
    question: 'Are the apps listed?',
    wait: 'Wait for the list of apps',
    comment: 'Takes the apps to migrate from the plan.',
    onDone: "{'items': [$answer.result.items]}",
  });
}
