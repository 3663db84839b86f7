import {
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
  type ContainerInstance,
  type DesiredStatus,
  type ECSClient,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { chunks, type FleetClients } from './clients';

/** What ECS and the load balancer show of a service. */
export interface Containers {
  service: Service;
  hosts: readonly ContainerInstance[];
  /** Everything that is not stopped yet, what is being stopped included. */
  tasks: readonly Task[];
  /** ARNs of the tasks that serve. */
  serving: ReadonlySet<string>;
}

/** Most ids of one call. Source: Amazon ECS API Reference, DescribeTasks, DescribeContainerInstances */
const A_CALL = 100;

/** @throws Error when there is no such service */
export async function observeContainers(
  { ecs, balancing }: Pick<FleetClients, 'ecs' | 'balancing'>,
  cluster: string,
  serviceArn: string,
): Promise<Containers> {
  const [service, hosts, tasks] = await Promise.all([
    describeService(ecs, cluster, serviceArn),
    describeHosts(ecs, cluster),
    describeTasks(ecs, cluster, serviceArn),
  ]);
  const groups = (service.loadBalancers ?? []).flatMap(({ targetGroupArn: arn }) => (arn === undefined ? [] : [arn]));
  const healthy = await Promise.all(groups.map((arn) => healthyTargets(balancing, arn)));
  const instances = new Map(hosts.map((host) => [host.containerInstanceArn, host.ec2InstanceId]));
  const serving = tasks.filter(
    (task) => isUp(task) && healthy.every((targets) => targetIds(task, instances).some((id) => targets.has(id))),
  );
  return { service, hosts, tasks, serving: new Set(serving.map(({ taskArn }) => taskArn ?? '')) };
}

async function describeService(ecs: ECSClient, cluster: string, serviceArn: string): Promise<Service> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [serviceArn] }));
  const [service] = services ?? [];
  if (service === undefined) throw new Error(`ECS does not know the service ${serviceArn}`);
  return service;
}

/** Without a status: all that are not INACTIVE. Source: Amazon ECS API Reference, ListContainerInstances */
async function describeHosts(ecs: ECSClient, cluster: string): Promise<ContainerInstance[]> {
  const arns: string[] = [];
  let token: string | undefined;
  do {
    const page = await ecs.send(
      new ListContainerInstancesCommand({ cluster, ...(token === undefined ? {} : { nextToken: token }) }),
    );
    arns.push(...(page.containerInstanceArns ?? []));
    token = page.nextToken;
  } while (token !== undefined);
  const pages = await Promise.all(
    chunks(arns, A_CALL).map((containerInstances) =>
      ecs.send(new DescribeContainerInstancesCommand({ cluster, containerInstances })),
    ),
  );
  return pages.flatMap(({ containerInstances }) => containerInstances ?? []);
}

/**
 * A task that is being stopped has STOPPED for its desired status and may still be writing for an hour; the counters of its
 * container instance leave it out. Source: Amazon ECS API Reference, ContainerInstance (runningTasksCount)
 */
async function describeTasks(ecs: ECSClient, cluster: string, serviceName: string): Promise<Task[]> {
  const [wanted, unwanted] = await Promise.all([
    listTasks(ecs, cluster, serviceName, 'RUNNING'),
    listTasks(ecs, cluster, serviceName, 'STOPPED'),
  ]);
  const arns = [...new Set([...wanted, ...unwanted])];
  const pages = await Promise.all(
    chunks(arns, A_CALL).map((tasks) => ecs.send(new DescribeTasksCommand({ cluster, tasks }))),
  );
  return pages.flatMap(({ tasks }) => tasks ?? []).filter(({ lastStatus }) => !isOver(lastStatus));
}

async function listTasks(
  ecs: ECSClient,
  cluster: string,
  serviceName: string,
  desiredStatus: DesiredStatus,
): Promise<string[]> {
  const arns: string[] = [];
  let token: string | undefined;
  do {
    const page = await ecs.send(
      new ListTasksCommand({
        cluster,
        serviceName,
        desiredStatus,
        ...(token === undefined ? {} : { nextToken: token }),
      }),
    );
    arns.push(...(page.taskArns ?? []));
    token = page.nextToken;
  } while (token !== undefined);
  return arns;
}

async function healthyTargets(
  balancing: FleetClients['balancing'],
  targetGroupArn: string,
): Promise<ReadonlySet<string>> {
  const { TargetHealthDescriptions: targets } = await balancing.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
  );
  const healthy = (targets ?? []).filter(({ TargetHealth: health }) => health?.State === 'healthy');
  return new Set(healthy.map(({ Target: target }) => target?.Id ?? ''));
}

/** Its containers are stopped for good. Source: Amazon ECS Developer Guide, task lifecycle */
function isOver(lastStatus: string | undefined): boolean {
  return lastStatus === 'STOPPED' || lastStatus === 'DEPROVISIONING' || lastStatus === 'DELETED';
}

function isUp({ lastStatus, desiredStatus, healthStatus }: Task): boolean {
  return lastStatus === 'RUNNING' && desiredStatus === 'RUNNING' && healthStatus !== 'UNHEALTHY';
}

/** A target is a task's own address in the network mode awsvpc, else its instance. */
function targetIds(task: Task, instances: ReadonlyMap<string | undefined, string | undefined>): string[] {
  const attached = (task.attachments ?? []).flatMap(({ details = [] }) =>
    details.filter(({ name }) => name === 'privateIPv4Address').map(({ value }) => value),
  );
  const interfaces = (task.containers ?? []).flatMap(({ networkInterfaces = [] }) =>
    networkInterfaces.map(({ privateIpv4Address }) => privateIpv4Address),
  );
  const own = [...attached, ...interfaces].filter((address) => address !== undefined);
  if (own.length > 0) return own;
  const instance = instances.get(task.containerInstanceArn);
  return instance === undefined ? [] : [instance];
}
