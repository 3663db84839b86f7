import type { ChoiceState, FailState, PassState, State, SucceedState, WaitState, Workflow } from './asl';
import { bindings } from './context';
import type { Data } from './data';
import { StateFailure } from './errors';
import type { Cursor, Execution, Work } from './execution';
import { performMap } from './map-state';
import { limits } from './limits';
import { noteFailure, recovering } from './recovering';
import type { Run } from './run';
import { isTimestamp } from './states';
import { performTask } from './task';
import { evaluateAs } from './template';
import { transform, type Exit } from './transform';

/** The work of an execution of a compiled workflow: from its cursor if it has one (a redrive), else from the start. */
export function interpret(workflow: Workflow): Work {
  return async (execution, run) => {
    let cursor = resume(execution, run) ?? enter(execution, run, stateOf(workflow, workflow.startAt), execution.input);
    for (;;) {
      const exit = await perform(execution, run, cursor);
      leave(execution, run, cursor, exit);
      if (exit.next === undefined) {
        execution.succeed(run, exit.output);
        return;
      }
      cursor = enter(execution, run, stateOf(workflow, exit.next), exit.output);
    }
  };
}

function stateOf(workflow: Workflow, name: string): State {
  const state = workflow.states.get(name);
  if (state === undefined) throw new Error(`The workflow has no state '${name}'`);
  return state;
}

function enter(execution: Execution, run: Run, state: State, input: Data): Cursor {
  const enteredAtMs = execution.services.clock.now();
  const enteredEventId = execution.append(run, `${state.type}StateEntered`, { name: state.name }, input.json);
  const cursor: Cursor = { state, input, enteredAtMs, enteredEventId, retryCount: 0, mapRun: undefined };
  execution.cursor = cursor;
  execution.transitions += 1;
  execution.count(state.name).entered += 1;
  execution.services.emit({
    type: 'state-entered',
    executionArn: execution.arn,
    atMs: enteredAtMs,
    state: state.name,
    input: input.value,
  });
  return cursor;
}

/**
 * The state to go on with after a redrive: the one entered and not exited, with its same input. Only a Fail state is
 * entered again. Source: Developer Guide, redrive-executions.
 */
function resume(execution: Execution, run: Run): Cursor | undefined {
  const { cursor } = execution;
  if (cursor === undefined) return undefined;
  if (cursor.state.type === 'Fail') return enter(execution, run, cursor.state, cursor.input);
  execution.transitions += 1;
  cursor.retryCount = 0;
  return cursor;
}

function leave(execution: Execution, run: Run, cursor: Cursor, exit: Exit): void {
  const { state } = cursor;
  // There is no FailStateExited: a Fail state never gets here.
  if (state.type !== 'Fail') {
    execution.append(run, `${state.type}StateExited`, { name: state.name, ...exit.assignedDetails }, exit.output.json);
  }
  if (exit.assigned !== undefined) execution.variables = { ...execution.variables, ...exit.assigned };
  execution.services.emit({
    type: 'state-exited',
    executionArn: execution.arn,
    atMs: execution.services.clock.now(),
    state: state.name,
    output: exit.output.value,
  });
}

async function perform(execution: Execution, run: Run, cursor: Cursor): Promise<Exit> {
  const { state } = cursor;
  if (state.type === 'Task')
    return recovering(execution, run, cursor, state, () => performTask(execution, run, cursor, state));
  if (state.type === 'Map')
    return recovering(execution, run, cursor, state, () => performMap(execution, run, cursor, state));
  try {
    switch (state.type) {
      case 'Choice':
        return await choose(execution, cursor, state);
      case 'Wait':
        return await wait(execution, run, cursor, state);
      case 'Pass':
      case 'Succeed':
        return await pass(execution, cursor, state);
      case 'Fail':
        return await fail(execution, cursor, state);
    }
  } catch (error) {
    throw error instanceof StateFailure ? noteFailure(execution, run, cursor, error, false) : error;
  }
}

async function choose(execution: Execution, cursor: Cursor, state: ChoiceState): Promise<Exit> {
  const seen = bindings(execution, cursor);
  for (const [index, rule] of state.choices.entries()) {
    if (await evaluateAs(rule.condition, 'boolean', `Choices[${index}]/Condition`, seen)) {
      return transform(rule, cursor.input, seen, rule.next, `Choices[${index}]/`);
    }
  }
  if (state.default === undefined) {
    throw new StateFailure(
      'States.NoChoiceMatched',
      `An error occurred while executing the state '${state.name}' (entered at the event id #${cursor.enteredEventId}). ` +
        'Failed to transition out of the state. The state does not point to a next state.',
    );
  }
  return transform(state, cursor.input, seen, state.default);
}

async function wait(execution: Execution, run: Run, cursor: Cursor, state: WaitState): Promise<Exit> {
  const seen = bindings(execution, cursor);
  const { clock } = execution.services;
  if (state.seconds !== undefined) {
    const seconds = await evaluateAs(state.seconds, 'number', 'Seconds', seen);
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > limits.defaultTimeoutSeconds) {
      throw new StateFailure(
        'States.QueryEvaluationError',
        `The value ${seconds} of the field 'Seconds' must be an integer from 0 to ${limits.defaultTimeoutSeconds}.`,
        'Seconds',
      );
    }
    await run.sleep(seconds * 1000);
  } else if (state.timestamp !== undefined) {
    const timestamp = await evaluateAs(state.timestamp, 'string', 'Timestamp', seen);
    if (!isTimestamp(timestamp)) {
      throw new StateFailure(
        'States.QueryEvaluationError',
        `The value '${timestamp}' of the field 'Timestamp' is not an ISO 8601 timestamp.`,
        'Timestamp',
      );
    }
    await run.sleep(Math.max(0, Date.parse(timestamp) - clock.now()));
  }
  return transform(state, cursor.input, bindings(execution, cursor), state.next);
}

async function pass(execution: Execution, cursor: Cursor, state: PassState | SucceedState): Promise<Exit> {
  const next = state.type === 'Pass' ? state.next : undefined;
  const way = state.type === 'Pass' ? state : { output: state.output, assign: undefined };
  return transform(way, cursor.input, bindings(execution, cursor), next);
}

async function fail(execution: Execution, cursor: Cursor, state: FailState): Promise<never> {
  const seen = bindings(execution, cursor);
  const error = state.error === undefined ? '' : await evaluateAs(state.error, 'string', 'Error', seen);
  const cause = state.cause === undefined ? '' : await evaluateAs(state.cause, 'string', 'Cause', seen);
  throw new StateFailure(error, cause);
}
