import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeAutoScalingGroupsCommand,
  DescribeWarmPoolCommand,
  type AutoScalingGroup,
  type Instance as GroupInstance,
  type WarmPoolConfiguration,
} from '@aws-sdk/client-auto-scaling';
import type { Task } from '@aws-sdk/client-ecs';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { fleetClients, type FleetClients } from './clients';
import { observeContainers, type Containers } from './containers';
import {
  isOfOtherVersion,
  isOfTemplate,
  scalableId,
  type Fleet,
  type Host,
  type Instance,
  type Scaling,
  type WarmPool,
} from './fleet';
import type { FleetIds } from './ids';

/** Everything a pass needs to know of a fleet. */
export async function observe({ region, ingestion }: ProjectPlan, ids: FleetIds): Promise<Fleet> {
  const clients = fleetClients(region);
  const [group, containers, scaling, pool] = await Promise.all([
    describeGroup(clients, ids.group),
    observeContainers(clients, ids.cluster, ids.service),
    describeScaling(clients, ids),
    describeWarmPool(clients, ids.group),
  ]);
  const identity = { group: describedGroup(group) };
  const isOld = (instance: GroupInstance): boolean =>
    ingestion.replace &&
    (!isOfTemplate(instance, identity) || (ingestion.refresh && isOfOtherVersion(instance, identity)));
  const hosts = hostsByInstance(containers);
  const own = (group.Instances ?? []).filter(({ LifecycleState: state = '' }) => !/^(?:Terminat|Detach)/.test(state));
  const instances = own
    .filter(({ LifecycleState: state }) => !isStandby(state))
    .map((instance): Instance => {
      const { InstanceId: id = '', LifecycleState: state } = instance;
      const otherVersion = isOfOtherVersion(instance, identity);
      return { id, inService: state === 'InService', old: isOld(instance), otherVersion, host: hosts.get(id) };
    });
  const { desiredCount: desired = 0, deployments = [], events = [] } = containers.service;
  return {
    cluster: ids.cluster,
    service: ids.service,
    ...identity,
    instances,
    standby: own.length - instances.length,
    warmPool: pool === undefined ? undefined : describedPool(pool, isOld),
    tasks: {
      desired,
      serving: containers.serving.size,
      deploying: deployments.length > 1,
      events: events.flatMap(({ message }) => (message === undefined ? [] : [message])),
    },
    scaling,
  };
}

async function describeGroup({ groups }: FleetClients, name: string): Promise<AutoScalingGroup> {
  const { AutoScalingGroups: found } = await groups.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  const [group] = found ?? [];
  if (group === undefined) throw new Error(`There is no Auto Scaling group ${name}`);
  return group;
}

function describedGroup(group: AutoScalingGroup): Fleet['group'] {
  const { AutoScalingGroupName: name = '', MinSize: min = 0, MaxSize: max = 0, DesiredCapacity: desired = 0 } = group;
  const template = group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  const id = template?.LaunchTemplateId;
  return { name, min, max, desired, template: id === undefined ? undefined : { id, version: template?.Version } };
}

interface FoundPool {
  configuration: WarmPoolConfiguration;
  instances: GroupInstance[];
}

/** Without a warm pool there is no configuration. Source: Amazon EC2 Auto Scaling API Reference, DescribeWarmPool */
async function describeWarmPool({ groups }: FleetClients, name: string): Promise<FoundPool | undefined> {
  const instances: GroupInstance[] = [];
  let configuration: WarmPoolConfiguration | undefined;
  let token: string | undefined;
  do {
    const page = await groups.send(
      new DescribeWarmPoolCommand({ AutoScalingGroupName: name, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    instances.push(...(page.Instances ?? []));
    configuration ??= page.WarmPoolConfiguration;
    token = page.NextToken;
  } while (token !== undefined);
  return configuration === undefined ? undefined : { configuration, instances };
}

function describedPool({ configuration, instances }: FoundPool, isOld: (instance: GroupInstance) => boolean): WarmPool {
  const { MinSize: minSize = 0, MaxGroupPreparedCapacity: maxPrepared, PoolState: state } = configuration;
  const staying = instances.filter(({ LifecycleState: lifecycle }) => !isLeavingPool(lifecycle));
  return {
    settings: { minSize, maxPrepared, state, reuseOnScaleIn: configuration.InstanceReusePolicy?.ReuseOnScaleIn },
    leaving: configuration.Status === 'PendingDelete',
    instances: instances.length,
    old: staying.filter(isOld).length,
  };
}

async function describeScaling({ scaling }: FleetClients, ids: FleetIds): Promise<Scaling | undefined> {
  const { ScalableTargets: targets } = await scaling.send(
    new DescribeScalableTargetsCommand({
      ServiceNamespace: 'ecs',
      ResourceIds: [scalableId(ids)],
      ScalableDimension: 'ecs:service:DesiredCount',
    }),
  );
  const [target] = targets ?? [];
  if (target?.MaxCapacity === undefined) return undefined;
  const { SuspendedState: suspended } = target;
  return {
    max: target.MaxCapacity,
    suspended: {
      in: suspended?.DynamicScalingInSuspended ?? false,
      out: suspended?.DynamicScalingOutSuspended ?? false,
      scheduled: suspended?.ScheduledScalingSuspended ?? false,
    },
  };
}

function hostsByInstance({ hosts, tasks, serving }: Containers): ReadonlyMap<string, Host> {
  const tasksOn = new Map<string, Task[]>();
  for (const task of tasks) {
    const { containerInstanceArn: arn } = task;
    if (arn !== undefined) tasksOn.set(arn, [...(tasksOn.get(arn) ?? []), task]);
  }
  return new Map(
    hosts.flatMap((host): [string, Host][] => {
      const { containerInstanceArn: arn, ec2InstanceId: id, status } = host;
      const { runningTasksCount = 0, pendingTasksCount = 0 } = host;
      // One that is registering or going away takes no tasks and has none.
      if (arn === undefined || id === undefined || (status !== 'ACTIVE' && status !== 'DRAINING')) return [];
      const own = tasksOn.get(arn) ?? [];
      return [
        [
          id,
          {
            arn,
            status,
            agentConnected: host.agentConnected ?? false,
            // Whichever knows of more: tasks of nobody's service are in the counters only.
            tasks: Math.max(own.length, runningTasksCount + pendingTasksCount),
            serving: own.filter(({ taskArn }) => serving.has(taskArn ?? '')).length,
          },
        ],
      ];
    }),
  );
}

function isStandby(state: string | undefined): boolean {
  return state === 'Standby' || state === 'EnteringStandby';
}

function isLeavingPool(state: string | undefined): boolean {
  return state?.startsWith('Warmed:Terminat') === true;
}
