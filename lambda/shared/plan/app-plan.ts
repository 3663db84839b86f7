import * as z from 'zod';
import { IDENTIFIER } from '../sql/identifiers';
import { warehouseRef } from './warehouse';

/** Events of one UTC day: start of the day in epoch milliseconds, and how many. */
export const dayCount = z.tuple([z.number().int(), z.number().int().nonnegative()]);
export type DayCount = z.infer<typeof dayCount>;

export const STRATEGIES = ['windowed', 'documented'] as const;

/** All that an app's steps need to know, as the plan froze it. One S3 object an app, beside the plan. */
export const appPlan = z.object({
  v: z.literal(1),
  projectId: z.string().min(1),
  appId: z.string().regex(IDENTIFIER),
  region: z.string().min(1),
  warehouse: warehouseRef,
  /** The solution's database is named after the project. */
  database: z.string().min(1),
  timezone: z.string().min(1),
  /** Events from here on are migrated: a UTC midnight, epoch milliseconds. */
  cutoffMs: z.number().int(),
  strategy: z.enum(STRATEGIES),
  eventsPerWindow: z.number().int().positive(),
  /** Migrate although the warehouse is busy. */
  ignoreLoad: z.boolean(),
  /** RPU (serverless) the estimate was made for; 0 when unknown. */
  rpu: z.number().nonnegative(),
  /** Legacy events at or after the cutoff, by UTC day, ascending. */
  histogram: z.array(dayCount),
  /** `max_query_execution_time` of the workgroup in seconds; absent for clusters, which have none by default. */
  maxQueryExecutionSeconds: z.number().nonnegative().optional(),
  /** After how many days the solution deletes events from the new tables. */
  retentionDays: z.number().int().positive().optional(),
  /** Where the project's workflows are found: the upgrade may have made them anew. */
  stackPrefix: z.string().min(1),
  pipelineId: z.string().min(1),
});
export type AppPlan = z.infer<typeof appPlan>;

/** Target of every step that works on one app. */
export const appTarget = z.object({
  region: z.string().min(1),
  projectId: z.string().min(1),
  appId: z.string().regex(IDENTIFIER),
});
export type AppTarget = z.infer<typeof appTarget>;

export const DAY_MS = 86_400_000;

/** Key of an app's plan, beside `plans/<hash>/plan.json`. */
export function appPlanKey(planKey: string, app: Pick<AppTarget, 'projectId' | 'appId'>): string {
  return `${planKey.slice(0, planKey.lastIndexOf('/'))}/apps/${app.projectId}/${app.appId}.json`;
}
