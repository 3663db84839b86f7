/**
 * What travels from state to state, as JSONata fragments.
 *
 * A branch carries one small object:
 * ```
 * { root: { id, redrive, plan? }, target?, passes, step?: { status, waitSeconds?, progress? },
 *   items?, map?: { runArn, redrive } }
 * ```
 * `passes` counts the loop passes of this execution, redrives included. `step` is the last answer of the loop the
 * branch is in, and holds everything that loop's Choice and Wait read. Nothing lives in workflow variables: redrive
 * promises the same state input and says nothing about variables.
 * Source: Step Functions Developer Guide, redrive-executions
 */

/** Wraps a JSONata expression for a field of the definition. */
export function jsonata(expression: string): string {
  return `{% ${expression} %}`;
}

/**
 * Redrives of the root and of this execution, together: it only grows. `RedriveCount` is missing in the sample context
 * of an execution that was never redriven. Source: Step Functions Developer Guide, input-output-contextobject
 */
export const ATTEMPT_REDRIVE =
  '$states.input.root.redrive + ' +
  '($exists($states.context.Execution.RedriveCount) ? $states.context.Execution.RedriveCount : 0)';

/** The context of an execution that an operator starts. */
export const ROOT_CONTEXT = jsonata("{'root': {'id': $states.context.Execution.Id, 'redrive': 0}, 'passes': 0}");

/** The context of a child that a Map starts for an item: our redrives are handed down. */
export const CHILD_CONTEXT = {
  root: jsonata(`$merge([$states.input.root, {'redrive': ${ATTEMPT_REDRIVE}}])`),
  target: jsonata('$states.context.Map.Item.Value'),
  passes: 0,
};

/**
 * The context after a Map: which Map Run the judge has to judge, and under which attempt it ran. The items are left
 * behind, they may be long.
 */
export const AFTER_MAP = jsonata(
  "$merge([$sift($states.input, function($value, $name) { $not($name in ['items', 'step']) }), " +
    `{'map': {'runArn': $states.result.MapRunArn, 'redrive': ${ATTEMPT_REDRIVE}}}])`,
);
