import type { LambdaCall } from '../engine';
import type { WarmEnvironments } from '../aws/lambda/warm-environments';
import { findScenario } from '../scenarios';
import type { Check, Scenario, Strategy } from '../scenarios/scenario';
import { writeReport } from '../report/write';
import { buildWorld, CONSOLE_STACK, type World } from '../world/world';
import { Approver } from './approver';
import { EventCounter } from './event-counter';
import { operatorPlace } from './operator-place';
import type { OnProgress } from './progress';
import { Recorder } from './recorder';
import type { Expectation, Run, RunResult } from './result';
import { scatterFaults } from './scattered-faults';
import { Stage } from './stage';

export interface RunOptions {
  /** 1 where it is left out. */
  seed?: number;
  /** Legacy events over all apps; the scenario's own number where it is left out. */
  events?: number;
  /** For scenarios that do not need a certain one. */
  strategy?: Strategy;
  /** Part of all calls to the account that fail; none where it is left out. */
  faults?: number;
  onProgress?: OnProgress;
  /** Sees each request of our machine, with what its Lambda answered. */
  onAnswer?: (call: LambdaCall, answer: unknown, world: World) => void;
  /** Sees the world once more before it is put away. */
  onEnd?: (result: RunResult, stage: Stage) => void;
  /** Folder of the reports; `.rehearsal/reports` of the project where it is left out. */
  reports?: string;
  /** Functions that a world before has left warm. */
  warm?: WarmEnvironments;
  /** Aborting it ends the run: everything is put away, and the promise rejects with its reason. */
  signal?: AbortSignal;
}

/**
 * Plays a scenario in a world of its own and writes its report. The world is put away, whatever happens.
 *
 * @throws RangeError for a scenario that does not exist
 */
export async function runScenario(name: string, options: RunOptions = {}): Promise<Run> {
  const scenario = findScenario(name);
  if (scenario === undefined) throw new RangeError(`There is no scenario ${name}`);
  const { seed = 1, events = scenario.events, onProgress = () => undefined, signal } = options;
  const recorder = new Recorder();
  onProgress({ kind: 'note', text: `Building the world: ${scenario.title}` });
  const world = await buildWorld(
    { ...scenario.world, seed, events },
    {
      ...(scenario.plane === undefined ? {} : { plane: scenario.plane }),
      ...(scenario.context === undefined ? {} : { context: scenario.context }),
      ...(scenario.udfRegions === undefined ? {} : { udfRegions: scenario.udfRegions }),
      onEvent: (event) => {
        recorder.see(event, world.account.machineArn);
        approver.see(event);
      },
      onAnswer: (call, answer) => {
        tellAnswer(call, answer, world, onProgress);
        options.onAnswer?.(call, answer, world);
      },
      ...(options.warm === undefined ? {} : { warm: options.warm }),
      onGenerated: (done, total) => onProgress({ kind: 'generating', done, total }),
    },
  );
  const approver = approverOf(world, scenario);
  if (options.faults !== undefined && options.faults > 0) scatterFaults(world.account.faults, seed, options.faults);
  const counter = new EventCounter(world, onProgress);
  const aborted = abortion(signal);
  try {
    const stage = new Stage(world, recorder, inputOf(scenario, options.strategy), onProgress);
    const played = play(scenario, stage, options, counter, approver);
    // Whoever aborts does not wait for what the end of the world makes of it.
    played.catch(() => undefined);
    return await Promise.race([played, aborted.promise]);
  } finally {
    aborted.cancel();
    counter.stop();
    await world.dispose();
  }
}

async function play(
  scenario: Scenario,
  stage: Stage,
  { reports, onEnd }: RunOptions,
  counter: EventCounter,
  approver: Approver,
): Promise<Run> {
  await counter.start();
  const checks = await scenario.play(stage);
  counter.stop();
  const result = await resultOf(scenario, stage);
  const expectations = [...checks, ...scenario.expect(result, stage), ...faultless(stage, approver, scenario)].map(
    settled,
  );
  result.held = expectations.every(({ held }) => held);
  result.report = await writeReport({ result, expectations }, scenario, stage, reports);
  onEnd?.(result, stage);
  return { result, expectations };
}

/** Looks at what is to be approved, and answers. */
const THINKING_MS = 5 * 60_000;

function approverOf(world: World, { sayings = [] }: Scenario): Approver {
  return new Approver(operatorPlace(world), { delayMs: THINKING_MS, sayings });
}

function inputOf(scenario: Scenario, strategy: Strategy | undefined): Record<string, unknown> {
  return {
    mode: 'execute',
    console: { stackName: CONSOLE_STACK },
    projects: 'all',
    approvals: { plan: false },
    migration: {
      days: scenario.world.days,
      strategy: scenario.strategy ?? strategy ?? 'windowed',
      ...scenario.migration,
    },
    ...scenario.input,
  };
}

async function resultOf(scenario: Scenario, stage: Stage): Promise<RunResult> {
  const { status, error, redriveCount } = stage.describe();
  const { states, transitions, maxHistoryEvents } = stage.statistics();
  return {
    scenario: scenario.name,
    held: false,
    execution: {
      status,
      ...(error === undefined ? {} : { error }),
      redrives: redriveCount,
      transitions,
      historyEvents: stage.historyEvents(),
      maxHistoryEvents,
      virtualSeconds: stage.virtualSeconds(),
    },
    states,
    statements: stage.world.account.data.journal.counts(),
    apps: await stage.appResults(),
    report: '',
  };
}

/** What is expected of every run: IAM had no reason to refuse, and the embedded account knew everything it was asked. */
function faultless(stage: Stage, approver: Approver, { refused = [] }: Scenario): Check[] {
  const { callLog } = stage.world.account;
  const told = [
    ...callLog.unserved,
    ...callLog.simulatorErrors().map(({ operation, outcome }) => `${operation}: ${JSON.stringify(outcome)}`),
  ];
  const denied = callLog
    .denied()
    .filter(({ operation }) => !refused.includes(operation))
    .map(({ roleArn, operation, resources }) => `${roleArn} ${operation} ${resources.join()}`);
  return [
    {
      what: 'the embedded account simulates everything that was asked of it',
      held: told.length === 0,
      found: told.join('; '),
    },
    {
      what: 'whoever was asked could answer',
      held: approver.failures.length === 0,
      found: approver.failures.map(String).join('; '),
    },
    { what: 'no role lacked a permission', held: denied.length === 0, found: [...new Set(denied)].join('; ') },
  ];
}

function settled({ what, held, found }: Check): Expectation {
  return { what, held, ...(held || found === undefined ? {} : { found }) };
}

function tellAnswer(
  call: { stateName: string; payload: unknown },
  answer: unknown,
  world: World,
  onProgress: OnProgress,
): void {
  const summary = (answer as { summary?: unknown } | null)?.summary;
  if (typeof summary !== 'string') return;
  const target = (call.payload as { target?: { projectId?: string; appId?: string } } | null)?.target;
  const { projectId, appId } = target ?? {};
  onProgress({
    kind: 'phase',
    phase: call.stateName,
    app: projectId === undefined || appId === undefined ? undefined : { projectId, appId },
    ...(projectId === undefined ? {} : { projectId }),
    summary,
    atMs: world.clock.now(),
  });
}

function abortion(signal: AbortSignal | undefined): { promise: Promise<never>; cancel: () => void } {
  let cancel = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    if (signal === undefined) return;
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    cancel = () => signal.removeEventListener('abort', abort);
  });
  promise.catch(() => undefined);
  return { promise, cancel };
}
