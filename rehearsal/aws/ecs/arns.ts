import { regionalArn } from '../arns';
import type { IngestionFleet } from '../ingestion-fleet/fleet';

/** ARNs of one fleet, with the cluster's name in them. Source: Amazon ECS Developer Guide, long ARN format */
export class EcsArns {
  constructor(private readonly fleet: IngestionFleet) {}

  get cluster(): string {
    return this.arn(`cluster/${this.fleet.description.clusterName}`);
  }

  get service(): string {
    return this.inCluster('service', this.fleet.description.serviceName);
  }

  get capacityProvider(): string | undefined {
    return this.fleet.group?.description.capacityProviderName;
  }

  taskDefinition(familyAndRevision: string): string {
    return this.arn(`task-definition/${familyAndRevision}`);
  }

  /** Of what is named after its cluster: services, tasks, container instances. An ARN comes back as it is. */
  inCluster(kind: 'service' | 'task' | 'container-instance', idOrArn: string): string {
    return idOrArn.startsWith('arn:') ? idOrArn : this.arn(`${kind}/${this.fleet.description.clusterName}/${idOrArn}`);
  }

  isCluster(nameOrArn: string): boolean {
    return nameOrArn === this.fleet.description.clusterName || nameOrArn === this.cluster;
  }

  isService(nameOrArn: string): boolean {
    return this.inCluster('service', nameOrArn) === this.service;
  }

  private arn(resource: string): string {
    const { region, accountId } = this.fleet.description;
    return regionalArn('ecs', region, accountId, resource);
  }
}
