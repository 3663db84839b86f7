import * as z from 'zod';
import type { StateTable } from '../state-table';
import { change } from './changes';

/**
 * What the approval of a plan is about, as *Prepare the console change set* found it: the only changes that *Upgrade the
 * web console* may make under this root, whichever change set it has to execute.
 */
export const approvedChanges = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  root: z.string(),
  planHash: z.string(),
  stackId: z.string(),
  /** Name of the change set; gone when it had no changes. */
  changeSet: z.string(),
  /** The template would change nothing. */
  nothing: z.boolean(),
  changes: z.array(change),
  describedAtMs: z.number().int(),
});
export type ApprovedChanges = z.infer<typeof approvedChanges>;

/** Key in the state table. */
export function approvedKey(rootId: string): string {
  return `changes/${rootName(rootId)}`;
}

/** Key in the plan bucket, where *Approve the plan* and people read it. */
export function changesKey(rootId: string): string {
  return `changes/${rootName(rootId)}.json`;
}

/** The object of {@link changesKey}. */
export const changesDocument = z.object({
  v: z.literal(1),
  planHash: z.string(),
  stackName: z.string(),
  stackId: z.string(),
  targetVersion: z.string(),
  /** Absent when there is nothing to change. */
  changeSet: z.object({ name: z.string(), id: z.string() }).optional(),
  describedAt: z.string(),
  /** `12 changes: 1 Add, 10 Modify, 1 Remove` */
  counts: z.string(),
  /** Texts of what is replaced or removed and holds data: to be read first. */
  risky: z.array(z.string()),
  /** Risky ones first. */
  changes: z.array(change),
});
export type ChangesDocument = z.infer<typeof changesDocument>;

/** Writes what was described, in the place of an older description of this root. */
export async function writeApproved(
  table: StateTable,
  approved: Omit<ApprovedChanges, 'v' | 'revision'>,
): Promise<void> {
  const key = approvedKey(approved.root);
  const before = await table.get(key, approvedChanges);
  const record: ApprovedChanges = { ...approved, v: 1, revision: (before?.revision ?? 0) + 1 };
  await table.put(key, record);
}

export function readApproved(table: StateTable, rootId: string): Promise<ApprovedChanges | undefined> {
  return table.get(approvedKey(rootId), approvedChanges);
}

function rootName(rootId: string): string {
  return rootId.slice(rootId.lastIndexOf(':') + 1);
}
