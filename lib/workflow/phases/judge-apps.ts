import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { judgeLoop } from '../judge';
import type { Converge } from '../converge';

/** Whether every app of the project is migrated; after a redrive, the unfinished ones once more. */
export function judgeApps(scope: Construct, steps: UpgradeSteps): Converge {
  return judgeLoop(scope, 'JudgeApps', {
    step: steps.judgeChildren,
    children: 'apps',
    task: 'Judge the apps',
    question: 'Did every app succeed?',
    wait: 'Wait for the apps to be counted',
  });
}
