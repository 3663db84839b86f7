import * as z from 'zod';
import { IDENTIFIER } from '../sql/identifiers';
import { consoleRef } from './console-plan';
import { warehouseRef } from './warehouse';

/** All that a project's steps need to know, as the plan froze it. One S3 object a project, beside the plan. */
export const projectPlan = z.object({
  v: z.literal(1),
  projectId: z.string().min(1),
  pipelineId: z.string().min(1),
  /** Region of the pipeline; the console may be in another. */
  region: z.string().min(1),
  console: consoleRef,
  /** Begin of the names of the pipeline's stacks, see `stackNames`. */
  stackPrefix: z.string().min(1),
  /** Full version of the pipeline when the plan was made. */
  version: z.string(),
  /** Release that the console will be at, for example `v1.1.7`. */
  targetVersion: z.string(),
  /** `upgrade`: ask the console to; `retry`: its last upgrade failed; `none`: it is at the console's version. */
  pipeline: z.enum(['upgrade', 'retry', 'none']),
  /** Apps whose reporting time zone is to be set: it cannot be changed afterwards. */
  timezones: z.array(z.object({ appId: z.string().regex(IDENTIFIER), timezone: z.string().min(1) })),
  /** Data processing has to rest, because the pipeline is upgraded or data are migrated. */
  pauseProcessing: z.boolean(),
  ingestion: z.object({
    kind: z.enum(['ec2', 'fargate', 'none']),
    /** Instances of a launch configuration or another template are replaced. */
    replace: z.boolean(),
    /** Instances of an older version of the same template too. */
    refresh: z.boolean(),
  }),
  /** The new data model is expected in the warehouse, so its schema has to be waited for. */
  expectSchema: z.boolean(),
  warehouse: warehouseRef.optional(),
  /** Redshift has ended Python functions there: this Lambda function stands in for the solution's. */
  udf: z.object({ functionName: z.string().min(1), roleArn: z.string().min(1) }).optional(),
  /** Base capacity while data are migrated; absent: it stays as it is. */
  capacity: z.object({ rpu: z.number().int().positive() }).optional(),
  apps: z.array(z.object({ appId: z.string().regex(IDENTIFIER) })),
});
export type ProjectPlan = z.infer<typeof projectPlan>;

/** Key of a project's plan, beside `plans/<hash>/plan.json`. */
export function projectPlanKey(planKey: string, projectId: string): string {
  return `${planKey.slice(0, planKey.lastIndexOf('/'))}/projects/${projectId}.json`;
}
