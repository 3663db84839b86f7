import type { MapState, Retrier, TaskState } from './asl';
import { bindings } from './context';
import { toData } from './data';
import { errorMatches, StateFailure } from './errors';
import type { Cursor, Execution } from './execution';
import type { Run } from './run';
import { transform, type Exit } from './transform';

/**
 * Performs a state with its Retry and Catch. The retriers' counts begin at 0 with every pass through the state and with
 * every redrive. Source: Developer Guide, concepts-error-handling and redrive-executions.
 */
export async function recovering(
  execution: Execution,
  run: Run,
  cursor: Cursor,
  state: TaskState | MapState,
  attempt: () => Promise<Exit>,
): Promise<Exit> {
  const used = state.retry.map(() => 0);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      const index = state.retry.findIndex(({ errorEquals }) => errorMatches(errorEquals, error.error));
      const retrier = state.retry[index];
      const times = used[index] ?? 0;
      const retried = retrier !== undefined && times < retrier.maxAttempts;
      const failure = noteFailure(execution, run, cursor, error, retried);
      if (!retried) return caught(execution, run, cursor, state, failure);
      used[index] = times + 1;
      await run.sleep(delaySeconds(retrier, times, execution.services.surroundings.random) * 1000);
      cursor.retryCount += 1;
      execution.transitions += 1;
    }
  }
}

/** Seconds before retry number `times` + 1. */
function delaySeconds(retrier: Retrier, times: number, random: () => number): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** times;
  const bounded = Math.min(grown, retrier.maxDelaySeconds ?? Number.MAX_SAFE_INTEGER);
  return retrier.jitter ? bounded * random() : bounded;
}

async function caught(
  execution: Execution,
  run: Run,
  cursor: Cursor,
  state: TaskState | MapState,
  failure: StateFailure,
): Promise<Exit> {
  const index = state.catch.findIndex(({ errorEquals }) => errorMatches(errorEquals, failure.error));
  const catcher = state.catch[index];
  if (catcher === undefined) throw failure;
  const errorOutput = { Error: failure.error, Cause: failure.cause };
  try {
    const seen = bindings(execution, cursor, { errorOutput });
    return await transform(catcher, toData(errorOutput), seen, catcher.next, `Catch[${index}]/`);
  } catch (error) {
    throw error instanceof StateFailure ? noteFailure(execution, run, cursor, error, false) : error;
  }
}

/**
 * Counts and tells a failed attempt. One that came from evaluating a field gets its EvaluationFailed event, and in what
 * goes on from here the cause says where it was.
 */
export function noteFailure(
  execution: Execution,
  run: Run,
  cursor: Cursor,
  failure: StateFailure,
  retried: boolean,
): StateFailure {
  const { name: state } = cursor.state;
  let noted = failure;
  if (failure.location !== undefined) {
    execution.append(run, 'EvaluationFailed', {
      state,
      location: failure.location,
      error: failure.error,
      cause: failure.cause,
    });
    noted = new StateFailure(
      failure.error,
      `An error occurred while executing the state '${state}' (entered at the event id #${cursor.enteredEventId}). ${failure.cause}`,
    );
  }
  run.check();
  execution.count(state).failed += 1;
  execution.services.emit({
    type: 'state-failed',
    executionArn: execution.arn,
    atMs: execution.services.clock.now(),
    state,
    error: noted.error,
    cause: noted.cause,
    retried,
  });
  return noted;
}
