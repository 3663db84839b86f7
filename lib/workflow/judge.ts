import type { Construct } from 'constructs';
import { Converge, type ConvergeProps } from './converge';

export interface JudgeProps extends Pick<ConvergeProps, 'step' | 'task' | 'question' | 'wait'> {
  /** What the children are. */
  children: 'apps' | 'projects';
}

/**
 * The loop after a Map. The Map tolerates every failure, so that one child does not stop its siblings; the judge throws
 * when children failed, naming them. A redrive gives it permission to answer AGAIN with the unfinished ones.
 */
export function judgeLoop(scope: Construct, id: string, props: JudgeProps): Converge {
  const { children, ...loop } = props;
  return new Converge(scope, id, {
    ...loop,
    comment: `Every one of the ${children} succeeded, or this fails and names those that did not. Redrive runs them again.`,
    target: `{'children': '${children}', 'mapRunArn': $in.map.runArn, 'mapRedrive': $in.map.redrive}`,
    mayAnswerAgain: true,
  });
}
