import * as z from 'zod';
import { warehouseRef } from '../shared/plan/warehouse';

/** A project as it was found. */
export const foundProject = z.object({
  projectId: z.string(),
  pipelineId: z.string(),
  region: z.string(),
  /** Full version from the tag of the project's Redshift stack; absent when it has no such stack. */
  version: z.string().optional(),
  stackStatus: z.string().optional(),
  apps: z.array(z.object({ appId: z.string(), timezone: z.string().optional() })),
  warehouse: warehouseRef.optional(),
  rpu: z.number().optional(),
  retentionDays: z.number().int().positive().optional(),
  refreshStateMachineArn: z.string().optional(),
});
export type FoundProject = z.infer<typeof foundProject>;

/** What was found of the solution, before anything is judged. */
export const world = z.object({
  console: z.object({
    region: z.string(),
    stackName: z.string(),
    stackId: z.string(),
    status: z.string(),
    version: z.string(),
  }),
  projects: z.array(foundProject),
});
export type World = z.infer<typeof world>;
