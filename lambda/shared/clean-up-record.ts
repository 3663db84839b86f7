import * as z from 'zod';
import type { AppTarget } from './plan/app-plan';
import type { StateTable } from './state-table';

/**
 * What is known of an app's clean-up: written before the first object is dropped, because from then on the legacy data
 * cannot be counted any more.
 */
export const cleanUpRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  state: z.enum(['dropping', 'done']),
  /** Root execution that began it, or went on with it last. */
  root: z.string().min(1),
  /** What it set out to drop. */
  objects: z.array(z.string()),
  startedAtMs: z.number().int(),
  doneAtMs: z.number().int().optional(),
});
export type CleanUpRecord = z.infer<typeof cleanUpRecord>;

function cleanUpKey({ region, projectId, appId }: AppTarget): string {
  return `clean-up/${region}/${projectId}/${appId}`;
}

export function readCleanUp(table: StateTable, app: AppTarget): Promise<CleanUpRecord | undefined> {
  return table.get(cleanUpKey(app), cleanUpRecord);
}

/** Writes `next` in the place of `before`; of two writers one observes anew. */
export async function writeCleanUp(
  table: StateTable,
  app: AppTarget,
  before: CleanUpRecord | undefined,
  next: Omit<CleanUpRecord, 'v' | 'revision'>,
): Promise<void> {
  const record: CleanUpRecord = { ...next, v: 1, revision: (before?.revision ?? 0) + 1 };
  await table.put(cleanUpKey(app), record);
}
