import type { IngestionFleets } from '../ingestion-fleet/fleets';
import { isWarm } from '../ingestion-fleet/instances';
import { count, pageOf, texts, type Page } from '../ingestion-fleet/paging';
import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';
import { describeActivity, describeGroup, describeInstance, describePool, type GroupOfFleet } from './shapes';

type Answer = Record<string, unknown>;

/** Source: Amazon EC2 Auto Scaling API Reference, each operation's MaxRecords and InstanceIds */
const PAGE_SIZE = 50;
const LARGEST_PAGE = 100;
const MOST_INSTANCES = 50;

/**
 * What an upgrade needs of Amazon EC2 Auto Scaling, over the ingestion fleets.
 * Source of operations and errors: Amazon EC2 Auto Scaling API Reference
 */
export class AutoScaling implements SimulatedService {
  readonly signingName = 'autoscaling';

  constructor(private readonly fleets: IngestionFleets) {}

  handle(call: ServiceCall): Promise<Answer> {
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  private answer(call: ServiceCall): Answer {
    switch (call.operation) {
      case 'DescribeAutoScalingGroups':
        return this.describeGroups(call);
      case 'DescribeAutoScalingInstances':
        return this.describeInstances(call);
      case 'DescribeScalingActivities':
        return this.describeActivities(call);
      case 'UpdateAutoScalingGroup':
        return this.updateGroup(call);
      case 'SetInstanceProtection':
        return this.protect(call);
      case 'TerminateInstanceInAutoScalingGroup':
        return this.terminate(call);
      case 'DescribeWarmPool':
        return this.describeWarmPool(call);
      case 'PutWarmPool':
        return this.putWarmPool(call);
      case 'DeleteWarmPool':
        return this.deleteWarmPool(call);
      default:
        throw notSimulated(`autoscaling:${call.operation}`);
    }
  }

  /** Names that do not exist are left out. */
  private describeGroups(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['AutoScalingGroupNames', 'MaxRecords', 'NextToken']);
    const names = texts(call.input['AutoScalingGroupNames']);
    const found = this.groups(call).filter(({ name }) => names.length === 0 || names.includes(name));
    const { items, next } = page(found, call);
    return { AutoScalingGroups: items.map(describeGroup), NextToken: next };
  }

  /** Those of warm pools too; here the health is in capitals. */
  private describeInstances(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['InstanceIds', 'MaxRecords', 'NextToken']);
    const ids = texts(call.input['InstanceIds']);
    if (ids.length > MOST_INSTANCES) throw validationError(`At most ${MOST_INSTANCES} instance ids may be given.`);
    const found = this.groups(call).flatMap((of) =>
      of.group.instances
        .filter(({ instanceId }) => ids.length === 0 || ids.includes(instanceId))
        .map((one) => ({ ...describeInstance(of, one), HealthStatus: 'HEALTHY', AutoScalingGroupName: of.name })),
    );
    const { items, next } = page(found, call);
    return { AutoScalingInstances: items, NextToken: next };
  }

  private describeActivities(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['AutoScalingGroupName', 'MaxRecords', 'NextToken']);
    const found = this.groupOf(call);
    const { items, next } = page(found.group.activities, call);
    return { Activities: items.map((activity) => describeActivity(found, activity)), NextToken: next };
  }

  /** A size beyond the desired capacity takes that along. Source: same, UpdateAutoScalingGroup */
  private updateGroup(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['AutoScalingGroupName', 'MinSize', 'MaxSize', 'DesiredCapacity']);
    const { fleet, group } = this.groupOf(call);
    const min = count(call.input['MinSize']) ?? group.min;
    const max = count(call.input['MaxSize']) ?? group.max;
    if (min > max) throw validationError(`Max bound, ${max}, must be greater than or equal to min bound, ${min}`);
    const desired = count(call.input['DesiredCapacity']) ?? Math.min(max, Math.max(min, group.desired));
    if (desired < min || desired > max) {
      throw validationError(
        `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
      );
    }
    Object.assign(group, { min, max, desired });
    fleet.settle();
    return {};
  }

  /** It holds the group's own scaling in off an instance, and nothing else. */
  private protect(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['AutoScalingGroupName', 'InstanceIds', 'ProtectedFromScaleIn']);
    const { fleet, group } = this.groupOf(call);
    const ids = texts(call.input['InstanceIds']);
    if (ids.length > MOST_INSTANCES) throw validationError(`At most ${MOST_INSTANCES} instance ids may be given.`);
    const found = ids.map((id) => group.members.find(({ instanceId }) => instanceId === id) ?? unmanaged(id));
    for (const instance of found) instance.isProtected = call.input['ProtectedFromScaleIn'] === true;
    fleet.settle();
    return {};
  }

  /**
   * Protection does not hold it up. Source of the refusals: same, TerminateInstanceInAutoScalingGroup; the words about the
   * least size as hashicorp/nomad-autoscaler#1290 shows them
   */
  private terminate(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['InstanceId', 'ShouldDecrementDesiredCapacity']);
    const id = text(call, 'InstanceId');
    const name = this.fleets.groupOfInstance(call.region, id);
    const found = this.groups(call).find((candidate) => candidate.name === name) ?? unmanaged(id);
    const { group, fleet } = found;
    const instance = group.instances.find(({ instanceId }) => instanceId === id) ?? unmanaged(id);
    if (isWarm(instance)) throw validationError('This operation cannot be called on instances in a warm pool.');
    if (instance.state !== 'InService') {
      throw new AwsError(
        'ScalingActivityInProgressFault',
        `A scaling activity is in progress: instance ${id} is ${instance.state}.`,
      );
    }
    const decrement = call.input['ShouldDecrementDesiredCapacity'] === true;
    if (decrement && group.desired <= group.min) {
      throw validationError(
        `Currently, desiredSize equals minSize (${group.min}). Terminating instance without replacement will violate ` +
          "group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
      );
    }
    if (decrement) group.desired -= 1;
    const activity = group.terminate(instance, 'instance was taken out of service in response to a user request.');
    fleet.settle();
    return { Activity: describeActivity(found, activity) };
  }

  /** Without a pool there is no configuration, and no error. */
  private describeWarmPool(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['AutoScalingGroupName', 'MaxRecords', 'NextToken']);
    const found = this.groupOf(call);
    const { items, next } = page(found.group.warm, call);
    return {
      ...describePool(found.group),
      Instances: items.map((instance) => describeInstance(found, instance)),
      NextToken: next,
    };
  }

  /** What is left out stays as it is; a greatest capacity of -1 takes it back. Source: same, PutWarmPool */
  private putWarmPool(call: ServiceCall): Answer {
    refuseOtherMembers(call, [
      'AutoScalingGroupName',
      'MinSize',
      'MaxGroupPreparedCapacity',
      'PoolState',
      'InstanceReusePolicy',
    ]);
    const { fleet, group } = this.groupOf(call);
    const state = text(call, 'PoolState') || 'Stopped';
    if (state !== 'Stopped') throw notSimulated(`autoscaling:PutWarmPool with PoolState ${state}`);
    const before = group.warmPool;
    // How AWS words it is not documented.
    if (before?.isPendingDelete === true) throw validationError('The warm pool is being deleted.');
    const prepared = count(call.input['MaxGroupPreparedCapacity']) ?? before?.maxPrepared ?? -1;
    const reuse = call.input['InstanceReusePolicy'] as { ReuseOnScaleIn?: boolean } | undefined;
    const isReused = reuse?.ReuseOnScaleIn ?? before?.isReusedOnScaleIn;
    if (isReused === true) throw notSimulated('instances that go back to their warm pool');
    group.warmPool = {
      minSize: count(call.input['MinSize']) ?? before?.minSize ?? 0,
      ...(prepared === -1 ? {} : { maxPrepared: prepared }),
      ...(isReused === undefined ? {} : { isReusedOnScaleIn: isReused }),
    };
    fleet.settle();
    return {};
  }

  /**
   * A pool with instances goes by force only. Source: Amazon EC2 Auto Scaling User Guide, "Delete a warm pool"; the words of the
   * first refusal as hashicorp/terraform-provider-aws knows them
   */
  private deleteWarmPool(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['AutoScalingGroupName', 'ForceDelete']);
    const { group, name } = this.groupOf(call);
    if (group.warmPool === undefined) throw validationError(`No warm pool found for AutoScalingGroup ${name}`);
    if (call.input['ForceDelete'] !== true && group.warm.length > 0) {
      throw new AwsError('ResourceInUseFault', `The warm pool of ${name} has instances.`);
    }
    group.deleteWarmPool();
    return {};
  }

  private groups({ region }: ServiceCall): GroupOfFleet[] {
    return this.fleets.inRegion(region).flatMap((fleet) => {
      const { group } = fleet;
      return group === undefined ? [] : [{ fleet, group, name: group.description.groupName }];
    });
  }

  private groupOf(call: ServiceCall): GroupOfFleet {
    const name = text(call, 'AutoScalingGroupName');
    const found = this.groups(call).find((candidate) => candidate.name === name);
    if (found !== undefined) return found;
    throw validationError('AutoScalingGroup name not found - null');
  }
}

function page<T>(all: readonly T[], call: ServiceCall): Page<T> {
  const size = count(call.input['MaxRecords']) ?? PAGE_SIZE;
  if (size < 1 || size > LARGEST_PAGE) throw validationError(`MaxRecords must be between 1 and ${LARGEST_PAGE}.`);
  return pageOf(all, size, call.input['NextToken'], () => new AwsError('InvalidNextToken', 'Invalid token.'));
}

function unmanaged(instanceId: string): never {
  throw validationError(`Instance Id not found - No managed instance found for instance ID: ${instanceId}`);
}

function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
