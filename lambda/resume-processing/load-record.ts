import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { ProjectPlan } from '../shared/plan/project-plan';
import type { StateTable } from '../shared/state-table';

/**
 * The run of the load workflow that follows a pause, written before it is started.
 *
 * `open` (it may or may not have been started) → `started` → `done` | `failed`
 */
export const loadRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  /** Root execution and redrive under which it was started: permission to start another is measured against them. */
  root: z.string(),
  redrive: z.number().int(),
  /** Begin of the pause that it follows: one run a pause. */
  pausedAtMs: z.number().int(),
  state: z.enum(['open', 'started', 'done', 'failed']),
  /** Of the execution. */
  name: z.string(),
  stateMachineArn: z.string(),
  openedAtMs: z.number().int(),
  executionArn: z.string().optional(),
  error: z.string().optional(),
});
export type LoadRecord = z.infer<typeof loadRecord>;

export class LoadRecords {
  private readonly key: string;

  constructor(
    private readonly table: StateTable,
    { region, pipelineId }: Pick<ProjectPlan, 'region' | 'pipelineId'>,
  ) {
    this.key = `journal/load/${region}/${pipelineId}`;
  }

  read(): Promise<LoadRecord | undefined> {
    return this.table.get(this.key, loadRecord);
  }

  /** A new run; its name differs from that of every run before it, because each write counts the revision up. */
  async open(
    before: LoadRecord | undefined,
    next: Pick<LoadRecord, 'root' | 'redrive' | 'pausedAtMs' | 'stateMachineArn' | 'openedAtMs'>,
  ): Promise<LoadRecord> {
    const revision = (before?.revision ?? 0) + 1;
    const token = createHash('sha256')
      .update([this.key, next.root, String(revision)].join('\n'))
      .digest('hex');
    return this.write({ ...next, v: 1, revision, state: 'open', name: `upgrade-${token.slice(0, 40)}` });
  }

  /** The same run, one step further in its life. */
  advance(before: LoadRecord, changes: Partial<LoadRecord>): Promise<LoadRecord> {
    return this.write({ ...before, ...changes, revision: before.revision + 1 });
  }

  private async write(record: LoadRecord): Promise<LoadRecord> {
    await this.table.put(this.key, record);
    return record;
  }
}
