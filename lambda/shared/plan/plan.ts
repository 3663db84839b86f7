import * as z from 'zod';
import { IDENTIFIER } from '../sql/identifiers';
import { STRATEGIES } from './app-plan';
import { consolePlan } from './console-plan';
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
  /** Of the likely seconds: migration, base view, metrics; updates of the console's and the pipeline's stacks. */
  parts: z.object({
    migrateSeconds: z.number(),
    baseViewSeconds: z.number(),
    metricsSeconds: z.number(),
    consoleSeconds: z.number().optional(),
    pipelineSeconds: z.number().optional(),
  }),
});
export type Estimate = z.infer<typeof estimate>;

/** What one state of the machine will do, or why it does nothing. */
export const plannedStep = z.object({
  /** Name of the state, for example `Upgrade the web console`. */
  step: z.string(),
  decision: z.enum(['do', 'skip']),
  /** One sentence. */
  what: z.string(),
});
export type PlannedStep = z.infer<typeof plannedStep>;

/** What the plan has decided for one app. */
export const plannedApp = z.object({
  appId: z.string().regex(IDENTIFIER),
  timezone: z.string().min(1).optional(),
  /** `clean`: its legacy objects are dropped (mode cleanup). `repair`: only its schema is repaired (mode repair-schema). */
  decision: z.enum(['migrate', 'clean', 'repair', 'skip']),
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
  /** `work`: it is an item of *Each project*. */
  decision: z.enum(['work', 'skip']),
  reason: z.string(),
  estimate: estimate.optional(),
  steps: z.array(plannedStep),
  /** What an operator should know although nothing is refused: views that CASCADE takes along, values the upgrade resets. */
  notes: z.array(z.string()),
  apps: z.array(plannedApp),
});
export type PlannedProject = z.infer<typeof plannedProject>;

/** The plan: what is known of the world, what will be done, how long it will take. `plans/<hash>/plan.json`. */
export const plan = z.object({
  v: z.literal(1),
  kind: z.enum(['upgrade', 'cleanup']),
  hash: z.string().min(1),
  /** When it was made, ISO 8601. */
  createdAt: z.string(),
  cutoffMs: z.number().int(),
  console: consolePlan,
  /** Steps of the whole upgrade; those of a project stand with it. */
  steps: z.array(plannedStep),
  /** Ask a person before anything is changed. */
  approval: z.boolean(),
  /** Drop views outside the solution along with the legacy tables (mode cleanup). */
  cascade: z.boolean(),
  migration: z.object({
    days: z.number().int().positive(),
    strategy: z.enum(STRATEGIES),
    eventsPerWindow: z.number().int().positive(),
    rpu: z.number(),
    ignoreLoad: z.boolean(),
  }),
  projects: z.array(plannedProject),
  estimate: estimate.optional(),
  /** The input it was made from, every default filled in, without mode and hash. */
  input: z.unknown().optional(),
  /** The facts whose change makes the plan stale: name of the fact → value. No counts. */
  fingerprint: z.record(z.string(), z.string()),
});
export type Plan = z.infer<typeof plan>;
