import * as z from 'zod';
import { executionName } from '../approval';
import type { StateTable } from '../state-table';

/**
 * What a guardian has to know of a root that died: which plan it worked by, and on which console. Written right before the
 * lock is taken, so that nobody has the lock without it.
 */
export const rootRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  /** S3 key of the plan. */
  plan: z.string().min(1),
  console: z.object({ region: z.string().min(1), stackName: z.string().min(1) }),
});
export type RootRecord = z.infer<typeof rootRecord>;

/** `root/<name of the root execution>` */
export function rootRecordKey(rootId: string): string {
  return `root/${executionName(rootId)}`;
}

export async function rememberRoot(
  table: StateTable,
  rootId: string,
  { plan, console: { region, stackName } }: Pick<RootRecord, 'plan' | 'console'>,
): Promise<void> {
  const key = rootRecordKey(rootId);
  const before = await table.get(key, rootRecord);
  // An execution has one plan: a redriven or repeated pass finds its own record.
  if (before !== undefined) return;
  await table.put(key, { v: 1, revision: 1, plan, console: { region, stackName } } satisfies RootRecord);
}

export function readRoot(table: StateTable, rootId: string): Promise<RootRecord | undefined> {
  return table.get(rootRecordKey(rootId), rootRecord);
}
