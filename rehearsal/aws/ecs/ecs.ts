import type { IngestionFleet } from '../ingestion-fleet/fleet';
import type { IngestionFleets } from '../ingestion-fleet/fleets';
import type { FleetInstance } from '../ingestion-fleet/instances';
import { count, texts } from '../ingestion-fleet/paging';
import type { FleetTask } from '../ingestion-fleet/task';
import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';
import { EcsArns } from './arns';
import { atMost, invalidParameter, missing, pageOfCall } from './requests';
import {
  describeCluster,
  describeContainerInstance,
  describeService,
  describeTask,
  describeTaskDefinition,
  registeredIn,
} from './shapes';

/** Most ids of a call. Source: Amazon ECS API Reference, each operation */
const MOST_TO_UPDATE = 10;
const MOST_TO_DESCRIBE = 100;
const MOST_SERVICES = 10;
/** ListServices answers ten at a time by default. Source: same */
const SERVICES_PAGE = 10;

type Answer = Record<string, unknown>;

/**
 * What an upgrade needs of Amazon ECS, over the ingestion fleets.
 * Source of operations, limits and errors: Amazon ECS API Reference
 */
export class Ecs implements SimulatedService {
  readonly signingName = 'ecs';

  constructor(private readonly fleets: IngestionFleets) {}

  handle(call: ServiceCall): Promise<Answer> {
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  private answer(call: ServiceCall): Answer {
    switch (call.operation) {
      case 'DescribeClusters':
        return this.describeClusters(call);
      case 'ListServices':
        return this.listServices(call);
      case 'DescribeServices':
        return this.describeServices(call);
      case 'UpdateService':
        return this.updateService(call);
      case 'DescribeTaskDefinition':
        return this.describeTaskDefinition(call);
      case 'ListTasks':
        return this.listTasks(call);
      case 'DescribeTasks':
        return this.describeTasks(call);
      case 'StopTask':
        return this.stopTask(call);
      case 'ListContainerInstances':
        return this.listContainerInstances(call);
      case 'DescribeContainerInstances':
        return this.describeContainerInstances(call);
      case 'UpdateContainerInstancesState':
        return this.updateContainerInstancesState(call);
      default:
        throw notSimulated(`ecs:${call.operation}`);
    }
  }

  private describeClusters(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['clusters']);
    const wanted = atMost(texts(call.input['clusters']), MOST_TO_DESCRIBE, 'clusters');
    const found = wanted.map((name) => [name, this.findCluster(call, name)] as const);
    return {
      clusters: found.flatMap(([, fleet]) => (fleet === undefined ? [] : [describeCluster(fleet)])),
      failures: found.flatMap(([name, fleet]) => (fleet === undefined ? [missing(name)] : [])),
    };
  }

  private listServices(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['cluster', 'maxResults', 'nextToken']);
    const { items, next } = pageOfCall([new EcsArns(this.clusterOf(call)).service], call, SERVICES_PAGE);
    return { serviceArns: items, nextToken: next };
  }

  private describeServices(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['cluster', 'services']);
    const fleet = this.clusterOf(call);
    const arns = new EcsArns(fleet);
    const wanted = atMost(texts(call.input['services']), MOST_SERVICES, 'services');
    const others = wanted.filter((service) => !arns.isService(service));
    return {
      services: others.length < wanted.length ? [describeService(fleet)] : [],
      failures: others.map((service) => missing(arns.inCluster('service', service))),
    };
  }

  private updateService(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['cluster', 'service', 'desiredCount']);
    const fleet = this.clusterOf(call);
    demandService(fleet, text(call, 'service'));
    const desired = count(call.input['desiredCount']);
    if (desired !== undefined) {
      if (desired < 0) throw invalidParameter('desiredCount must be greater than or equal to 0.');
      fleet.service.desired = desired;
      fleet.settle();
    }
    return { service: describeService(fleet) };
  }

  private describeTaskDefinition(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['taskDefinition']);
    const wanted = text(call, 'taskDefinition');
    for (const fleet of this.fleets.inRegion(call.region)) {
      const { taskDefinition } = fleet.service;
      if (wanted === taskDefinition || wanted === new EcsArns(fleet).taskDefinition(taskDefinition)) {
        return { taskDefinition: describeTaskDefinition(fleet, taskDefinition) };
      }
    }
    throw new AwsError('ClientException', 'Unable to describe task definition.');
  }

  /**
   * `RUNNING` where it is left out, which leaves out tasks that are being stopped but still run; `PENDING` never finds anything.
   * Source: Amazon ECS API Reference, ListTasks
   */
  private listTasks(call: ServiceCall): Answer {
    refuseOtherMembers(call, [
      'cluster',
      'serviceName',
      'desiredStatus',
      'containerInstance',
      'maxResults',
      'nextToken',
    ]);
    const fleet = this.clusterOf(call);
    const arns = new EcsArns(fleet);
    const [service, host] = [text(call, 'serviceName'), text(call, 'containerInstance')];
    if (service !== '') demandService(fleet, service);
    const desired = text(call, 'desiredStatus') || 'RUNNING';
    const isOnHost = ({ containerInstanceId: id }: FleetTask): boolean =>
      host === '' || (id !== undefined && isId(arns, 'container-instance', id, host));
    const tasks = fleet.service.tasks.filter((task) => task.desiredStatus === desired && isOnHost(task));
    const { items, next } = pageOfCall(tasks, call);
    return { taskArns: items.map(({ taskId }) => arns.inCluster('task', taskId)), nextToken: next };
  }

  private describeTasks(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['cluster', 'tasks']);
    const fleet = this.clusterOf(call);
    const wanted = atMost(texts(call.input['tasks']), MOST_TO_DESCRIBE, 'tasks');
    const found = wanted.map((id) => [id, taskOf(fleet, id)] as const);
    return {
      tasks: found.flatMap(([, task]) => (task === undefined ? [] : [describeTask(fleet, task)])),
      failures: found.flatMap(([id, task]) => (task === undefined ? [missing(id)] : [])),
    };
  }

  /** The service starts another one. */
  private stopTask(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['cluster', 'task', 'reason']);
    const fleet = this.clusterOf(call);
    const task = taskOf(fleet, text(call, 'task'));
    if (task === undefined) throw invalidParameter('The referenced task was not found.');
    if (task.desiredStatus === 'RUNNING') {
      fleet.service.stop(task, text(call, 'reason') || 'Task stopped by user');
      fleet.settle();
    }
    return { task: describeTask(fleet, task) };
  }

  private listContainerInstances(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['cluster', 'status', 'maxResults', 'nextToken']);
    const fleet = this.clusterOf(call);
    const arns = new EcsArns(fleet);
    const status = text(call, 'status');
    const registered = registeredIn(fleet).filter(({ container }) => status === '' || container?.status === status);
    const { items, next } = pageOfCall(registered, call);
    return {
      containerInstanceArns: items.map(({ container }) => arns.inCluster('container-instance', container?.id ?? '')),
      nextToken: next,
    };
  }

  private describeContainerInstances(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['cluster', 'containerInstances']);
    const fleet = this.clusterOf(call);
    const { found, failures } = containerInstances(fleet, call, MOST_TO_DESCRIBE);
    return { containerInstances: found.map((instance) => describeContainerInstance(fleet, instance)), failures };
  }

  /** Ids that are not there do not fail the call. */
  private updateContainerInstancesState(call: ServiceCall): Answer {
    refuseOtherMembers(call, ['cluster', 'containerInstances', 'status']);
    const fleet = this.clusterOf(call);
    const { found, failures } = containerInstances(fleet, call, MOST_TO_UPDATE);
    const status = text(call, 'status');
    if (status !== 'ACTIVE' && status !== 'DRAINING') {
      throw invalidParameter('Container instances can only be updated to ACTIVE or DRAINING.');
    }
    for (const { container } of found) if (container !== undefined) container.status = status;
    fleet.settle();
    return { containerInstances: found.map((instance) => describeContainerInstance(fleet, instance)), failures };
  }

  private clusterOf(call: ServiceCall): IngestionFleet {
    const fleet = this.findCluster(call, text(call, 'cluster'));
    if (fleet === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    return fleet;
  }

  private findCluster({ region }: ServiceCall, nameOrArn: string): IngestionFleet | undefined {
    return this.fleets.inRegion(region).find((candidate) => new EcsArns(candidate).isCluster(nameOrArn));
  }
}

function demandService(fleet: IngestionFleet, nameOrArn: string): void {
  if (!new EcsArns(fleet).isService(nameOrArn)) throw new AwsError('ServiceNotFoundException', 'Service not found.');
}

function taskOf(fleet: IngestionFleet, idOrArn: string): FleetTask | undefined {
  const arns = new EcsArns(fleet);
  return fleet.service.tasks.find(({ taskId }) => isId(arns, 'task', taskId, idOrArn));
}

function isId(arns: EcsArns, kind: 'task' | 'container-instance', id: string, idOrArn: string): boolean {
  return arns.inCluster(kind, id) === arns.inCluster(kind, idOrArn);
}

function containerInstances(
  fleet: IngestionFleet,
  call: ServiceCall,
  most: number,
): { found: FleetInstance[]; failures: Answer[] } {
  const arns = new EcsArns(fleet);
  const all = registeredIn(fleet);
  const wanted = atMost(texts(call.input['containerInstances']), most, 'containerInstances');
  const pairs = wanted.map((idOrArn) => {
    const instance = all.find(({ container }) => isId(arns, 'container-instance', container?.id ?? '', idOrArn));
    return [idOrArn, instance] as const;
  });
  return {
    found: pairs.flatMap(([, instance]) => instance ?? []),
    failures: pairs.flatMap(([id, instance]) =>
      instance === undefined ? [missing(arns.inCluster('container-instance', id))] : [],
    ),
  };
}
