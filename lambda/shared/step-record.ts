import * as z from 'zod';
import type { StepFacts } from './contract';
import type { StateTable } from './state-table';

/** What a step did for one target under one root, written when it is done: what the report is made of. */
export const stepRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  step: z.string(),
  /** First pass of the first loop that came to its end, epoch milliseconds. */
  startedMs: z.number().int(),
  /** Last pass of the last one. */
  endedMs: z.number().int(),
  /** Time in its loops, without what lay between a failure and its redrive. */
  activeMs: z.number().int().nonnegative(),
  summary: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type StepRecord = z.infer<typeof stepRecord>;

/** Part of a target that tells one use of a step from another. */
export interface RecordedTarget {
  projectId?: string;
  appId?: string;
  /** Of steps that do several things: which one. */
  act?: string;
}

/**
 * `step/<name of the root execution>/<step>[:<act>][/<project>[/<app>]]`; of its guardian, `guardian/…` instead of `step/…`
 */
export function stepRecordKey(
  rootId: string,
  step: string,
  target: RecordedTarget,
  by: 'root' | 'guardian' = 'root',
): string {
  const root = rootId.slice(rootId.lastIndexOf(':') + 1);
  const act = target.act === undefined ? '' : `:${target.act}`;
  return [by === 'root' ? 'step' : by, root, `${step}${act}`, target.projectId, target.appId]
    .filter((part) => part !== undefined)
    .join('/');
}

/** Adds a loop that is done to its record. */
export async function recordStep(
  table: StateTable,
  key: string,
  done: { step: string; sinceMs: number; nowMs: number; summary: string; facts: StepFacts },
): Promise<void> {
  const before = await table.get(key, stepRecord);
  const record: StepRecord = {
    v: 1,
    revision: (before?.revision ?? 0) + 1,
    step: done.step,
    startedMs: Math.min(before?.startedMs ?? done.sinceMs, done.sinceMs),
    endedMs: done.nowMs,
    activeMs: (before?.activeMs ?? 0) + Math.max(0, done.nowMs - done.sinceMs),
    summary: done.summary,
    facts: { ...before?.facts, ...done.facts },
  };
  await table.put(key, record);
}
