import { regionalArn } from '../../arns';
import { text } from '../../input';
import type { ServiceCall } from '../../service';
import { on, onEverything, type ActionTable } from './action';

const onGroup = on((call) => groupArn(call, text(call, 'AutoScalingGroupName')));

/** Source: Service Authorization Reference, "Amazon EC2 Auto Scaling". */
export const autoscalingActions: ActionTable = {
  DescribeAutoScalingGroups: onEverything,
  DescribeAutoScalingInstances: onEverything,
  DescribeScalingActivities: onEverything,
  DescribeWarmPool: onEverything,
  DeleteWarmPool: onGroup,
  PutWarmPool: onGroup,
  SetInstanceProtection: onGroup,
  UpdateAutoScalingGroup: onGroup,
  // Named by an instance, asked about its group.
  TerminateInstanceInAutoScalingGroup: (call, directory) => {
    const group = directory.groupOfInstance?.(call.region, text(call, 'InstanceId')) ?? '*';
    return [{ action: 'autoscaling:TerminateInstanceInAutoScalingGroup', resource: groupArn(call, group) }];
  },
};

/** The id in the middle is known to nobody who names the group. */
function groupArn(call: ServiceCall, name: string): string {
  const resource = `autoScalingGroup:*:autoScalingGroupName/${name}`;
  return regionalArn('autoscaling', call.region, call.caller.accountId, resource);
}
