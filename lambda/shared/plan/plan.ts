import * as z from 'zod';
import { IDENTIFIER } from '../sql/identifiers';
import { STRATEGIES } from './app-plan';
import { warehouseRef } from './warehouse';

/** Target of the steps that work on one project. */
export const projectTarget = z.object({ region: z.string().min(1), projectId: z.string().min(1) });
export type ProjectTarget = z.infer<typeof projectTarget>;

/** Seconds or dollars: what is expected, and the range it may fall into. */
export const range = z.object({ low: z.number(), likely: z.number(), high: z.number() });
export type Range = z.infer<typeof range>;

export const estimate = z.object({
  seconds: range,
  usd: range,
  /** Of the likely seconds: migration, base view, metrics. */
  parts: z.object({ migrateSeconds: z.number(), baseViewSeconds: z.number(), metricsSeconds: z.number() }),
});
export type Estimate = z.infer<typeof estimate>;

/** What the plan has decided for one app. */
export const plannedApp = z.object({
  appId: z.string().regex(IDENTIFIER),
  timezone: z.string().min(1).optional(),
  decision: z.enum(['migrate', 'skip']),
  /** Why it is skipped, or what will be done, in one sentence. */
  reason: z.string(),
  legacyEvents: z.number().int().nonnegative(),
  /** Calls of the windowed strategy: days back, and events each adds as far as the histogram tells. */
  windows: z.array(z.object({ days: z.number().int().positive(), events: z.number().int().nonnegative() })),
  estimate: estimate.optional(),
});
export type PlannedApp = z.infer<typeof plannedApp>;

export const plannedProject = z.object({
  projectId: z.string().min(1),
  pipelineId: z.string().min(1),
  region: z.string().min(1),
  /** Full version of the project's pipeline, from its stacks' tags. */
  version: z.string(),
  warehouse: warehouseRef.optional(),
  decision: z.enum(['migrate', 'skip']),
  reason: z.string(),
  apps: z.array(plannedApp),
});
export type PlannedProject = z.infer<typeof plannedProject>;

/** The plan: what is known of the world, what will be done, how long it will take. `plans/<hash>/plan.json`. */
export const plan = z.object({
  v: z.literal(1),
  hash: z.string().min(1),
  /** When it was made, ISO 8601. */
  createdAt: z.string(),
  cutoffMs: z.number().int(),
  console: z.object({
    region: z.string(),
    stackName: z.string(),
    stackId: z.string(),
    version: z.string(),
    targetVersion: z.string(),
  }),
  migration: z.object({
    days: z.number().int().positive(),
    strategy: z.enum(STRATEGIES),
    eventsPerWindow: z.number().int().positive(),
    rpu: z.number(),
    ignoreLoad: z.boolean(),
  }),
  projects: z.array(plannedProject),
  estimate: estimate.optional(),
  /** The facts whose change makes the plan stale: name of the fact → value. No counts. */
  fingerprint: z.record(z.string(), z.string()),
});
export type Plan = z.infer<typeof plan>;
