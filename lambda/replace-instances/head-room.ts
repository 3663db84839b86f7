import * as z from 'zod';
import type { Fleet, Suspension } from './fleet';

const suspension = z.object({ in: z.boolean(), out: z.boolean(), scheduled: z.boolean() });

/** What a fleet was before the first change. */
export const original = z.object({
  min: z.number().int(),
  max: z.number().int(),
  instances: z.number().int(),
  tasks: z.number().int(),
  scaling: z.object({ max: z.number().int(), suspended: suspension }).optional(),
  /** What it comes back with, when it has to go because of what is in it. */
  warmPool: z
    .object({
      minSize: z.number().int(),
      maxPrepared: z.number().int().optional(),
      state: z.enum(['Hibernated', 'Running', 'Stopped']).optional(),
      reuseOnScaleIn: z.boolean().optional(),
    })
    .optional(),
  /** Instances to be replaced then, for the report. */
  old: z.number().int(),
});
export type Original = z.infer<typeof original>;

/** What it is given while its instances are replaced. */
export const given = z.object({
  max: z.number().int(),
  tasks: z.number().int(),
  scalingMax: z.number().int().optional(),
});
export type Given = z.infer<typeof given>;

export interface HeadRoom {
  original: Original;
  given: Given;
}

/** While tasks are moved by hand, nobody else shall count them. */
export const SUSPENDED: Suspension = { in: true, out: true, scheduled: true };

/** Least number of instances brought at once, and the most that ECS sets draining in one call. Source: Amazon ECS API Reference, UpdateContainerInstancesState */
export const MOST_HOSTS_A_CALL = 10;

/** Rounds in which a large fleet is replaced: a drain may take an hour, and old instances lose their role in between. */
const ROUNDS = 3;

/**
 * Pure. How far a fleet has to grow: by as many instances as there are old ones with tasks, or in a large fleet by a part of
 * them. The tasks grow by as many as these instances hold, so that none of them has room left for what an old one loses.
 */
export function headRoom({ group, instances, tasks, scaling, warmPool }: Fleet): HeadRoom {
  const busy = instances.filter(({ host }) => (host?.tasks ?? 0) > 0);
  const old = instances.filter((instance) => instance.old);
  const busyOld = busy.filter((instance) => instance.old).length;
  const more = Math.min(busyOld, Math.max(MOST_HOSTS_A_CALL, Math.ceil(busyOld / ROUNDS)));
  const tasksAnInstance = Math.max(1, Math.ceil(tasks.desired / Math.max(1, busy.length)));
  const givenTasks = tasks.desired + more * tasksAnInstance;
  return {
    original: {
      min: group.min,
      max: group.max,
      instances: group.desired,
      tasks: tasks.desired,
      ...(scaling === undefined ? {} : { scaling }),
      ...(warmPool === undefined || warmPool.leaving ? {} : { warmPool: warmPool.settings }),
      old: old.length + (warmPool?.old ?? 0),
    },
    given: {
      max: Math.max(group.max, group.desired + more),
      tasks: givenTasks,
      ...(scaling === undefined ? {} : { scalingMax: Math.max(scaling.max, givenTasks) }),
    },
  };
}
