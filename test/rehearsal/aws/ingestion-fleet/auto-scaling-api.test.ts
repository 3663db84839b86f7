import {
  DeleteWarmPoolCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeScalingActivitiesCommand,
  DescribeWarmPoolCommand,
  PutWarmPoolCommand,
  SetInstanceProtectionCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
  type AutoScalingGroup,
} from '@aws-sdk/client-auto-scaling';
import { FleetHttpBench } from './http-bench';
import { described, GROUP } from './support';

const { groupName: AutoScalingGroupName } = GROUP;

describe('the Auto Scaling API over a fleet', () => {
  let bench: FleetHttpBench;

  beforeEach(async () => {
    bench = await new FleetHttpBench(described({}, { warmPoolSize: 1 })).open();
  });
  afterEach(() => bench.close());

  const group = async (): Promise<AutoScalingGroup> => {
    const names = [AutoScalingGroupName, 'other'];
    const { AutoScalingGroups: groups = [] } = await bench.groups.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: names }),
    );
    const [found] = groups;
    if (found === undefined || groups.length > 1) throw new Error('not one group');
    return found;
  };
  const instanceIds = (): string[] => bench.fleet.group?.members.map(({ instanceId }) => instanceId) ?? [];
  const terminate = (InstanceId: string, ShouldDecrementDesiredCapacity: boolean) =>
    bench.groups.send(new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity }));
  const update = (sizes: { MinSize?: number; MaxSize?: number; DesiredCapacity?: number }) =>
    bench.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...sizes }));

  it('shows sizes, instances and what they were launched from', async () => {
    await expect(group()).resolves.toMatchObject({
      MinSize: 2,
      MaxSize: 4,
      DesiredCapacity: 2,
      WarmPoolSize: 1,
      LaunchConfigurationName: GROUP.launchConfigurationName,
      Instances: [
        { LifecycleState: 'InService', AvailabilityZone: 'eu-west-1a' },
        { LifecycleState: 'InService', AvailabilityZone: 'eu-west-1b' },
      ],
    });
    expect((await group()).Tags).toContainEqual(
      expect.objectContaining({ Key: 'aws-solution/name', Value: 'Clickstream' }),
    );
  });

  it('names neither configuration nor template of old instances once the configuration is deleted', async () => {
    bench.fleet.stackUpdated();
    const named = async () => (await group()).Instances?.map(({ LaunchConfigurationName: name }) => name);
    await expect(named()).resolves.toEqual([GROUP.launchConfigurationName, GROUP.launchConfigurationName]);
    bench.fleet.stackCleanedUp();

    const { Instances = [], LaunchTemplate } = await group();
    expect(LaunchTemplate).toEqual({
      LaunchTemplateId: GROUP.launchTemplateId,
      LaunchTemplateName: GROUP.launchTemplateName,
      Version: '1',
    });
    for (const instance of Instances) {
      expect(instance).not.toHaveProperty('LaunchConfigurationName');
      expect(instance).not.toHaveProperty('LaunchTemplate');
    }
    const { AutoScalingInstances: all } = await bench.groups.send(new DescribeAutoScalingInstancesCommand({}));
    expect(all?.map(({ LifecycleState }) => LifecycleState)).toEqual(['InService', 'InService', 'Warmed:Stopped']);
    expect(JSON.stringify(all)).not.toContain('Launch');
  });

  it('terminates an instance with or without a replacement, and holds on to its least size', async () => {
    const [first = '', second = ''] = instanceIds();
    await expect(terminate(first, true)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('desiredSize equals minSize (2)') as string,
    });
    const { Activity } = await terminate(first, false);
    expect(Activity).toMatchObject({ StatusCode: 'InProgress', Description: `Terminating EC2 instance: ${first}` });
    await expect(terminate(first, false)).rejects.toMatchObject({ name: 'ScalingActivityInProgressFault' });
    expect((await group()).Instances).toHaveLength(3);
    await bench.minutes(10);
    expect(instanceIds()).toHaveLength(2);
    expect(instanceIds()).not.toContain(first);
    await expect(terminate(first, false)).rejects.toThrow(`No managed instance found for instance ID: ${first}`);

    await update({ MinSize: 1 });
    await terminate(second, true);
    expect((await group()).DesiredCapacity).toBe(1);
  });

  it('moves the desired capacity along with bounds that leave it out', async () => {
    await update({ MinSize: 3 });
    await expect(group()).resolves.toMatchObject({ MinSize: 3, MaxSize: 4, DesiredCapacity: 3 });
    await expect(update({ MaxSize: 2 })).rejects.toThrow('Max bound, 2, must be greater than or equal to min bound, 3');
    await expect(update({ DesiredCapacity: 9 })).rejects.toThrow(
      'Desired capacity:9 must be between the specified min size:3 and max size:4',
    );
    await update({ MinSize: 1, MaxSize: 1 });
    await expect(group()).resolves.toMatchObject({ DesiredCapacity: 1 });
  });

  it('protects instances from scaling in', async () => {
    const [first = '', second = ''] = instanceIds();
    await bench.groups.send(
      new SetInstanceProtectionCommand({ AutoScalingGroupName, InstanceIds: [first], ProtectedFromScaleIn: true }),
    );
    await update({ MinSize: 1, DesiredCapacity: 1 });
    await bench.minutes(15);
    expect(instanceIds()).toContain(first);
    expect(instanceIds()).not.toContain(second);
  });

  it('replaces a warm pool as a whole, and its instances in no other way', async () => {
    const pool = async () => bench.groups.send(new DescribeWarmPoolCommand({ AutoScalingGroupName }));
    const { WarmPoolConfiguration, Instances } = await pool();
    expect(WarmPoolConfiguration).toEqual({ MinSize: 1, MaxGroupPreparedCapacity: 1, PoolState: 'Stopped' });
    await expect(terminate(Instances?.[0]?.InstanceId ?? '', false)).rejects.toThrow('in a warm pool');
    const remove = (ForceDelete: boolean) =>
      bench.groups.send(new DeleteWarmPoolCommand({ AutoScalingGroupName, ForceDelete }));
    await expect(remove(false)).rejects.toMatchObject({ name: 'ResourceInUseFault' });

    bench.fleet.stackUpdated();
    await remove(true);
    await expect(pool()).resolves.toMatchObject({ WarmPoolConfiguration: { Status: 'PendingDelete' } });
    const put = new PutWarmPoolCommand({ AutoScalingGroupName, MinSize: 1, MaxGroupPreparedCapacity: 1 });
    await expect(bench.groups.send(put)).rejects.toMatchObject({ name: 'ValidationError' });
    await bench.minutes(1);
    const gone = await pool();
    expect([gone.WarmPoolConfiguration, gone.Instances]).toEqual([undefined, []]);
    await expect(remove(true)).rejects.toThrow('No warm pool found');

    await bench.groups.send(put);
    await bench.minutes(3);
    await expect(pool()).resolves.toMatchObject({
      WarmPoolConfiguration: { MinSize: 1, MaxGroupPreparedCapacity: 1 },
      Instances: [{ LifecycleState: 'Warmed:Stopped', LaunchTemplate: { Version: '1' } }],
    });
  });

  it('keeps what a change of the warm pool leaves out', async () => {
    await bench.groups.send(new PutWarmPoolCommand({ AutoScalingGroupName, MinSize: 2 }));
    const { WarmPoolConfiguration: both } = await bench.groups.send(
      new DescribeWarmPoolCommand({ AutoScalingGroupName }),
    );
    expect(both).toMatchObject({ MinSize: 2, MaxGroupPreparedCapacity: 1 });
    await bench.groups.send(new PutWarmPoolCommand({ AutoScalingGroupName, MaxGroupPreparedCapacity: -1 }));
    const { WarmPoolConfiguration: one } = await bench.groups.send(
      new DescribeWarmPoolCommand({ AutoScalingGroupName }),
    );
    expect(one).toEqual({ MinSize: 2, PoolState: 'Stopped' });
  });

  it('tells why a launch has failed', async () => {
    bench.fleet.troubles.noCapacity = true;
    await update({ DesiredCapacity: 4 });
    const { Activities = [] } = await bench.groups.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName, MaxRecords: 1 }),
    );
    expect(Activities).toMatchObject([{ StatusCode: 'Failed' }]);
    expect(Activities[0]?.StatusMessage).toContain('do not have sufficient capacity');
  });

  it('pages, and knows its own tokens only', async () => {
    const page = (NextToken?: string) =>
      bench.groups.send(
        new DescribeAutoScalingInstancesCommand({ MaxRecords: 2, ...(NextToken === undefined ? {} : { NextToken }) }),
      );
    const first = await page();
    const second = await page(first.NextToken);
    expect([first.AutoScalingInstances?.length, second.AutoScalingInstances?.length]).toEqual([2, 1]);
    await expect(page('nonsense')).rejects.toMatchObject({ name: 'InvalidNextToken' });
  });

  it('asks IAM about the group of an instance that is to be terminated', async () => {
    const policy = (name: string) => ({
      Version: '2012-10-17' as const,
      Statement: [
        {
          Effect: 'Allow' as const,
          Action: 'autoscaling:TerminateInstanceInAutoScalingGroup',
          Resource: `arn:aws:autoscaling:*:111122223333:autoScalingGroup:*:autoScalingGroupName/${name}`,
        },
      ],
    });
    const by = async (name: string): Promise<unknown> => {
      const other = await new FleetHttpBench(described(), policy(name)).open();
      const InstanceId = other.fleet.group?.members[0]?.instanceId ?? '';
      const command = new TerminateInstanceInAutoScalingGroupCommand({
        InstanceId,
        ShouldDecrementDesiredCapacity: false,
      });
      return other.groups.send(command).finally(() => other.close());
    };

    await expect(by('Clickstream-*')).resolves.toBeDefined();
    await expect(by('Other-*')).rejects.toThrow('is not authorized');
  });

  it('refuses what it does not have and what is not simulated', async () => {
    await expect(
      bench.groups.send(new DescribeWarmPoolCommand({ AutoScalingGroupName: 'other' })),
    ).rejects.toMatchObject({ name: 'ValidationError', message: 'AutoScalingGroup name not found - null' });
    const running = new PutWarmPoolCommand({ AutoScalingGroupName, PoolState: 'Running' });
    await expect(bench.groups.send(running)).rejects.toThrow('PutWarmPool with PoolState Running');
  });
});
