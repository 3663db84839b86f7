import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  DeleteWarmPoolCommand,
  PutWarmPoolCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { UpdateContainerInstancesStateCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { isAwsError } from '../shared/aws-errors';
import { assertNever, ErrorCode, UpgradeError } from '../shared/errors';
import { fleetClients } from './clients';
import type { Action } from './decide';
import { scalableId, type Fleet } from './fleet';

/** What is done to a fleet; each may be done twice. */
export type Change = Extract<
  Action,
  {
    do:
      | 'set scaling'
      | 'set greatest size'
      | 'delete warm pool'
      | 'make warm pool'
      | 'set tasks'
      | 'set hosts'
      | 'terminate';
  }
>;

/**
 * One change. `busy`: the group is at something else, and will take it later.
 * Source: Amazon EC2 Auto Scaling API Reference, common errors of these actions
 */
export async function change(region: string, fleet: Fleet, action: Change): Promise<'done' | 'busy'> {
  try {
    await send(region, fleet, action);
    return 'done';
  } catch (error) {
    if (isAwsError(error, ...BUSY)) return 'busy';
    throw error;
  }
}

/** With and without the suffix that the SDK's classes have. */
const BUSY = [
  'ScalingActivityInProgress',
  'ScalingActivityInProgressFault',
  'ResourceContention',
  'ResourceContentionFault',
  'ResourceInUse',
  'ResourceInUseFault',
];

async function send(region: string, fleet: Fleet, action: Change): Promise<unknown> {
  const { ecs, groups, scaling } = fleetClients(region);
  const { cluster, group } = fleet;
  switch (action.do) {
    case 'set scaling':
      return scaling.send(
        new RegisterScalableTargetCommand({
          ServiceNamespace: 'ecs',
          ResourceId: scalableId(fleet),
          ScalableDimension: 'ecs:service:DesiredCount',
          ...(action.max === undefined ? {} : { MaxCapacity: action.max }),
          ...(action.suspended === undefined
            ? {}
            : {
                SuspendedState: {
                  DynamicScalingInSuspended: action.suspended.in,
                  DynamicScalingOutSuspended: action.suspended.out,
                  ScheduledScalingSuspended: action.suspended.scheduled,
                },
              }),
        }),
      );
    case 'set greatest size':
      return groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group.name, MaxSize: action.max }));
    case 'delete warm pool':
      // Its instances cannot be terminated one by one. Source: Amazon EC2 Auto Scaling API Reference,
      // TerminateInstanceInAutoScalingGroup ("cannot be called on instances in a warm pool")
      return groups.send(new DeleteWarmPoolCommand({ AutoScalingGroupName: group.name, ForceDelete: true }));
    case 'make warm pool': {
      const { minSize, maxPrepared, state, reuseOnScaleIn } = action.settings;
      return groups.send(
        new PutWarmPoolCommand({
          AutoScalingGroupName: group.name,
          MinSize: minSize,
          ...(maxPrepared === undefined ? {} : { MaxGroupPreparedCapacity: maxPrepared }),
          ...(state === undefined ? {} : { PoolState: state }),
          ...(reuseOnScaleIn === undefined ? {} : { InstanceReusePolicy: { ReuseOnScaleIn: reuseOnScaleIn } }),
        }),
      );
    }
    case 'set tasks':
      return ecs.send(new UpdateServiceCommand({ cluster, service: fleet.service, desiredCount: action.desired }));
    case 'set hosts':
      return setHosts(region, fleet, action);
    case 'terminate':
      return groups.send(
        new TerminateInstanceInAutoScalingGroupCommand({
          InstanceId: action.instance,
          ShouldDecrementDesiredCapacity: action.decrement,
        }),
      );
    default:
      return assertNever(action);
  }
}

/** The call succeeds although it may have done nothing. Source: Amazon ECS API Reference, UpdateContainerInstancesState (failures) */
async function setHosts(
  region: string,
  { cluster }: Fleet,
  { hosts, status }: Extract<Change, { do: 'set hosts' }>,
): Promise<void> {
  const { failures = [] } = await fleetClients(region).ecs.send(
    new UpdateContainerInstancesStateCommand({ cluster, containerInstances: [...hosts], status }),
  );
  // One that has gone in the meantime is no matter.
  const refused = failures.filter(({ reason }) => reason !== 'MISSING');
  if (refused.length === 0) return;
  throw new UpgradeError({
    code: ErrorCode.AwsRefused,
    what: `ECS did not set ${String(refused.length)} of ${String(hosts.length)} container instances to ${status}.`,
    why: refused.map(({ arn, reason, detail }) => [arn, reason, detail].filter(Boolean).join(': ')).join('; '),
    next: 'Look at these container instances in the ECS console, resolve what holds them, then redrive.',
    redrive: 'yes',
    ids: { cluster, region },
  });
}
