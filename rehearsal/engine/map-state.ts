import { childExecutionArn } from './arns';
import type { MapState } from './asl';
import { bindings } from './context';
import { checkDataLimit, toData, type Data } from './data';
import { StateFailure } from './errors';
import type { Cursor, Execution } from './execution';
import { limits } from './limits';
import { MapRun, type MapPlan } from './map-run';
import type { AuthorizationRequest } from './options';
import type { Run } from './run';
import { evaluate, evaluateAs, type Template } from './template';
import { transform, type Exit } from './transform';

/**
 * One attempt at a Distributed Map: a new Map Run, or on a redrive the one this pass through the state has started.
 * Source of what a redrive does: Developer Guide, redrive-map-run.
 */
export async function performMap(execution: Execution, run: Run, cursor: Cursor, state: MapState): Promise<Exit> {
  // A retry is a new attempt at everything, so it gets a Map Run of its own.
  if (cursor.retryCount > 0) cursor.mapRun = undefined;
  if (cursor.mapRun === undefined) await launch(execution, run, cursor, state);
  else await relaunch(execution, run, cursor.mapRun);

  const mapRun = cursor.mapRun;
  if (mapRun === undefined) throw new Error('The Map state has no Map Run');
  await ended(run, mapRun);
  const { failure, result } = mapRun;
  if (failure !== undefined || result === undefined) {
    throw failed(execution, run, failure ?? new StateFailure('States.Runtime', 'The Map Run was aborted.'), true);
  }
  execution.append(run, 'MapRunSucceeded');
  try {
    checkDataLimit(result, 'Map');
    execution.append(run, 'MapStateSucceeded');
    const seen = bindings(execution, cursor, { result: result.value });
    return await transform(state, result, seen, state.next);
  } catch (error) {
    // What its results could not be made into is not mended by redriving children that succeeded: a new run is started.
    if (error instanceof StateFailure) cursor.mapRun = undefined;
    throw error;
  }
}

async function launch(execution: Execution, run: Run, cursor: Cursor, state: MapState): Promise<void> {
  const { services, machine } = execution;
  const plan = await makePlan(execution, cursor, state);
  authorize(execution, run, {
    roleArn: machine.roleArn,
    action: 'states:StartExecution',
    resource: rootArn(execution),
  });
  execution.append(run, 'MapStateStarted', { length: plan.inputs.length });
  const mapRun = new MapRun(execution, state, services.surroundings.uuid(), plan);
  execution.append(run, 'MapRunStarted', { mapRunArn: mapRun.arn });
  cursor.mapRun = mapRun;
  execution.mapRuns.push(mapRun);
  services.addMapRun(mapRun);
  mapRun.start();
}

async function relaunch(execution: Execution, run: Run, mapRun: MapRun): Promise<void> {
  // A run that outlived its parent completes its operations first.
  const outlived = mapRun.status === 'RUNNING';
  await ended(run, mapRun);
  if (outlived && mapRun.status === 'ABORTED') execution.append(run, 'MapRunAborted');
  if (mapRun.status === 'SUCCEEDED') return;
  if (mapRun.redriveCount >= limits.mapRunRedrives) {
    throw failed(
      execution,
      run,
      new StateFailure(
        'States.Runtime',
        `The Map Run reached the maximum number of redrives (${limits.mapRunRedrives}).`,
      ),
      true,
    );
  }
  const { roleArn, root } = execution.machine;
  const resource = childExecutionArn(root, mapRun.state.label, '*');
  authorize(execution, run, { roleArn, action: 'states:RedriveExecution', resource });
  execution.append(run, 'MapRunRedriven', { mapRunArn: mapRun.arn, redriveCount: mapRun.redriveCount + 1 });
  mapRun.redrive();
}

async function ended(run: Run, mapRun: MapRun): Promise<void> {
  if (mapRun.status !== 'RUNNING') return;
  await run.pause<undefined>((wake) => {
    mapRun.whenEnded(() => wake.resolve(undefined));
    return () => undefined;
  });
}

function authorize(execution: Execution, run: Run, request: AuthorizationRequest): void {
  try {
    execution.services.options.authorize?.(request);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw failed(execution, run, new StateFailure('States.Permissions', cause), false);
  }
}

/** Records that the Map failed; `ran` says whether there was a Map Run to fail. */
function failed(execution: Execution, run: Run, failure: StateFailure, ran: boolean): StateFailure {
  const { error, cause } = failure;
  if (ran) execution.append(run, 'MapRunFailed', { error, cause });
  execution.append(run, 'MapStateFailed');
  return failure;
}

function rootArn({ machine: { root } }: Execution): string {
  return `arn:${root.partition}:states:${root.region}:${root.accountId}:stateMachine:${root.name}`;
}

/** Evaluates everything the state says, all items included, before anything is started. */
async function makePlan(execution: Execution, cursor: Cursor, state: MapState): Promise<MapPlan> {
  const seen = bindings(execution, cursor);
  const items = state.items === undefined ? cursor.input.value : await evaluate(state.items, seen);
  if (!Array.isArray(items)) {
    throw new StateFailure('States.QueryEvaluationError', "The field 'Items' must be an array.", 'Items');
  }
  const inputs: Data[] = [];
  for (const [index, value] of items.entries()) {
    const selected =
      state.itemSelector === undefined
        ? value
        : await evaluate(state.itemSelector, bindings(execution, cursor, {}, { item: { index, value } }));
    inputs.push(checkDataLimit(toData(selected), 'ItemSelector'));
  }
  const bounded = async (field: string, template: Template | undefined, most: number): Promise<number | undefined> => {
    if (template === undefined) return undefined;
    const value = await evaluateAs(template, 'number', field, seen);
    if (value >= 0 && value <= most) return value;
    throw new StateFailure('States.QueryEvaluationError', `The field '${field}' must be from 0 to ${most}.`, field);
  };
  const destination = state.resultWriter?.destination;
  return {
    inputs,
    maxConcurrency: (await bounded('MaxConcurrency', state.maxConcurrency, limits.mapConcurrency)) ?? 0,
    toleratedFailureCount: await bounded('ToleratedFailureCount', state.toleratedFailureCount, Number.MAX_SAFE_INTEGER),
    toleratedFailurePercentage: await bounded('ToleratedFailurePercentage', state.toleratedFailurePercentage, 100),
    writer: state.resultWriter,
    destination:
      destination === undefined
        ? undefined
        : {
            bucket: await evaluateAs(destination.bucket, 'string', 'ResultWriter/Arguments/Bucket', seen),
            prefix:
              destination.prefix === undefined
                ? ''
                : await evaluateAs(destination.prefix, 'string', 'ResultWriter/Arguments/Prefix', seen),
          },
  };
}
