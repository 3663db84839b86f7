import { findApplications } from '../shared/processing/applications';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { stackNames } from '../shared/solution/pipeline-stacks';
import { findStack } from '../shared/solution/stacks';

/**
 * Ids of started applications of earlier releases: an upgrade cannot delete one that is started, and nothing stops it if
 * it does not do so by itself. They are told, not touched: they may be somebody's.
 * Source: awslabs/clickstream-analytics-on-aws, emr-serverless-app/index.ts
 */
export async function findLeftovers({ region, projectId, stackPrefix, pipelineId }: ProjectPlan): Promise<string[]> {
  const [stackName = ''] = stackNames(stackPrefix, 'DataProcessing', pipelineId);
  const [stack, applications] = await Promise.all([findStack(region, stackName), findApplications(region, projectId)]);
  const current = stack?.Outputs?.find(({ OutputKey: key }) => key?.endsWith('EMRServerlessApplicationId') === true);
  return applications
    .filter(({ id, state }) => id !== current?.OutputValue && (state === 'STARTED' || state === 'STARTING'))
    .map(({ id }) => id);
}
