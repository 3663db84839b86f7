import type { Transform, Variables } from './asl';
import { checkDataLimit, isObject, toData, type Data, type Json } from './data';
import { evaluate, type Bindings } from './template';

/** A way out of a state: what it hands on, which variables it sets, where it goes (undefined ends the workflow). */
export interface Exit {
  readonly output: Data;
  readonly assigned: Variables | undefined;
  readonly assignedDetails: Readonly<Record<string, unknown>> | undefined;
  readonly next: string | undefined;
}

/**
 * Evaluates Output and Assign, which see the same and not each other.
 * @throws StateFailure States.QueryEvaluationError, States.DataLimitExceeded
 */
export async function transform(
  way: Transform,
  otherwise: Data,
  seen: Bindings,
  next: string | undefined,
  prefix = '',
): Promise<Exit> {
  const output = way.output === undefined ? otherwise : toData(await evaluate(way.output, seen));
  checkDataLimit(output, `${prefix}Output`);
  if (way.assign === undefined) return { output, assigned: undefined, assignedDetails: undefined, next };
  const values = await evaluate(way.assign, seen);
  const assigned: Record<string, Data> = {};
  for (const [name, value] of Object.entries(isObject(values) ? (values as Record<string, Json>) : {})) {
    assigned[name] = checkDataLimit(toData(value), `${prefix}Assign/${name}`);
  }
  const assignedVariables = Object.fromEntries(Object.entries(assigned).map(([name, data]) => [name, data.json]));
  return {
    output,
    assigned,
    assignedDetails: { assignedVariables, assignedVariablesDetails: { truncated: false } },
    next,
  };
}
