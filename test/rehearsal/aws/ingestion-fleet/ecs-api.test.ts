import {
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  ListServicesCommand,
  ListTasksCommand,
  StopTaskCommand,
  UpdateContainerInstancesStateCommand,
  UpdateServiceCommand,
  type DesiredStatus,
} from '@aws-sdk/client-ecs';
import { FleetHttpBench } from './http-bench';
import { described } from './support';

const { clusterName: cluster, serviceName } = described();

describe('the ECS API over a fleet', () => {
  let bench: FleetHttpBench;

  beforeEach(async () => {
    bench = await new FleetHttpBench().open();
  });
  afterEach(() => bench.close());

  const hosts = async (): Promise<string[]> =>
    (await bench.ecs.send(new ListContainerInstancesCommand({ cluster }))).containerInstanceArns ?? [];
  const tasks = async (desiredStatus?: DesiredStatus): Promise<string[]> => {
    const filter = desiredStatus === undefined ? {} : { desiredStatus };
    return (await bench.ecs.send(new ListTasksCommand({ cluster, ...filter }))).taskArns ?? [];
  };

  it('leads from the cluster to its service and its instances', async () => {
    const { clusters, failures } = await bench.ecs.send(new DescribeClustersCommand({ clusters: [cluster, 'other'] }));
    expect(clusters).toMatchObject([{ clusterName: cluster, runningTasksCount: 2, activeServicesCount: 1 }]);
    expect(failures).toEqual([{ arn: 'other', reason: 'MISSING' }]);

    const { serviceArns = [] } = await bench.ecs.send(new ListServicesCommand({ cluster }));
    const { services } = await bench.ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
    expect(services).toMatchObject([
      {
        serviceName,
        desiredCount: 2,
        runningCount: 2,
        pendingCount: 0,
        deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 200 },
        deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
        loadBalancers: [{ targetGroupArn: described().targetGroupArn }],
      },
    ]);
    const { containerInstances } = await bench.ecs.send(
      new DescribeContainerInstancesCommand({ cluster, containerInstances: await hosts() }),
    );
    expect(containerInstances).toMatchObject([
      { status: 'ACTIVE', agentConnected: true, runningTasksCount: 1, pendingTasksCount: 0 },
      { status: 'ACTIVE', agentConnected: true, runningTasksCount: 1, pendingTasksCount: 0 },
    ]);
    expect(containerInstances?.map(({ ec2InstanceId }) => ec2InstanceId)).toEqual(
      bench.fleet.group?.members.map(({ instanceId }) => instanceId),
    );
  });

  it('tells a worker’s stop time-out in the task definition', async () => {
    const { taskDefinition } = await bench.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'ingestion:1' }),
    );
    expect(taskDefinition?.containerDefinitions?.map(({ stopTimeout }) => stopTimeout)).toEqual([undefined, 330]);
  });

  it('counts a task that is being stopped on no instance, although it still runs there', async () => {
    const [host = ''] = await hosts();
    await bench.ecs.send(
      new UpdateContainerInstancesStateCommand({ cluster, containerInstances: [host], status: 'DRAINING' }),
    );
    await bench.minutes(4);
    const { containerInstances } = await bench.ecs.send(
      new DescribeContainerInstancesCommand({ cluster, containerInstances: [host] }),
    );
    expect(containerInstances).toMatchObject([{ status: 'DRAINING', runningTasksCount: 0, pendingTasksCount: 0 }]);
    const { taskArns } = await bench.ecs.send(
      new ListTasksCommand({ cluster, containerInstance: host, desiredStatus: 'STOPPED' }),
    );
    const { tasks: stopping } = await bench.ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns ?? [] }));
    expect(stopping).toMatchObject([
      { lastStatus: 'DEACTIVATING', desiredStatus: 'STOPPED', containerInstanceArn: host },
    ]);
    await expect(tasks()).resolves.not.toContain(taskArns?.[0]);
  });

  it('lists draining instances by their status, and among all', async () => {
    const [host = '', other = ''] = await hosts();
    await bench.ecs.send(
      new UpdateContainerInstancesStateCommand({ cluster, containerInstances: [host], status: 'DRAINING' }),
    );
    const by = async (status: 'ACTIVE' | 'DRAINING') =>
      (await bench.ecs.send(new ListContainerInstancesCommand({ cluster, status }))).containerInstanceArns;

    expect([await by('ACTIVE'), await by('DRAINING'), await hosts()]).toEqual([[other], [host], [host, other]]);
  });

  it('reports instances that are not there as failures of a call that succeeds, and takes ten at a time', async () => {
    const update = (containerInstances: string[]) =>
      bench.ecs.send(new UpdateContainerInstancesStateCommand({ cluster, containerInstances, status: 'DRAINING' }));
    const answer = await update(['gone']);
    expect(answer.containerInstances).toEqual([]);
    expect(answer.failures).toMatchObject([{ reason: 'MISSING' }]);

    await expect(update(Array.from({ length: 11 }, (_, index) => `host${index}`))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(
      bench.ecs.send(
        new UpdateContainerInstancesStateCommand({ cluster, containerInstances: ['x'], status: 'REGISTERING' }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('starts tasks for a raised count, and shows their addresses as soon as they have one', async () => {
    await bench.ecs.send(new UpdateServiceCommand({ cluster, service: serviceName, desiredCount: 3 }));
    const { services } = await bench.ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] }));
    expect(services).toMatchObject([{ desiredCount: 3, runningCount: 2, pendingCount: 1 }]);

    const { tasks: before } = await bench.ecs.send(new DescribeTasksCommand({ cluster, tasks: await tasks() }));
    expect(before?.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING', 'PROVISIONING']);
    await bench.minutes(6);
    const { tasks: after } = await bench.ecs.send(new DescribeTasksCommand({ cluster, tasks: await tasks() }));
    expect(after?.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
    const addresses = after?.map(({ attachments }) => attachments?.[0]?.details?.[0]?.value);
    expect(new Set(addresses).size).toBe(3);
  });

  it('replaces a task that somebody stops, and shows the stopped one for an hour', async () => {
    const [task = ''] = await tasks();
    await bench.ecs.send(new StopTaskCommand({ cluster, task, reason: 'look' }));
    await expect(tasks()).resolves.toHaveLength(2);
    await bench.minutes(10);
    await expect(tasks('STOPPED')).resolves.toEqual([task]);
    const { tasks: stopped } = await bench.ecs.send(new DescribeTasksCommand({ cluster, tasks: [task, 'other'] }));
    expect(stopped).toMatchObject([{ lastStatus: 'STOPPED', stoppedReason: 'look' }]);

    await bench.minutes(90);
    await bench.ecs.send(new UpdateServiceCommand({ cluster, service: serviceName, desiredCount: 2 }));
    await expect(tasks('STOPPED')).resolves.toEqual([]);
  });

  it('finds nothing pending, as nobody wants a task to be pending', async () => {
    await bench.ecs.send(new UpdateServiceCommand({ cluster, service: serviceName, desiredCount: 4 }));
    await expect(tasks('PENDING')).resolves.toEqual([]);
  });

  it('pages where ECS pages', async () => {
    const page = (nextToken?: string) =>
      bench.ecs.send(
        new ListTasksCommand({ cluster, maxResults: 1, ...(nextToken === undefined ? {} : { nextToken }) }),
      );
    const first = await page();
    const second = await page(first.nextToken);

    expect(second.nextToken).toBeUndefined();
    expect([first.taskArns, second.taskArns].flat()).toEqual(await tasks());
    await expect(page('nonsense')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it.each([
    ['a cluster', 'ClusterNotFoundException', new ListTasksCommand({ cluster: 'other' })],
    ['a service', 'ServiceNotFoundException', new ListTasksCommand({ cluster, serviceName: 'other' })],
    ['a task', 'InvalidParameterException', new StopTaskCommand({ cluster, task: 'other' })],
  ])('refuses %s that it does not have', async (_what, name, command) => {
    await expect(bench.ecs.send(command as ListTasksCommand)).rejects.toMatchObject({ name });
  });

  it('refuses what is not simulated', async () => {
    const forced = new UpdateServiceCommand({ cluster, service: serviceName, forceNewDeployment: true });
    await expect(bench.ecs.send(forced)).rejects.toThrow('ecs:UpdateService with forceNewDeployment');
  });

  it('asks IAM about clusters, services, tasks and container instances by their names', async () => {
    const resource = (kind: string, rest = '/*'): string => `arn:aws:ecs:*:111122223333:${kind}/Clickstream-*${rest}`;
    const allowed = new FleetHttpBench(described(), {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['ecs:ListContainerInstances'], Resource: resource('cluster', '') },
        { Effect: 'Allow', Action: ['ecs:ListTasks'], Resource: resource('container-instance') },
      ],
    });
    await allowed.open();
    await allowed.ecs.send(new ListContainerInstancesCommand({ cluster }));
    await allowed.ecs.send(new ListTasksCommand({ cluster, serviceName }));
    await expect(allowed.ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] }))).rejects.toThrow(
      `ecs:DescribeServices on resource: arn:aws:ecs:eu-west-1:111122223333:service/${cluster}/${serviceName}`,
    );
    await allowed.close();
  });
});
