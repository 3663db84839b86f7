import {
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { FleetHttpBench } from './http-bench';
import { described } from './support';

const { clusterName, serviceName, targetGroupArn: TargetGroupArn } = described();
const ECS = {
  ServiceNamespace: 'ecs',
  ResourceId: `service/${clusterName}/${serviceName}`,
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

describe('the Application Auto Scaling API over a fleet', () => {
  let bench: FleetHttpBench;

  beforeEach(async () => {
    bench = await new FleetHttpBench().open();
  });
  afterEach(() => bench.close());

  const target = async (): Promise<ScalableTarget | undefined> => {
    const { ServiceNamespace, ResourceId } = ECS;
    const { ScalableTargets } = await bench.scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [ResourceId, 'service/other/other'] }),
    );
    return ScalableTargets?.[0];
  };

  it('suspends scaling member by member and keeps what a registration leaves out', async () => {
    const register = (change: object) => bench.scaling.send(new RegisterScalableTargetCommand({ ...ECS, ...change }));
    await register({ SuspendedState: { DynamicScalingInSuspended: true } });
    await register({ MaxCapacity: 8 });

    await expect(target()).resolves.toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 8,
      SuspendedState: {
        DynamicScalingInSuspended: true,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
    });
    await expect(register({ MinCapacity: 9 })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('scales again when it is resumed', async () => {
    const suspend = (suspended: boolean) =>
      bench.scaling.send(
        new RegisterScalableTargetCommand({ ...ECS, SuspendedState: { DynamicScalingInSuspended: suspended } }),
      );
    await suspend(true);
    bench.fleet.service.desired = 4;
    bench.fleet.settle();
    await bench.minutes(60);
    expect(bench.fleet.service.desired).toBe(4);
    await suspend(false);
    await bench.minutes(16);
    expect(bench.fleet.service.desired).toBe(2);
  });

  it('refuses services that are not there, and other services than ECS', async () => {
    const register = (change: object) => bench.scaling.send(new RegisterScalableTargetCommand({ ...ECS, ...change }));
    await expect(register({ ResourceId: 'service/other/other' })).rejects.toThrow("ECS service doesn't exist");
    await expect(register({ ServiceNamespace: 'dynamodb' })).rejects.toThrow('does not simulate');
  });
});

describe('the load balancer over a fleet', () => {
  let bench: FleetHttpBench;

  beforeEach(async () => {
    bench = await new FleetHttpBench().open();
  });
  afterEach(() => bench.close());

  const states = async () => {
    const { TargetHealthDescriptions: targets } = await bench.balancing.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    return targets?.map(({ TargetHealth: health }) => health?.State);
  };

  it('tells healthy targets from those that come and those that go', async () => {
    await expect(states()).resolves.toEqual(['healthy', 'healthy']);
    const [instance] = bench.fleet.group?.members ?? [];
    if (instance?.container !== undefined) instance.container.status = 'DRAINING';
    bench.fleet.settle();
    await expect(states()).resolves.toEqual(['draining', 'healthy']);
    await bench.minutes(4);
    await expect(states()).resolves.toEqual(['draining', 'healthy', 'initial']);
    await bench.minutes(3);
    await expect(states()).resolves.toEqual(['healthy', 'healthy']);
  });

  it('refuses a target group that is not there', async () => {
    const command = new DescribeTargetHealthCommand({ TargetGroupArn: 'other' });
    await expect(bench.balancing.send(command)).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
  });
});
