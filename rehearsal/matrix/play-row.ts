import { accountState, changedTables, differences, duplicates, leftBehind, warehouseState } from '../aftermath';
import { executionName } from '../../lambda/shared/approval';
import { AwsError } from '../aws/service';
import type { Ended, Stage } from '../run/stage';
import type { World } from '../world/world';
import { Interruption } from './interruption';
import { openRun, settle, untilQuiet, type Hooks, type MatrixRunOptions } from './matrix-run';
import type { InterruptionName, MatrixRow } from './names';
import { StoppedRun } from './stopped-run';
import type { Undisturbed } from './undisturbed';
import type { MatrixWorld } from './worlds';

/** One thing that happens to a run. */
export interface Step {
  state: string;
  interruption: Exclude<InterruptionName, 'twice'>;
  /** What is interrupted where the run comes to this state first: it may go round the other. */
  orElse?: string;
}

export interface RowOptions extends Omit<MatrixRunOptions, 'hooks'> {
  undisturbed: Undisturbed;
}

/** A run that does not end does not hold. Real time: for the upgrade, and for each interruption of it. */
const LONGEST_MS = 5 * 60_000;
const LONGER_BY_STEP_MS = 60_000;
/** Past what the Data API remembers: statements for 24 hours, client tokens for 8. */
export const LATER_MS = 25 * 3_600_000;
/** What a newer build may bring: other settings, and always cold starts. */
const NEWER_BUILD = { POWERTOOLS_LOG_LEVEL: 'WARN' };
const LONGEST_CAUSE = 600;
const LAST = 'Report';

/** Plays one row in a world of its own. Never rejects: what goes wrong is why it does not hold. */
export async function playRow(
  where: MatrixWorld,
  state: string,
  interruption: InterruptionName,
  options: RowOptions,
): Promise<MatrixRow> {
  const why = await playSteps(where, stepsOf(state, interruption), options).catch((error: unknown) => [String(error)]);
  return { state, interruption, held: why.length === 0, ...(why.length === 0 ? {} : { why: why.join('; ') }) };
}

/** What a row does to a run. */
export function stepsOf(state: string, interruption: InterruptionName): Step[] {
  if (interruption !== 'twice') return [{ state, interruption }];
  // Children that are done are not visited again; the report comes last, whatever a redrive goes round.
  return [
    { state, interruption: 'permanent-error' },
    { state, interruption: 'permanent-error', orElse: LAST },
  ];
}

/** Plays one run that is interrupted step after step, each followed by a redrive. Answers what is not as it should be. */
export async function playSteps(
  where: MatrixWorld,
  steps: readonly Step[],
  { undisturbed, ...options }: RowOptions,
): Promise<string[]> {
  const hooks: Hooks = {};
  const { world, stage } = await openRun(where, { ...options, hooks });
  const stopped = where.stoppedAt === undefined ? undefined : new StoppedRun(stage, hooks, where.stoppedAt);
  const guardian = executionName(world.account.guardianArn);
  const isGuardians = (state: string): boolean =>
    undisturbed.tasks.some((task) => task.state === state && task.machine === guardian);
  const disturb = ({ state, interruption, orElse = state }: Step): Interruption => {
    const habit = undisturbed.habits.get(state);
    if (habit === undefined) throw new Error(`${state}: never visited`);
    const stop = (): void => (isGuardians(state) ? stopped?.stopGuardian() : stage.stop());
    const next = new Interruption(interruption, { account: world.account, states: [state, orElse], habit, stop });
    hooks.around = (call, run) => next.around(call, run);
    hooks.onStateFailed = (failed) => {
      if (failed === state || failed === orElse) next.over();
    };
    return next;
  };
  try {
    return await withinTime(LONGEST_MS + steps.length * LONGER_BY_STEP_MS, async () => {
      const obstacle = await play(steps, { stage, stopped, isGuardians, disturb });
      if (obstacle !== undefined) return [obstacle];
      await settle(world);
      return compare(world, undisturbed);
    });
  } finally {
    await world.dispose();
  }
}

interface Course {
  stage: Stage;
  /** Where a guardian comes before the root's redrive. */
  stopped: StoppedRun | undefined;
  isGuardians: (state: string) => boolean;
  disturb: (step: Step) => Interruption;
}

/** Fails, fixes and redrives. Answers why it did not get to the end, if it did not. */
async function play(
  steps: readonly Step[],
  { stage, stopped, isGuardians, disturb }: Course,
): Promise<string | undefined> {
  let goOn = (): Promise<Ended> => stopped?.begin() ?? stage.run();
  let inGuardian = stopped !== undefined;
  for (const step of steps) {
    const interruption = disturb(step);
    let ended = await goOn();
    if (inGuardian && ended.status === 'SUCCEEDED' && !isGuardians(step.state)) {
      inGuardian = false;
      ended = await stage.redrive();
    }
    interruption.over();
    if (!interruption.happened) return `${step.state} was not visited: ${told(ended)}`;
    if (ended.status === 'SUCCEEDED') return 'it succeeded although it was interrupted';
    const interrupted = inGuardian && stopped !== undefined ? stopped.guardian : stage.root;
    goOn = await repaired(step.interruption, stage, interrupted);
  }
  const failure = failureOf(await goOn());
  return failure !== undefined || !inGuardian ? failure : failureOf(await stage.redrive());
}

/** What happens between a failure and its redrive. Answers the redrive of the execution that was interrupted. */
async function repaired(
  interruption: Step['interruption'],
  stage: Stage,
  executionArn: string,
): Promise<() => Promise<Ended>> {
  const { world } = stage;
  if (interruption === 'stop-redrive-at-once') return () => redriveAtOnce(stage, executionArn);
  await untilQuiet(world);
  if (interruption === 'redrive-after-25h') await world.clock.sleep(LATER_MS);
  if (interruption === 'newer-build') world.account.deployFunctions(NEWER_BUILD);
  return () => stage.redrive(executionArn);
}

/** As soon as Step Functions allows it. */
async function redriveAtOnce(stage: Stage, executionArn: string): Promise<Ended> {
  try {
    return await stage.redrive(executionArn);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    await stage.mapRunsEnded(executionArn);
    return stage.redrive(executionArn);
  }
}

function failureOf(ended: Ended): string | undefined {
  return ended.status === 'SUCCEEDED' ? undefined : `after the redrive: ${told(ended)}`;
}

function told({ status, error, cause }: Ended): string {
  return [status, error, cause?.slice(0, LONGEST_CAUSE)].filter((part) => part !== undefined).join(' ');
}

/** What is not as it would be had nothing happened. */
async function compare(world: World, undisturbed: Undisturbed): Promise<string[]> {
  const { callLog } = world.account;
  return [
    ...changedTables(undisturbed.warehouse, await warehouseState(world)).map((table) => `${table} differs`),
    ...differences(await accountState(world), undisturbed.account),
    ...(await duplicates(world)),
    ...(await leftBehind(world)),
    ...callLog.unserved,
    ...callLog.simulatorErrors().map(({ operation, outcome }) => `${operation}: ${JSON.stringify(outcome)}`),
    ...callLog.denied().map(({ roleArn, operation }) => `${roleArn} may not ${operation}`),
  ];
}

async function withinTime(longestMs: number, work: () => Promise<string[]>): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const working = work();
  // What is put away in the middle of its work complains once more.
  working.catch(() => undefined);
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([`no end within ${String(longestMs / 60_000)} minutes`]), longestMs);
  });
  try {
    return await Promise.race([working, late]);
  } finally {
    clearTimeout(timer);
  }
}
