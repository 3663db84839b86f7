import type { FleetDescription, GroupDescription } from '../../../../rehearsal/aws/ingestion-fleet/description';
import type { IngestionFleet } from '../../../../rehearsal/aws/ingestion-fleet/fleet';
import { IngestionFleets } from '../../../../rehearsal/aws/ingestion-fleet/fleets';
import type { FleetInstance } from '../../../../rehearsal/aws/ingestion-fleet/instances';
import { VirtualClock } from '../../../../rehearsal/clock';
import { seededRandom, uuidsOf } from '../../../../rehearsal/random';
import { START_MS } from '../door-harness';

export const GROUP: GroupDescription = {
  groupName: 'Clickstream-Ingestion-s3-1-asg',
  capacityProviderName: 'Clickstream-Ingestion-s3-1-provider',
  launch: 'configuration',
  launchConfigurationName: 'Clickstream-Ingestion-s3-1-configuration',
  launchTemplateId: 'lt-0123456789abcdef0',
  launchTemplateName: 'launchtemplate',
  warmPoolSize: 0,
};

export function described(
  changes: Partial<FleetDescription> = {},
  group: Partial<GroupDescription> = {},
): FleetDescription {
  return {
    projectId: 'shop',
    region: 'eu-west-1',
    accountId: '111122223333',
    clusterName: 'Clickstream-Ingestion-s3-1-cluster',
    serviceName: 'Clickstream-Ingestion-s3-1-service',
    taskDefinition: 'ingestion:1',
    targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/Clicks-1/0123456789abcdef',
    min: 2,
    max: 4,
    desired: 2,
    stopTimeoutSeconds: 330,
    tags: { 'aws-solution/name': 'Clickstream' },
    ec2: { ...GROUP, ...group },
    ...changes,
  };
}

/** A fleet and its time. */
export class FleetBench {
  readonly clock = new VirtualClock(START_MS);
  readonly fleet: IngestionFleet;

  constructor(description = described()) {
    this.fleet = new IngestionFleets({ clock: this.clock, newId: uuidsOf(seededRandom(7)) }).add(description);
  }

  async minutes(count: number): Promise<void> {
    await this.clock.sleep(count * 60_000);
  }

  get group(): NonNullable<IngestionFleet['group']> {
    const { group } = this.fleet;
    if (group === undefined) throw new Error('This fleet has no group');
    return group;
  }

  get states(): string[] {
    return this.group.members.map(({ state }) => state);
  }

  /** Instances in the group that were not launched from the template. */
  get old(): FleetInstance[] {
    return this.group.members.filter(({ launch }) => launch.kind === 'configuration');
  }

  /** As UpdateAutoScalingGroup, UpdateService and UpdateContainerInstancesState change it. */
  set(sizes: { max?: number; desiredTasks?: number }): void {
    if (sizes.max !== undefined) this.group.max = sizes.max;
    if (sizes.desiredTasks !== undefined) this.fleet.service.desired = sizes.desiredTasks;
    this.fleet.settle();
  }

  drain(instances: readonly FleetInstance[]): void {
    for (const { container } of instances) if (container !== undefined) container.status = 'DRAINING';
    this.fleet.settle();
  }

  suspendScaling(): void {
    Object.assign(this.fleet.target.suspended, { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: true });
    this.fleet.settle();
  }

  /** As TerminateInstanceInAutoScalingGroup does it. */
  terminate(instances: readonly FleetInstance[]): void {
    for (const instance of instances) {
      this.group.desired -= 1;
      this.group.terminate(instance, 'by hand');
    }
    this.fleet.settle();
  }
}
