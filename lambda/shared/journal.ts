import { createHash } from 'node:crypto';
import * as z from 'zod';
import { warehouseKey, type WarehouseRef } from './plan/warehouse';
import { DEAD_CAUSES } from './redshift/failure';
import type { StateTable } from './state-table';

/**
 * The journal: before a call is made, a record says so; the record's life tells whoever comes next what to do.
 *
 * `open` (written, the call may or may not have been made) → `alive` (its id is known) → `done` or `dead`.
 */
export const journalRecord = z.object({
  /** Version of this shape: records of old builds stay readable. */
  v: z.literal(1),
  /** Counts the writes of this item, whichever call it tells of. */
  revision: z.number().int().positive(),
  /** Root execution that made the call. */
  root: z.string(),
  /** Redrive and retry under which it was made or last waited for: permission is measured against them. */
  redrive: z.number().int(),
  retry: z.number().int(),
  /** Client token of the call: the same until the record is replaced. */
  token: z.string().min(1).max(64),
  state: z.enum(['open', 'alive', 'done', 'dead']),
  openedAtMs: z.number().int(),
  /** Statement id or execution ARN. */
  id: z.string().optional(),
  /** The database's own time just before the call: log rows from then on are this call's. */
  databaseTime: z.string().optional(),
  /** Passes the execution had made when the call began: what it may still spend on waiting is counted from here. */
  passesAtStart: z.number().int().optional(),
  /** Execution that `passesAtStart` counts in. */
  execution: z.string().optional(),
  /** Why it is dead, and in which words. */
  cause: z.enum(DEAD_CAUSES).optional(),
  error: z.string().optional(),
  /** Calls of this unit that time-outs or conflicts ended under this redrive. */
  timeOuts: z.number().int().nonnegative(),
  /** The next call is allowed, from then on. */
  notBeforeMs: z.number().int().optional(),
  /** The call itself, so that it can be made again, letter for letter, when its answer was lost. */
  sql: z.object({ name: z.string(), text: z.string() }).optional(),
  /**
   * We asked the database to end it: why, when, and whether its session was terminated after that. `afterRedrive`: a guardian
   * asked, of the root that ended under that redrive.
   */
  stop: z
    .object({
      reason: z.string(),
      atMs: z.number().int(),
      terminated: z.boolean(),
      afterRedrive: z.number().int().nonnegative().optional(),
    })
    .optional(),
  /** What the step wants to know about its own call later, for example the window it was for. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type JournalRecord = z.infer<typeof journalRecord>;

/** What is called one at a time, and never twice by accident. */
export interface Unit {
  warehouse: Pick<WarehouseRef, 'region' | 'name'>;
  database: string;
  schema: string;
  /** For example `events` or `base-view`. */
  name: string;
}

/** Key of a unit's record. */
export function journalKey({ warehouse, database, schema, name }: Unit): string {
  return `journal/${warehouseKey(warehouse)}/${database}/${schema}/${name}`;
}

export class Journal {
  constructor(
    private readonly table: StateTable,
    readonly unit: Unit,
  ) {}

  get key(): string {
    return journalKey(this.unit);
  }

  read(): Promise<JournalRecord | undefined> {
    return this.table.get(this.key, journalRecord);
  }

  /** Writes `next` in the place of `before` and returns what was written. */
  async write(before: JournalRecord | undefined, next: Omit<JournalRecord, 'v' | 'revision'>): Promise<JournalRecord> {
    const record: JournalRecord = { ...next, v: 1, revision: (before?.revision ?? 0) + 1 };
    await this.table.put(this.key, record);
    return record;
  }

  /**
   * Token of a new call: distinct from every token before it, because each write counts the revision up; 64 characters.
   * A token made of the execution alone would hand back the old, failed statement for eight hours.
   */
  token(before: JournalRecord | undefined, root: string): string {
    return createHash('sha256')
      .update([this.key, root, String((before?.revision ?? 0) + 1)].join('\n'))
      .digest('hex');
  }
}
