import { accountState, duplicates, leftBehind, warehouseState } from '../aftermath';
import type { Ended, Stage } from '../run/stage';
import type { TableFingerprint } from '../warehouse/truth';
import type { Habit } from './interruption';
import { openRun, settle, tasksOf, type Hooks, type MatrixRunOptions } from './matrix-run';
import { StoppedRun } from './stopped-run';
import type { TaskState } from './task-states';
import { watchCalls, type StepCall } from './watch';
import type { MatrixWorld } from './worlds';

/** How a world's run ends, and how its states work, when nobody disturbs them. */
export interface Undisturbed {
  warehouse: Map<string, TableFingerprint>;
  account: Record<string, unknown>;
  /** By state; of those that it visited. */
  habits: Map<string, Habit>;
  /** Every Task state there is. */
  tasks: TaskState[];
  /** With which a run that follows begins. */
  items: Record<string, unknown>[];
}

interface Visit extends Habit {
  isOver: boolean;
}

/**
 * Plays a world without any interruption.
 *
 * @param before of the world that it follows
 * @param options `beginsAfterMs`: how long nothing happens first
 * @throws Error when it does not succeed as it should: no row could be compared with it
 */
export async function playUndisturbed(
  where: MatrixWorld,
  options: Omit<MatrixRunOptions, 'hooks'> & { keepAs?: string; beginsAfterMs?: number },
): Promise<Undisturbed> {
  const visits = new Map<string, Visit>();
  let current: Visit | undefined;
  const hooks: Hooks = {
    around: async ({ stateName, attempt }, run) => {
      const visit = visits.get(stateName) ?? { passes: 0, actsAt: 0, changes: 'nothing', isOver: false };
      visits.set(stateName, visit);
      if (!visit.isOver && attempt === 0) visit.passes += 1;
      current = visit.isOver ? undefined : visit;
      const answer = await run();
      current = undefined;
      visit.isOver = (answer as { status?: unknown } | null)?.status !== 'IN_PROGRESS';
      return answer;
    },
  };
  const { world, stage } = await openRun(where, { ...options, hooks });
  try {
    await world.clock.sleep(options.beginsAfterMs ?? 0);
    const unwatch = watchCalls(world.account, ({ changes }) => {
      if (current !== undefined) note(current, changes);
      return false;
    });
    const ended = await toTheEnd(where, stage, hooks);
    unwatch();
    if (ended.status !== 'SUCCEEDED') {
      throw new Error(
        `The world ${where.name} does not succeed undisturbed: ${ended.error ?? ''} ${ended.cause ?? ''}`,
      );
    }
    await settle(world);
    const wrong = [...(await duplicates(world)), ...(await leftBehind(world))];
    if (wrong.length > 0) throw new Error(`The world ${where.name} undisturbed: ${wrong.join('; ')}`);
    const items = (await world.stateItems()).filter(({ pk }) => String(pk).startsWith('verdict/'));
    if (options.keepAs !== undefined) options.databases.keep(world.postgres, options.keepAs);
    return {
      warehouse: await warehouseState(world),
      account: structuredClone(await accountState(world)),
      habits: new Map(
        [...visits].map(([state, { passes, actsAt, changes }]) => [
          state,
          { passes, actsAt: actsAt === 0 ? passes : actsAt, changes },
        ]),
      ),
      tasks: tasksOf(world),
      items,
    };
  } finally {
    await world.dispose();
  }
}

/** Where the root is stopped, its guardian has to come to a good end as well. */
async function toTheEnd({ stoppedAt }: MatrixWorld, stage: Stage, hooks: Hooks): Promise<Ended> {
  if (stoppedAt === undefined) return stage.run();
  const guardian = await new StoppedRun(stage, hooks, stoppedAt).begin();
  return guardian.status === 'SUCCEEDED' ? stage.redrive() : guardian;
}

/** A change of others' things is what a pass is for; one of our own counts until there is such a one. */
function note(visit: Visit, changes: StepCall['changes']): void {
  if (changes === 'nothing' || visit.changes === 'others' || visit.changes === changes) return;
  visit.changes = changes;
  visit.actsAt = visit.passes;
}
