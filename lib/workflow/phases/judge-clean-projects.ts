import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import type { Converge } from '../converge';
import { judgeLoop } from '../judge';

/** Whether every project is cleaned up; after a redrive, the unfinished ones once more. */
export function judgeCleanProjects(scope: Construct, steps: Pick<UpgradeSteps, 'judgeChildren'>): Converge {
  return judgeLoop(scope, 'JudgeCleanProjects', {
    step: steps.judgeChildren,
    children: 'projects',
    task: 'Judge the cleaned projects',
    question: 'Is every project clean?',
    wait: 'Wait for the cleaned projects to be counted',
  });
}
