import * as z from 'zod';
import type { StateTable } from '../state-table';

/**
 * The journal's record of a console's update: written before the change set is executed, so that whoever comes next knows
 * whether one was begun, and how it ended. `open` (it may or may not have begun) → `alive` → `done` or `dead`.
 */
export const updateRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  root: z.string(),
  /** Redrive under which it was begun or last waited for: permission to begin another is measured against it. */
  redrive: z.number().int(),
  state: z.enum(['open', 'alive', 'done', 'dead']),
  /** ClientRequestToken: the stack's events carry it. */
  token: z.string(),
  changeSet: z.string(),
  openedAtMs: z.number().int(),
  /** Of a dead one: the status it ended in, and the failed resources' own reasons. */
  ended: z.string().optional(),
  reasons: z.array(z.string()),
});
export type UpdateRecord = z.infer<typeof updateRecord>;

/** One record a console's stack, whichever root updates it. */
export class UpdateJournal {
  readonly key: string;

  constructor(
    private readonly table: StateTable,
    { region, stackName }: { region: string; stackName: string },
  ) {
    this.key = `journal/${region}/${stackName}/console-update`;
  }

  read(): Promise<UpdateRecord | undefined> {
    return this.table.get(this.key, updateRecord);
  }

  async write(before: UpdateRecord | undefined, next: Omit<UpdateRecord, 'v' | 'revision'>): Promise<UpdateRecord> {
    const record: UpdateRecord = { ...next, v: 1, revision: (before?.revision ?? 0) + 1 };
    await this.table.put(this.key, record);
    return record;
  }
}
