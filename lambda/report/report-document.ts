import * as z from 'zod';
import { range } from '../shared/plan/plan';

/** What became of a state: its record says so, or the plan left it out, or there is no record of it. */
export const OUTCOMES = ['done', 'skipped', 'no record'] as const;

/** What was asked of one state, and what it did. */
export const reportedStep = z.object({
  state: z.string(),
  /** What the plan said of it; absent when the plan does not mention it. */
  asked: z.string().optional(),
  outcome: z.enum(OUTCOMES),
  /** Its own last words. */
  done: z.string().optional(),
  /** Counts, ids and names it left. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  /** Time in its loops, without what lay between a failure and its redrive. */
  activeSeconds: z.number().optional(),
  /** The last statement or workflow execution that the journal knows of it. */
  statement: z.object({ name: z.string(), id: z.string().optional(), state: z.string() }).optional(),
});
export type ReportedStep = z.infer<typeof reportedStep>;

export const reportedApp = z.object({
  appId: z.string(),
  timezone: z.string().optional(),
  decision: z.enum(['migrate', 'clean', 'repair', 'skip']),
  reason: z.string(),
  legacyEvents: z.number(),
  migratedEvents: z.number(),
  /** State of the verdict; `none` when parity was never judged. */
  parity: z.enum(['proved', 'accepted', 'open', 'none']),
  provedAt: z.string().optional(),
  acceptedBy: z.string().optional(),
  /** Migrated events that no metric shows, because the legacy data know no such user. */
  hiddenEvents: z.number(),
  activeSeconds: z.number(),
  estimatedSeconds: z.number().optional(),
  steps: z.array(reportedStep),
});
export type ReportedApp = z.infer<typeof reportedApp>;

export const reportedProject = z.object({
  projectId: z.string(),
  region: z.string(),
  decision: z.enum(['work', 'skip']),
  reason: z.string(),
  /** Version of its pipeline when the plan was made. */
  versionBefore: z.string(),
  activeSeconds: z.number(),
  notes: z.array(z.string()),
  steps: z.array(reportedStep),
  apps: z.array(reportedApp),
});
export type ReportedProject = z.infer<typeof reportedProject>;

/** Why the cost of a warehouse is not known. */
export const UNKNOWN_COST = ['provisioned', 'forbidden', 'nothing recorded', 'no answer', 'unreadable'] as const;
export type UnknownCost = (typeof UNKNOWN_COST)[number];

/** The time in which a serverless warehouse was worked on, and what it charged for it, once that is known. */
export const usage = z.object({
  /** A project whose database the question is asked in. */
  projectId: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  rpuSeconds: z.number().optional(),
  unknown: z.enum(UNKNOWN_COST).optional(),
});
export type Usage = z.infer<typeof usage>;

export const warehouseCost = z.object({
  region: z.string(),
  name: z.string(),
  projects: z.array(z.string()),
  /** The time that was measured: from the first step on the warehouse to the end of the last. */
  from: z.string().optional(),
  to: z.string().optional(),
  rpuHours: z.number().optional(),
  /** By the range of prices; absent in China, where another currency is charged. */
  usd: z.object({ low: z.number(), high: z.number() }).optional(),
  unknown: z.enum(UNKNOWN_COST).optional(),
});
export type WarehouseCost = z.infer<typeof warehouseCost>;

/** `report.json`: the whole report, for programs. */
export const reportDocument = z.object({
  v: z.literal(1),
  kind: z.enum(['upgrade', 'cleanup']),
  execution: z.string(),
  writtenAt: z.string(),
  planHash: z.string(),
  console: z.object({
    stackName: z.string(),
    region: z.string(),
    decision: z.enum(['upgrade', 'skip']),
    versionBefore: z.string(),
    targetVersion: z.string(),
  }),
  /** Events from here on were asked for. */
  cutoff: z.string(),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  counts: z.object({
    projects: z.number(),
    projectsSkipped: z.number(),
    appsMigrated: z.number(),
    appsCleaned: z.number(),
    appsSkipped: z.number(),
    events: z.number(),
  }),
  steps: z.array(reportedStep),
  projects: z.array(reportedProject),
  cost: z.object({
    estimatedSeconds: range.optional(),
    estimatedUsd: range.optional(),
    /** What it took of that which is estimated: console, pipelines and migration, not what lies between them. */
    estimatedPartsSeconds: z.number().optional(),
    warehouses: z.array(warehouseCost),
  }),
  /** What was backed up before anything was changed, by name. */
  backups: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** What an operator should know although all is done. */
  toKnow: z.array(z.string()),
  /** What comes next. */
  next: z.array(z.string()),
});
export type ReportDocument = z.infer<typeof reportDocument>;
