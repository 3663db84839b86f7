import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { ProjectPlan } from '../shared/plan/project-plan';
import type { StateTable } from '../shared/state-table';

/**
 * What was asked of the console for a pipeline, written before it is asked.
 *
 * `open` (asked; what became of it is not known) → `accepted` | `refused`; `failed`: the upgrade came to its end short of
 * its goal, and the operator has been told.
 */
export const pipelineCall = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  /** Root execution and redrive under which it was asked: permission to ask again is measured against them. */
  root: z.string(),
  redrive: z.number().int(),
  route: z.enum(['upgrade', 'retry']),
  /** The console takes each id once. */
  requestId: z.string(),
  state: z.enum(['open', 'accepted', 'refused', 'failed']),
  calledAtMs: z.number().int(),
  /** Calls under this redrive, this one included. */
  tries: z.number().int().positive(),
  /** The world just before: whatever is newer was begun by the call, or by somebody else after it. */
  before: z.object({ execution: z.string().optional(), updatedMs: z.number().int() }),
  error: z.object({ status: z.number().int(), message: z.string() }).optional(),
});
export type PipelineCall = z.infer<typeof pipelineCall>;

export class PipelineCalls {
  private readonly key: string;

  constructor(
    private readonly table: StateTable,
    { region, pipelineId }: Pick<ProjectPlan, 'region' | 'pipelineId'>,
  ) {
    this.key = `journal/pipeline/${region}/${pipelineId}`;
  }

  read(): Promise<PipelineCall | undefined> {
    return this.table.get(this.key, pipelineCall);
  }

  async write(
    before: PipelineCall | undefined,
    next: Omit<PipelineCall, 'v' | 'revision' | 'requestId'>,
  ): Promise<PipelineCall> {
    const revision = (before?.revision ?? 0) + 1;
    const record: PipelineCall = { ...next, v: 1, revision, requestId: this.requestId(next.root, revision) };
    await this.table.put(this.key, record);
    return record;
  }

  /** The same call, one step further in its life. */
  async advance(before: PipelineCall, changes: Partial<PipelineCall>): Promise<PipelineCall> {
    const record: PipelineCall = { ...before, ...changes, revision: before.revision + 1 };
    await this.table.put(this.key, record);
    return record;
  }

  /** Differs with each call: every write counts the revision up. */
  private requestId(root: string, revision: number): string {
    return createHash('sha256')
      .update([this.key, root, String(revision)].join('\n'))
      .digest('hex')
      .slice(0, 32);
  }
}
