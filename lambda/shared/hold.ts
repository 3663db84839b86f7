import * as z from 'zod';
import type { StateTable } from './state-table';

/**
 * What must be put back: before anything is paused, scaled or suspended, a hold keeps what it was. `held` (our value is in
 * force, at least one holder needs it) → `restored` (the original is back, or was left alone because somebody else changed it).
 */
export const holdRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  state: z.enum(['held', 'restored']),
  /** The resource as it was before our first change. */
  original: z.record(z.string(), z.unknown()),
  /** What we gave it: restored only while the resource still has it. */
  given: z.record(z.string(), z.unknown()),
  /** Who needs it so, for example project ids; it is put back when nobody does. */
  holders: z.array(z.string()),
  /** Root execution that took it. */
  root: z.string(),
  takenAtMs: z.number().int(),
});
export type HoldRecord = z.infer<typeof holdRecord>;

export interface Taking {
  holder: string;
  root: string;
  nowMs: number;
  original: Record<string, unknown>;
  given: Record<string, unknown>;
}

/** The hold of one resource. */
export class Hold {
  readonly key: string;

  /** @param resource for example `rule/eu-west-1/<name>` or `workgroup/eu-west-1/<name>` */
  constructor(
    private readonly table: StateTable,
    resource: string,
  ) {
    this.key = `hold/${resource}`;
  }

  read(): Promise<HoldRecord | undefined> {
    return this.table.get(this.key, holdRecord);
  }

  /**
   * Writes the hold, before the change. One that is held already keeps its original and gets one more holder: the resource
   * no longer shows what it was.
   */
  async take(before: HoldRecord | undefined, { holder, root, nowMs, original, given }: Taking): Promise<HoldRecord> {
    if (before?.state === 'held') {
      if (before.holders.includes(holder)) return before;
      return this.write({ ...before, revision: before.revision + 1, holders: [...before.holders, holder] });
    }
    const revision = (before?.revision ?? 0) + 1;
    return this.write({ v: 1, revision, state: 'held', original, given, holders: [holder], root, takenAtMs: nowMs });
  }

  /**
   * Another value is given while it is held; the original stays. Written also with the same value, right before it is put
   * back: whoever read the hold earlier and means to take it meets a conflict, and looks at the resource anew.
   */
  async give(before: HoldRecord, given: Record<string, unknown>): Promise<HoldRecord> {
    return this.write({ ...before, revision: before.revision + 1, given });
  }

  /** Takes one holder away; the caller puts the original back when none is left, then calls {@link restored}. */
  async release(before: HoldRecord, holder: string): Promise<HoldRecord> {
    if (!before.holders.includes(holder)) return before;
    const holders = before.holders.filter((other) => other !== holder);
    return this.write({ ...before, revision: before.revision + 1, holders });
  }

  /** The original is back, or the resource was left as somebody else made it. */
  async restored(before: HoldRecord): Promise<HoldRecord> {
    return this.write({ ...before, revision: before.revision + 1, state: 'restored', holders: [] });
  }

  private async write(record: HoldRecord): Promise<HoldRecord> {
    await this.table.put(this.key, record);
    return record;
  }
}
