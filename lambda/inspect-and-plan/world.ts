import * as z from 'zod';
import { CONSOLE_VARIANTS, consoleRef } from '../shared/plan/console-plan';
import { warehouseRef } from '../shared/plan/warehouse';

/** The template that the console would be upgraded with, as CloudFormation reads it. */
export const foundTemplate = z.object({
  url: z.string(),
  /** Why CloudFormation cannot read it, in its own words; the rest is empty then. */
  error: z.string().optional(),
  /** Release that its description tells. */
  version: z.string().optional(),
  capabilities: z.array(z.string()),
  parameters: z.array(
    z.object({
      key: z.string(),
      type: z.string(),
      hasDefault: z.boolean(),
      noEcho: z.boolean(),
      allowedValues: z.array(z.string()),
    }),
  ),
});
export type FoundTemplate = z.infer<typeof foundTemplate>;

/** The web console as it was found. */
export const foundConsole = consoleRef.extend({
  status: z.string(),
  /** Full version; empty where nothing tells one. */
  version: z.string(),
  variant: z.enum(CONSOLE_VARIANTS).optional(),
  /** CloudFormation acts under a role of the stack's own. */
  hasServiceRole: z.boolean(),
  /** Values that DescribeStacks shows. */
  parameters: z.record(z.string(), z.string()),
  /** Begin of the names of the pipelines' stacks. */
  stackPrefix: z.string(),
  /** Names of all its DynamoDB tables. */
  tables: z.array(z.string()),
  template: foundTemplate.optional(),
});
export type FoundConsole = z.infer<typeof foundConsole>;

/** Which pipeline belongs to a project, and where. */
export const projectRef = z.object({ projectId: z.string(), pipelineId: z.string(), region: z.string() });
export type ProjectRef = z.infer<typeof projectRef>;

export const foundStack = z.object({
  /** For example `DataModelingRedshift`. */
  type: z.string(),
  stackName: z.string(),
  stackId: z.string(),
  status: z.string(),
  /** Full version of its tag. */
  version: z.string().optional(),
});
export type FoundStack = z.infer<typeof foundStack>;

/** A project as it was found. */
export const foundProject = projectRef.extend({
  /** Full version: the Redshift stack's, or the lowest of the others'; empty where no stack tells one. */
  version: z.string(),
  stacks: z.array(foundStack),
  /** What the console's record of the pipeline says. */
  record: z.object({
    templateVersion: z.string().optional(),
    lastAction: z.string().optional(),
    /** Status of the last workflow execution. */
    execution: z.string().optional(),
  }),
  apps: z.array(z.object({ appId: z.string(), timezone: z.string().optional() })),
  ingestion: z.object({
    kind: z.enum(['ec2', 'fargate', 'none']),
    serverMin: z.number().optional(),
    serverMax: z.number().optional(),
  }),
  warehouse: warehouseRef.optional(),
  /** Parameter RedshiftServerlessRPU of a workgroup that the solution made. */
  rpu: z.number().optional(),
  retentionDays: z.number().int().positive().optional(),
  /** Stack parameters that somebody set by hand and that an upgrade resets, one sentence each. */
  handSet: z.array(z.string()),
});
export type FoundProject = z.infer<typeof foundProject>;

/** What was found of the solution, before anything is judged. */
export interface World {
  console: FoundConsole;
  projects: FoundProject[];
}

/** The stack of a type, if the pipeline has it. */
export function stackOf(project: FoundProject, type: string): FoundStack | undefined {
  return project.stacks.find((stack) => stack.type === type);
}
