import { marshall } from '@aws-sdk/util-dynamodb';
import type { WarmEnvironments } from '../aws/lambda/warm-environments';
import type { LambdaCall } from '../engine';
import { Approver } from '../run/approver';
import { Recorder } from '../run/recorder';
import { Stage } from '../run/stage';
import { ACCOUNT_ID } from '../world/account';
import { buildWorld, type World } from '../world/world';
import type { CopiedDatabases } from './copied-databases';
import { taskStates, type TaskState } from './task-states';
import type { MatrixWorld } from './worlds';

/** Stands around the invocations of one run; changed while the run goes on. */
export interface Hooks {
  around?: (call: LambdaCall, run: () => Promise<unknown>) => Promise<unknown>;
  /** Told the state before every invocation. */
  before?: (stateName: string) => void;
  /** A state's last attempt has failed. */
  onStateFailed?: (state: string) => void;
}

export interface MatrixRunOptions {
  databases: CopiedDatabases;
  /** Most of a run's work would else be cold starts. */
  warm: WarmEnvironments;
  seed: number;
  hooks: Hooks;
  /** Records of our state table with which it begins. */
  items: readonly Record<string, unknown>[];
}

/** A world of the matrix with a person in it who approves what is asked. */
export interface MatrixRun {
  world: World;
  stage: Stage;
}

const THINKING_MS = 5 * 60_000;
/** What still runs when an execution has ended, for example a job, ends meanwhile. */
const SETTLING_MS = 3 * 3_600_000;
const LOOK_MS = 30_000;
const MOST_LOOKS = 2_000;

export async function openRun(where: MatrixWorld, options: MatrixRunOptions): Promise<MatrixRun> {
  const { databases, seed, hooks, items, warm } = options;
  const world: World = await buildWorld(
    { ...where.description, seed },
    {
      plane: (planeOptions) => databases.world(where.name, planeOptions),
      warm,
      onEvent: (event) => {
        if (event.type === 'state-failed' && !event.retried) hooks.onStateFailed?.(event.state);
      },
      around: (call, run) => {
        if (callbacks.has(call.stateName)) {
          const { executionArn, stateName: state } = call;
          approver.see({ type: 'state-entered', executionArn, state, atMs: world.clock.now(), input: null });
        }
        hooks.before?.(call.stateName);
        return hooks.around === undefined ? run() : hooks.around(call, run);
      },
    },
  );
  const { account, clock } = world;
  const callbacks = new Set(tasksOf(world).flatMap(({ state, isCallback }) => (isCallback ? [state] : [])));
  const { iam, credentials, region, url: endpointUrl, stateTable } = account;
  const approver = new Approver(
    { clock, iam, credentials, accountId: ACCOUNT_ID, region, endpointUrl, stateTable },
    { delayMs: THINKING_MS },
  );
  for (const item of items) await account.dynamoDb.putItem(region, stateTable, marshall(item));
  return { world, stage: new Stage(world, new Recorder(), where.input, () => undefined) };
}

/** Task states of every machine of ours, as synthesised. */
export function tasksOf({ account }: World): TaskState[] {
  return account.deployment.stateMachines.flatMap(({ name, definition }) => taskStates(name, definition));
}

/** Waits until nothing of our machines is at work any more: Map Runs outlive their root, and a guardian comes after it. */
export async function untilQuiet({ clock, account }: World): Promise<void> {
  const names = account.deployment.stateMachines.map(({ name }) => name);
  const isOurs = (arn: string): boolean => names.some((name) => new RegExp(`:${name}[:/]`).test(arn));
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    // First: whatever an event starts has not been started yet.
    await clock.sleep(LOOK_MS);
    if (!account.engine.unfinished().some(({ arn }) => isOurs(arn))) return;
  }
  throw new Error('Executions of ours are at work without end');
}

/** Lets everything come to rest before the end is looked at. */
export async function settle({ clock }: World): Promise<void> {
  await clock.sleep(SETTLING_MS);
}
