import { ErrorCode, UpgradeError } from '../errors';
import type { ProjectPlan } from '../plan/project-plan';
import { dataWorkflows } from '../solution/data-workflows';
import { redshiftStackName } from '../solution/pipeline-stacks';
import { findStack, resourcesOf } from '../solution/stacks';

/**
 * The stack's custom resource starts the executions one second apart and does not wait for them; later than this after the
 * stack's update none will come. Source: awslabs/clickstream-analytics-on-aws, create-schemas.ts
 */
export const START_PATIENCE_MS = 10 * 60_000;

/** Between two looks at it: it takes minutes. */
export const LOOK_AGAIN_SECONDS = 30;

/**
 * The solution's schema workflow of a project; `sinceMs`: begin of the last update of the Redshift stack that starts it.
 *
 * @throws UpgradeError Unexpected when there is no such stack
 */
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
  if (stack === undefined) {
    throw new UpgradeError({
      code: ErrorCode.Unexpected,
      what: `The Redshift stack of pipeline ${pipelineId} was not found.`,
      why: `There is no stack ${stackName} in ${region}, so nothing shows whether the schemas are made.`,
      next: 'Look whether it was deleted, bring the pipeline to its release in the web console, then redrive.',
      redrive: 'yes',
      ids: { pipelineId, region, stack: stackName },
    });
  }
  const { schema: machine } = dataWorkflows(await resourcesOf(region, stack));
  return { machine, sinceMs: (stack.LastUpdatedTime ?? stack.CreationTime)?.getTime() ?? 0 };
}
