import * as z from 'zod';
import type { ProjectPlan } from '../shared/plan/project-plan';
import type { StateTable } from '../shared/state-table';

/**
 * When a rule was last disabled by us: a call of its target that was under way then still ends in a job. The hold cannot tell;
 * it is older when an upgrade has enabled the rule again.
 */
export const pauseRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  disabledAtMs: z.number().int(),
});

type Place = Pick<ProjectPlan, 'region' | 'pipelineId'>;

export async function lastDisabledMs(table: StateTable, place: Place): Promise<number | undefined> {
  return (await table.get(keyOf(place), pauseRecord))?.disabledAtMs;
}

/** Written before the rule is disabled. */
export async function rememberDisabling(table: StateTable, place: Place, nowMs: number): Promise<void> {
  const before = await table.get(keyOf(place), pauseRecord);
  await table.put(keyOf(place), { v: 1, revision: (before?.revision ?? 0) + 1, disabledAtMs: nowMs });
}

function keyOf({ region, pipelineId }: Place): string {
  return `processing/${region}/${pipelineId}`;
}
