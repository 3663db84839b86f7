import { deterministicUuid, nameSuffix, physicalName } from '../../../template/physical-names';
import type { FleetDescription } from '../../ingestion-fleet/description';
import type { SimulatedStack, SimulatedStackResource } from '../stacks';
import { isAtLeast, type IngestionChoice, type SolutionDescription, type SolutionProject } from './description';
import type { SolutionNames } from './naming';
import { nestedStack } from './nested-stack';

/** What a project's ingestion stack nests, and the fleet that stands behind it. */
export interface IngestionStack {
  nested: SimulatedStack;
  nestedLogicalId: string;
  parameters: Record<string, string>;
  fleet: FleetDescription;
}

/** What a version's stack launches instances from. Source: awslabs/clickstream-analytics-on-aws, CHANGELOG, 1.1.7 */
export function launchOf(version: string): 'configuration' | 'template' {
  return isAtLeast(version, '1.1.7') ? 'template' : 'configuration';
}

/**
 * Cluster, service and group of a project's ingestion. All of them are named by CloudFormation and stand in a nested stack;
 * no output tells them. Hash ends of logical ids are those of one release.
 * Source: awslabs/clickstream-analytics-on-aws, ingestion-server-stack.ts, ecs-cluster.ts, ecs-service.ts, ecs-ec2-cluster.ts
 */
export function ingestionOf(
  project: SolutionProject,
  choice: IngestionChoice,
  parentName: string,
  description: SolutionDescription,
  names: SolutionNames,
): IngestionStack {
  const { servers = { min: 2, max: 4 } } = project;
  const version = project.version ?? description.console.version;
  // What stands for the conditions under which this one of many nested stacks is made.
  const stem = `IngestionServer${choice.infra === 'EC2' ? 'C0000' : 'FC'}`;
  const nestedLogicalId = `${stem}NestedStack${stem}NestedStackResource`;
  const nestedName = physicalName(parentName, nestedLogicalId, 128);
  const fleet = fleetOf(project, choice, nestedName, description, names);
  return {
    nestedLogicalId,
    fleet,
    parameters: {
      ServerMin: String(servers.min),
      ServerMax: String(servers.max),
      WarmPoolSize: String(choice.warmPool ?? 0),
      WorkerStopTimeout: String(fleet.stopTimeoutSeconds),
    },
    nested: nestedStack(
      { project, parentName, stackName: nestedName },
      { description: '', resources: resourcesOf(fleet, nestedName, launchOf(version), names) },
      description,
      names,
    ),
  };
}

const STEM = 'IngestionServerclickstreamingestionserviceecs';

const LOGICAL_IDS = {
  cluster: `${STEM}cluster02FAD1F6`,
  service: `${STEM}serviceServiceB3B48083`,
  taskDefinition: `${STEM}taskdef5C39E2A0`,
  group: `${STEM}asgASGEA31740A`,
  capacityProvider: `${STEM}capacityprovider8FF654A6`,
  configuration: `${STEM}asgLaunchConfig0567326F`,
  configurationRole: `${STEM}asgInstanceRoleB4DC3E31`,
  template: `${STEM}launchtemplate9E5CD5AD`,
  templateRole: `${STEM}roleC2FFCF37`,
  warmPool: 'IngestionServerwarmPool5BF59C69',
  scalableTarget: `${STEM}serviceTaskCountTargetE0E5B9F1`,
  targetGroup: 'IngestionServeralbListenerECSGroup7A6E0B12',
};

function fleetOf(
  project: SolutionProject,
  choice: IngestionChoice,
  nestedName: string,
  description: SolutionDescription,
  names: SolutionNames,
): FleetDescription {
  const { projectId, region, servers = { min: 2, max: 4 } } = project;
  const version = project.version ?? description.console.version;
  const named = (logicalId: string): string => physicalName(nestedName, logicalId, 255);
  const hex = deterministicUuid(`ingestion/${projectId}`).replaceAll('-', '');
  return {
    projectId,
    region,
    accountId: description.accountId,
    clusterName: named(LOGICAL_IDS.cluster),
    serviceName: named(LOGICAL_IDS.service),
    taskDefinition: `${named(LOGICAL_IDS.taskDefinition)}:1`,
    targetGroupArn: names.arn(
      'elasticloadbalancing',
      region,
      `targetgroup/${nestedName.slice(0, 6)}-${nameSuffix(hex)}/${hex.slice(0, 16)}`,
    ),
    min: servers.min,
    max: servers.max,
    desired: choice.desired ?? servers.min,
    stopTimeoutSeconds: choice.stopTimeoutSeconds ?? 330,
    tags: names.tags(project),
    ...(choice.infra === 'FARGATE'
      ? {}
      : {
          ec2: {
            groupName: named(LOGICAL_IDS.group),
            capacityProviderName: named(LOGICAL_IDS.capacityProvider),
            launch: launchOf(version),
            launchConfigurationName: named(LOGICAL_IDS.configuration),
            launchTemplateId: `lt-0${hex.slice(0, 16)}`,
            launchTemplateName: `launchtemplate${nameSuffix(hex)}`,
            warmPoolSize: choice.warmPool ?? 0,
          },
        }),
  };
}

/** Physical ids as CloudFormation shows them: of the service and the target group their ARNs, of the warm pool its group. */
function resourcesOf(
  fleet: FleetDescription,
  nestedName: string,
  launch: 'configuration' | 'template',
  names: SolutionNames,
): SimulatedStackResource[] {
  const { region, clusterName, serviceName, ec2 } = fleet;
  const role = (logicalId: string): SimulatedStackResource => ({
    logicalId,
    physicalId: physicalName(nestedName, logicalId),
    type: 'AWS::IAM::Role',
  });
  const of = (type: string, logicalId: string, physicalId: string): SimulatedStackResource => ({
    type,
    logicalId,
    physicalId,
  });
  return [
    of('AWS::ECS::Cluster', LOGICAL_IDS.cluster, clusterName),
    of('AWS::ECS::Service', LOGICAL_IDS.service, names.arn('ecs', region, `service/${clusterName}/${serviceName}`)),
    of('AWS::ElasticLoadBalancingV2::TargetGroup', LOGICAL_IDS.targetGroup, fleet.targetGroupArn),
    of(
      'AWS::ApplicationAutoScaling::ScalableTarget',
      LOGICAL_IDS.scalableTarget,
      `service/${clusterName}/${serviceName}|ecs:service:DesiredCount|ecs`,
    ),
    ...(ec2 === undefined
      ? []
      : [
          of('AWS::AutoScaling::AutoScalingGroup', LOGICAL_IDS.group, ec2.groupName),
          of('AWS::ECS::CapacityProvider', LOGICAL_IDS.capacityProvider, ec2.capacityProviderName),
          of('AWS::AutoScaling::WarmPool', LOGICAL_IDS.warmPool, ec2.groupName),
          ...(launch === 'template'
            ? [
                of('AWS::EC2::LaunchTemplate', LOGICAL_IDS.template, ec2.launchTemplateId),
                role(LOGICAL_IDS.templateRole),
              ]
            : [
                of('AWS::AutoScaling::LaunchConfiguration', LOGICAL_IDS.configuration, ec2.launchConfigurationName),
                role(LOGICAL_IDS.configurationRole),
              ]),
        ]),
  ];
}
