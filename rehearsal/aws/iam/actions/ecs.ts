import { regionalArn } from '../../arns';
import { text } from '../../input';
import type { ServiceCall } from '../../service';
import { on, onEverything, type ActionRule, type ActionTable } from './action';

/** One permission for each of the resources that a member names. */
const onEach =
  (resource: string, member: string): ActionRule =>
  (call) =>
    ids(call, member).map((id) => ({
      action: `${call.service}:${call.operation}`,
      resource: resourceArn(call, resource, id),
    }));

const onTask = on((call) => resourceArn(call, 'task', text(call, 'task')));

const onService = on((call) => resourceArn(call, 'service', text(call, 'service')));

/** Source: Service Authorization Reference, "Amazon Elastic Container Service". */
export const ecsActions: ActionTable = {
  DescribeClusters: (call) =>
    ids(call, 'clusters').map((cluster) => ({ action: 'ecs:DescribeClusters', resource: clusterArn(call, cluster) })),
  ListServices: onEverything,
  DescribeServices: onEach('service', 'services'),
  UpdateService: onService,
  DescribeTaskDefinition: onEverything,
  ListContainerInstances: on((call) => clusterArn(call)),
  DescribeContainerInstances: onEach('container-instance', 'containerInstances'),
  UpdateContainerInstancesState: onEach('container-instance', 'containerInstances'),
  // Whatever it filters by, it asks for the container instances of the cluster.
  ListTasks: on((call) => resourceArn(call, 'container-instance', text(call, 'containerInstance') || '*')),
  DescribeTasks: onEach('task', 'tasks'),
  StopTask: onTask,
};

function clusterName(call: ServiceCall): string {
  const cluster = text(call, 'cluster') || 'default';
  return cluster.slice(cluster.lastIndexOf('/') + 1);
}

function clusterArn(call: ServiceCall, nameOrArn = clusterName(call)): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  return regionalArn('ecs', call.region, call.caller.accountId, `cluster/${nameOrArn}`);
}

function resourceArn(call: ServiceCall, resource: string, idOrArn: string): string {
  if (idOrArn.startsWith('arn:')) return idOrArn;
  return regionalArn('ecs', call.region, call.caller.accountId, `${resource}/${clusterName(call)}/${idOrArn}`);
}

function ids(call: ServiceCall, member: string): string[] {
  const value = call.input[member];
  return Array.isArray(value) && value.length > 0 ? value.map(String) : ['*'];
}
