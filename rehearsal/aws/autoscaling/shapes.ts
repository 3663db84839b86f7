import type { IngestionFleet } from '../ingestion-fleet/fleet';
import type { Activity, InstanceGroup } from '../ingestion-fleet/group';
import type { FleetInstance } from '../ingestion-fleet/instances';

type Shape = Record<string, unknown>;

/** A fleet on Amazon EC2. */
export interface GroupOfFleet {
  fleet: IngestionFleet;
  group: InstanceGroup;
  name: string;
}

/** Source: Amazon EC2 Auto Scaling API Reference, AutoScalingGroup */
export function describeGroup(found: GroupOfFleet): Shape {
  const { fleet, group, name } = found;
  const { region, tags } = fleet.description;
  return {
    AutoScalingGroupName: name,
    AutoScalingGroupARN: fleet.groupArn,
    ...launchedFrom(group.launch),
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: 300,
    AvailabilityZones: [`${region}a`, `${region}b`],
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 60,
    Instances: group.members.map((instance) => describeInstance(found, instance)),
    CreatedTime: new Date(fleet.target.createdMs),
    SuspendedProcesses: [],
    NewInstancesProtectedFromScaleIn: false,
    // ECS marks a group whose size it manages. Source: Amazon ECS Developer Guide, capacity providers
    Tags: Object.entries({ ...tags, AmazonECSManaged: '' }).map(([Key, Value]) => ({
      ResourceId: name,
      ResourceType: 'auto-scaling-group',
      Key,
      Value,
      PropagateAtLaunch: true,
    })),
    ...describePool(group),
    WarmPoolSize: group.warm.length,
  };
}

/** An instance whose launch configuration was deleted names nothing at all. Source: ansible/ansible#54692 and others */
export function describeInstance({ fleet }: GroupOfFleet, instance: FleetInstance): Shape {
  const { launch, instanceId, zone, state, isProtected } = instance;
  return {
    InstanceId: instanceId,
    InstanceType: 'c6i.large',
    AvailabilityZone: `${fleet.description.region}${zone}`,
    LifecycleState: state,
    HealthStatus: 'Healthy',
    ProtectedFromScaleIn: isProtected,
    ...(launch.kind === 'template' || fleet.isConfigurationThere ? launchedFrom(launch) : {}),
  };
}

/** Source: Amazon EC2 Auto Scaling API Reference, DescribeWarmPool */
export function describePool({ warmPool: pool }: InstanceGroup): Shape {
  if (pool === undefined) return {};
  const { minSize: MinSize, maxPrepared, isReusedOnScaleIn, isPendingDelete } = pool;
  return {
    WarmPoolConfiguration: {
      MinSize,
      ...(maxPrepared === undefined ? {} : { MaxGroupPreparedCapacity: maxPrepared }),
      PoolState: 'Stopped',
      ...(isPendingDelete === true ? { Status: 'PendingDelete' } : {}),
      ...(isReusedOnScaleIn === undefined ? {} : { InstanceReusePolicy: { ReuseOnScaleIn: isReusedOnScaleIn } }),
    },
  };
}

/** Source: Amazon EC2 Auto Scaling API Reference, Activity */
export function describeActivity({ fleet, name }: GroupOfFleet, activity: Activity): Shape {
  const { id, startedMs, endedMs, status, description, cause, statusMessage } = activity;
  return {
    ActivityId: id,
    AutoScalingGroupName: name,
    AutoScalingGroupARN: fleet.groupArn,
    Description: description,
    Cause: `At ${new Date(startedMs).toISOString().replace(/\.\d+/, '')} ${cause}`,
    StartTime: new Date(startedMs),
    ...(endedMs === undefined ? {} : { EndTime: new Date(endedMs) }),
    StatusCode: status,
    ...(statusMessage === undefined ? {} : { StatusMessage: statusMessage }),
    Progress: status === 'InProgress' ? 0 : 100,
  };
}

function launchedFrom(launch: FleetInstance['launch']): Shape {
  if (launch.kind === 'configuration') return { LaunchConfigurationName: launch.name };
  const { id, name, version } = launch;
  return { LaunchTemplate: { LaunchTemplateId: id, LaunchTemplateName: name, Version: String(version) } };
}
