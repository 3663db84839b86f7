import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** The web console comes first: the templates of all pipelines are its data. */
export function upgradeConsole(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'UpgradeConsole', {
    step,
    task: 'Upgrade the web console',
    question: 'Is the web console upgraded?',
    wait: 'Wait for the web console',
    comment: 'Executes the approved change set; done when stack, API function and dictionary agree on the target.',
    target: '{}',
  });
}
