import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { judgeLoop } from '../judge';
import type { Converge } from '../converge';

/** Whether every project is done; after a redrive, the unfinished ones once more. */
export function judgeProjects(scope: Construct, steps: UpgradeSteps): Converge {
  return judgeLoop(scope, 'JudgeProjects', {
    step: steps.judgeChildren,
    children: 'projects',
    task: 'Judge the projects',
    question: 'Did every project succeed?',
    wait: 'Wait for the projects to be counted',
  });
}
