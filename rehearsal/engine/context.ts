import type { JsonObject } from './data';
import type { Cursor, Execution } from './execution';
import type { Bindings } from './template';

/** What `$states.context` has only in some places. */
export interface ContextExtras {
  readonly taskToken?: string;
  readonly item?: { readonly index: number; readonly value: unknown };
}

/** The context object. Source: Developer Guide, input-output-contextobject. */
function contextObject(execution: Execution, cursor: Cursor, extras: ContextExtras = {}): Record<string, unknown> {
  const { machine, redriveCount, redriveMs, services } = execution;
  const countShown = redriveCount > 0 || services.options.redriveCountBeforeRedrive !== 'absent';
  return {
    Execution: {
      Id: execution.arn,
      Input: execution.input.value,
      Name: execution.name,
      RoleArn: machine.roleArn,
      StartTime: new Date(execution.startMs).toISOString(),
      ...(countShown ? { RedriveCount: redriveCount } : {}),
      ...(redriveMs === undefined ? {} : { RedriveTime: new Date(redriveMs).toISOString() }),
    },
    State: {
      EnteredTime: new Date(cursor.enteredAtMs).toISOString(),
      Name: cursor.state.name,
      RetryCount: cursor.retryCount,
    },
    StateMachine: { Id: machine.arn, Name: machine.name },
    ...(extras.taskToken === undefined ? {} : { Task: { Token: extras.taskToken } }),
    ...(extras.item === undefined ? {} : { Map: { Item: { Index: extras.item.index, Value: extras.item.value } } }),
  };
}

/** What the expressions of a state see. `more` adds `result` or `errorOutput` where they are available. */
export function bindings(
  execution: Execution,
  cursor: Cursor,
  more: { result?: unknown; errorOutput?: JsonObject } = {},
  extras: ContextExtras = {},
): Bindings {
  const bound: Record<string, unknown> = {};
  for (const [name, data] of Object.entries(execution.variables)) bound[name] = data.value;
  bound['states'] = { input: cursor.input.value, context: contextObject(execution, cursor, extras), ...more };
  return bound;
}
