import type { Stack } from '@aws-sdk/client-cloudformation';
import { ErrorCode, UpgradeError } from '../shared/errors';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { stackNames } from '../shared/solution/pipeline-stacks';
import { findStack, parametersOf, resourcesOf } from '../shared/solution/stacks';
import { manyText } from '../shared/summary';

/** What a fleet consists of, by its physical ids. */
export interface FleetIds {
  cluster: string;
  /** ARN. */
  service: string;
  /** Name of the Auto Scaling group. */
  group: string;
}

export interface FoundFleet {
  stack: Stack;
  /** Undefined with Fargate, where nothing has instances. */
  ids: FleetIds | undefined;
}

/**
 * A pipeline's ingestion stack, and its fleet. Cluster, service and group have generated names and stand in a nested stack;
 * no output tells them. Source: awslabs/clickstream-analytics-on-aws, ingestion-server-stack.ts, ecs-cluster.ts
 */
export async function findFleet(plan: ProjectPlan): Promise<FoundFleet | undefined> {
  const { region, stackPrefix, pipelineId } = plan;
  for (const name of stackNames(stackPrefix, 'Ingestion', pipelineId)) {
    const stack = await findStack(region, name);
    if (stack !== undefined) return { stack, ids: await fleetIds(plan, stack) };
  }
  return undefined;
}

async function fleetIds(plan: ProjectPlan, stack: Stack): Promise<FleetIds | undefined> {
  const resources = await resourcesOf(plan.region, stack);
  const { StackName: stackName = '' } = stack;
  const of = (type: string): string[] =>
    resources.filter((resource) => resource.type === type).map(({ physicalId }) => physicalId);
  const groups = of('AWS::AutoScaling::AutoScalingGroup');
  if (groups.length === 0) return undefined;
  const [clusters, services] = [of('AWS::ECS::Cluster'), of('AWS::ECS::Service')];
  const [group, cluster, service] = [groups[0], clusters[0], services[0]];
  const isOneOfEach = groups.length === 1 && clusters.length === 1 && services.length === 1;
  if (isOneOfEach && group !== undefined && cluster !== undefined && service !== undefined)
    return { group, cluster, service };
  throw new UpgradeError({
    code: ErrorCode.Unexpected,
    what: `The stack ${stackName} of project ${plan.projectId} is not one service on one group of instances.`,
    why: `It has ${manyText(groups.length, 'Auto Scaling group')}, ${manyText(clusters.length, 'cluster')} and ${manyText(services.length, 'service')}.`,
    next: 'Replace the instances by hand as the upgrade guide says, then redrive. It is a release this was not written for.',
    redrive: 'yes',
    ids: { projectId: plan.projectId, stack: stackName },
  });
}

/** Longest that a worker may take, where its stack does not tell. Source: awslabs/clickstream-analytics-on-aws, ecs-cluster.ts (WorkerStopTimeout) */
const LONGEST_STOP_SECONDS = 3_630;

/** Seconds a task may take to write what it has buffered, once it is told to stop. */
export function stopTimeoutSeconds(stack: Stack): number {
  const told = Number(parametersOf(stack).get('WorkerStopTimeout'));
  return Number.isFinite(told) && told > 0 ? told : LONGEST_STOP_SECONDS;
}
