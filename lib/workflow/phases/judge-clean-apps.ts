import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import type { Converge } from '../converge';
import { judgeLoop } from '../judge';

/** Whether every app is cleaned up; after a redrive, the unfinished ones once more. */
export function judgeCleanApps(scope: Construct, steps: Pick<UpgradeSteps, 'judgeChildren'>): Converge {
  return judgeLoop(scope, 'JudgeCleanApps', {
    step: steps.judgeChildren,
    children: 'apps',
    task: 'Judge the cleaned apps',
    question: 'Is every app clean?',
    wait: 'Wait for the cleaned apps to be counted',
  });
}
