import type { ProjectPlan } from '../plan/project-plan';
import { dataWorkflows } from '../solution/data-workflows';
import { redshiftStackName } from '../solution/pipeline-stacks';
import { findStack } from '../solution/stacks';

/**
 * The stack's custom resource starts the executions one second apart and does not wait for them; later than this after the
 * stack's update none will come. Source: awslabs/clickstream-analytics-on-aws, create-schemas.ts
 */
export const START_PATIENCE_MS = 10 * 60_000;

/** The solution's schema workflow of a project; `sinceMs`: begin of the last update of the Redshift stack that starts it. */
export async function schemaWorkflow({
  region,
  stackPrefix,
  pipelineId,
}: Pick<ProjectPlan, 'region' | 'stackPrefix' | 'pipelineId'>): Promise<{
  machine: string | undefined;
  sinceMs: number;
}> {
  const stackName = redshiftStackName(stackPrefix, pipelineId);
  const stack = await findStack(region, stackName);
  const { schema: machine } = await dataWorkflows(region, stackPrefix, pipelineId);
  return { machine, sinceMs: (stack?.LastUpdatedTime ?? stack?.CreationTime)?.getTime() ?? 0 };
}
