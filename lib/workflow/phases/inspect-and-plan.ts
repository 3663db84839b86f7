import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** Reads the operator's input and the account, and answers with a plan: S3 key, projects, and what mode was asked for. */
export function inspectAndPlan(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'InspectAndPlan', {
    step,
    task: 'Inspect and plan',
    question: 'Is the plan made?',
    wait: 'Wait for the inspection',
    comment: 'Checks the input, finds console, projects, apps and warehouses, and freezes a plan. Changes nothing.',
    target: "{'act': 'plan', 'input': $states.context.Execution.Input}",
    onDone:
      "{'root': $merge([$in.root, {'plan': $answer.result.planKey}]), " +
      "'mode': $answer.result.mode, " +
      "'items': [$answer.result.items], " +
      "'nothing': $answer.result.nothing, " +
      // The plan itself may be long and stays in S3, unless it is what was asked for.
      "'output': $answer.result.mode = 'plan' and $exists($answer.result.output) ? $answer.result.output : {}}",
  });
}
