import { DEPLOYMENT } from '../ingestion-fleet/service';
import type { IngestionFleet } from '../ingestion-fleet/fleet';
import type { FleetInstance } from '../ingestion-fleet/instances';
import type { FleetTask } from '../ingestion-fleet/task';
import { EcsArns } from './arns';

type Shape = Record<string, unknown>;

/** Source: awslabs/clickstream-analytics-on-aws, ecs-service.ts */
export const PROXY_PORT = 8088;
const MOST_EVENTS = 100;

/** Source: Amazon ECS API Reference, Cluster */
export function describeCluster(fleet: IngestionFleet): Shape {
  const arns = new EcsArns(fleet);
  const { capacityProvider } = arns;
  const { running, pending } = countsOf(fleet);
  return {
    clusterArn: arns.cluster,
    clusterName: fleet.description.clusterName,
    status: 'ACTIVE',
    registeredContainerInstancesCount: registeredIn(fleet).length,
    runningTasksCount: running,
    pendingTasksCount: pending,
    activeServicesCount: 1,
    capacityProviders: capacityProvider === undefined ? [] : [capacityProvider],
    defaultCapacityProviderStrategy: capacityProvider === undefined ? [] : [{ capacityProvider, weight: 1, base: 0 }],
  };
}

/** Source: Amazon ECS API Reference, Service */
export function describeService(fleet: IngestionFleet): Shape {
  const arns = new EcsArns(fleet);
  const { description, service } = fleet;
  const { running: runningCount, pending: pendingCount } = countsOf(fleet);
  const counts = { desiredCount: service.desired, runningCount, pendingCount };
  const { capacityProvider } = arns;
  const isSteady = runningCount === service.desired && pendingCount === 0;
  return {
    serviceArn: arns.service,
    serviceName: description.serviceName,
    clusterArn: arns.cluster,
    status: 'ACTIVE',
    ...counts,
    taskDefinition: arns.taskDefinition(service.taskDefinition),
    loadBalancers: [{ targetGroupArn: description.targetGroupArn, containerName: 'proxy', containerPort: PROXY_PORT }],
    ...(capacityProvider === undefined
      ? { launchType: 'FARGATE' }
      : { capacityProviderStrategy: [{ capacityProvider, weight: 1, base: 0 }] }),
    deploymentConfiguration: { minimumHealthyPercent: service.minHealthyPercent, maximumPercent: 200 },
    deployments: [
      {
        id: DEPLOYMENT,
        status: 'PRIMARY',
        taskDefinition: arns.taskDefinition(service.taskDefinition),
        ...counts,
        rolloutState: isSteady ? 'COMPLETED' : 'IN_PROGRESS',
      },
    ],
    events: service.events
      .slice(0, MOST_EVENTS)
      .map(({ id, atMs, message }) => ({ id, createdAt: new Date(atMs), message })),
    schedulingStrategy: 'REPLICA',
    healthCheckGracePeriodSeconds: 60,
  };
}

/** Source: Amazon ECS API Reference, Task */
export function describeTask(fleet: IngestionFleet, task: FleetTask): Shape {
  const arns = new EcsArns(fleet);
  const { containerInstanceId: hostId, stoppedReason } = task;
  const { capacityProvider } = arns;
  const details = [{ name: 'privateIPv4Address', value: task.ip }];
  const status = task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED';
  return {
    taskArn: arns.inCluster('task', task.taskId),
    clusterArn: arns.cluster,
    taskDefinitionArn: arns.taskDefinition(task.taskDefinition),
    group: `service:${fleet.description.serviceName}`,
    startedBy: DEPLOYMENT,
    availabilityZone: `${fleet.description.region}${task.zone}`,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    ...timesOf(task),
    ...(stoppedReason === undefined ? {} : { stoppedReason }),
    ...(capacityProvider === undefined
      ? { launchType: 'FARGATE' }
      : { launchType: 'EC2', capacityProviderName: capacityProvider }),
    ...(hostId === undefined ? {} : { containerInstanceArn: arns.inCluster('container-instance', hostId) }),
    attachments:
      task.lastStatus === 'PROVISIONING'
        ? []
        : [{ id: `eni-${task.taskId}`, type: 'ElasticNetworkInterface', status, details }],
  };
}

/**
 * `runningTasksCount` leaves out tasks that are being stopped, however long they still run: it counts the tasks that are wanted
 * to run. Source: Amazon ECS API Reference, ContainerInstance
 */
export function describeContainerInstance(fleet: IngestionFleet, instance: FleetInstance): Shape {
  const arns = new EcsArns(fleet);
  const { container } = instance;
  const wanted = fleet.service.on(instance.instanceId).filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
  const pending = wanted.filter(({ lastStatus }) => lastStatus === 'PENDING').length;
  return {
    containerInstanceArn: arns.inCluster('container-instance', container?.id ?? ''),
    ec2InstanceId: instance.instanceId,
    capacityProviderName: arns.capacityProvider,
    status: container?.status,
    agentConnected: fleet.agentConnected(instance),
    runningTasksCount: wanted.length - pending,
    pendingTasksCount: pending,
    registeredAt: new Date(container?.registeredMs ?? instance.launchedMs),
    attributes: [
      { name: 'ecs.availability-zone', value: `${fleet.description.region}${instance.zone}` },
      { name: 'ecs.instance-type', value: 'c6i.large' },
    ],
  };
}

/** Source: Amazon ECS API Reference, TaskDefinition; containers of awslabs/clickstream-analytics-on-aws, ecs-service.ts */
export function describeTaskDefinition(fleet: IngestionFleet, familyAndRevision: string): Shape {
  const [family, revision] = familyAndRevision.split(':');
  return {
    taskDefinitionArn: new EcsArns(fleet).taskDefinition(familyAndRevision),
    family,
    revision: Number(revision),
    status: 'ACTIVE',
    networkMode: 'awsvpc',
    containerDefinitions: [
      { name: 'proxy', essential: true, cpu: 256, portMappings: [{ containerPort: PROXY_PORT, protocol: 'tcp' }] },
      { name: 'worker', essential: true, cpu: 1_792, stopTimeout: fleet.description.stopTimeoutSeconds },
    ],
  };
}

/** Instances of the group whose agents have registered them. */
export function registeredIn(fleet: IngestionFleet): FleetInstance[] {
  return (fleet.group?.members ?? []).filter(({ container }) => container !== undefined);
}

function countsOf({ service }: IngestionFleet): { running: number; pending: number } {
  const running = service.wanted.filter(({ lastStatus }) => lastStatus === 'RUNNING').length;
  return { running, pending: service.wanted.length - running };
}

function timesOf({ createdMs, startedMs, stoppingMs, stoppedMs }: FleetTask): Record<string, Date> {
  return {
    createdAt: new Date(createdMs),
    ...(startedMs === undefined ? {} : { startedAt: new Date(startedMs) }),
    ...(stoppingMs === undefined ? {} : { stoppingAt: new Date(stoppingMs) }),
    ...(stoppedMs === undefined ? {} : { stoppedAt: new Date(stoppedMs) }),
  };
}
