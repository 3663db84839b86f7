import type { VirtualClock } from '../../clock';
import { deterministicUuid } from '../../template/physical-names';
import { regionalArn } from '../arns';
import { Agenda } from './agenda';
import {
  isSameLaunch,
  type FleetDescription,
  type FleetTroubles,
  type GroupDescription,
  type Launch,
} from './description';
import { InstanceGroup } from './group';
import type { FleetInstance } from './instances';
import { SustainedCondition, type ScalableTarget } from './scaling';
import { FleetService } from './service';
import { ServingRecord } from './serving-record';
import { CREDENTIALS_MS, MANAGED_SCALE_IN_MS, MANAGED_SCALING_MS, SCALE_IN_MS, SCALE_OUT_MS } from './timing';

interface Parts {
  service: FleetService;
  /** Undefined with Fargate. */
  group: InstanceGroup | undefined;
  target: ScalableTarget;
  record: ServingRecord;
  troubles: FleetTroubles;
}

/**
 * One project's ingestion fleet as one physical thing: a service whose tasks need instances, a group that brings them, the
 * capacity provider between the two, and target tracking above. The APIs only show it and change its numbers, and call
 * {@link settle} afterwards. Whoever looks at it sees it as it is by the clock.
 */
export class IngestionFleet {
  private readonly agenda: Agenda;
  private readonly parts: Parts;
  private readonly conditions: readonly SustainedCondition[];
  private needed: number;
  private configurationDeletedMs: number | undefined;
  private isSettling = false;

  constructor(
    readonly description: FleetDescription,
    clock: VirtualClock,
    newId: () => string,
  ) {
    this.agenda = new Agenda(clock);
    this.needed = description.desired;
    this.parts = this.make(newId);
    this.conditions = this.scalingConditions();
    this.parts.service.begin();
    this.settle();
  }

  get service(): FleetService {
    return this.now.service;
  }

  get group(): InstanceGroup | undefined {
    return this.now.group;
  }

  get target(): ScalableTarget {
    return this.now.target;
  }

  /** Capacity over time; ask for it anew after the clock has advanced. */
  get record(): ServingRecord {
    return this.now.record;
  }

  /** To be changed as `fleet.troubles.slowDrain = true`. */
  get troubles(): FleetTroubles {
    return this.now.troubles;
  }

  /** Tasks that the traffic needs, by which target tracking goes. */
  get load(): number {
    return this.needed;
  }

  set load(tasks: number) {
    this.agenda.catchUp();
    this.needed = tasks;
    this.settle();
  }

  get nowMs(): number {
    return this.agenda.now();
  }

  get groupArn(): string | undefined {
    const { region, accountId, ec2 } = this.description;
    if (ec2 === undefined) return undefined;
    const id = deterministicUuid(`${region}/${ec2.groupName}`);
    const resource = `autoScalingGroup:${id}:autoScalingGroupName/${ec2.groupName}`;
    return regionalArn('autoscaling', region, accountId, resource);
  }

  /**
   * The stack's update: the group launches from a template now, or from its next version, and the task definition has a new
   * revision. Nothing that runs is touched: CloudFormation has waited for the service's own rolling deployment. A version that
   * still has launch configurations leaves the group as it is.
   */
  stackUpdated(launch: GroupDescription['launch'] = 'template'): void {
    const { group, service } = this.now;
    const [family = '', revision = ''] = service.taskDefinition.split(':');
    service.taskDefinition = `${family}:${Number(revision) + 1}`;
    for (const task of service.wanted) task.taskDefinition = service.taskDefinition;
    if (group !== undefined && launch === 'template') {
      const { launchTemplateId: id, launchTemplateName: name } = group.description;
      const version = group.launch.kind === 'template' ? group.launch.version + 1 : 1;
      group.launch = { kind: 'template', id, name, version };
    }
    this.settle();
  }

  /** The stack's clean-up: launch configuration and role of the old instances are deleted. */
  stackCleanedUp(): void {
    const { group } = this.now;
    if (group?.launch.kind === 'template') this.configurationDeletedMs ??= this.agenda.now();
  }

  /** Whether the launch configuration that old instances came from is still there to be named. */
  get isConfigurationThere(): boolean {
    return this.configurationDeletedMs === undefined;
  }

  /** Without its role an old instance goes on until its cached credentials end, and then its agent falls silent. */
  agentConnected({ launch }: FleetInstance): boolean {
    if (launch.kind === 'template' || this.configurationDeletedMs === undefined) return true;
    return this.agenda.now() < this.configurationDeletedMs + CREDENTIALS_MS;
  }

  /** Lets everything react to a change. */
  settle(): void {
    if (this.isSettling) return;
    this.isSettling = true;
    const { service, group, record } = this.parts;
    service.schedule();
    group?.converge();
    // Instances that leave are draining from now on.
    service.schedule();
    this.isSettling = false;
    record.note(this.agenda.now(), service.serving);
    for (const condition of this.conditions) condition.observe();
  }

  private get now(): Parts {
    this.agenda.catchUp();
    return this.parts;
  }

  private make(newId: () => string): Parts {
    const { agenda, description } = this;
    const { min, max, desired, ec2 } = description;
    const record = new ServingRecord();
    const troubles: FleetTroubles = { slowDrain: false, newTasksUnhealthy: false, noCapacity: false };
    const isCurrent = (host: FleetInstance): boolean => isSameLaunch(host.launch, group?.launch ?? host.launch);
    const service = new FleetService(description, agenda, newId, {
      agenda,
      troubles,
      instances: () => group?.members,
      agentConnected: (instance) => this.agentConnected(instance),
      healthy: (host) => !troubles.newTasksUnhealthy || (host !== undefined && !isCurrent(host)),
      cutShort: (taskId) => record.cutShort.push(taskId),
      settle: () => this.settle(),
    });
    const suspended = {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    };
    const target = { min, max, suspended, createdMs: agenda.now() };
    let group: InstanceGroup | undefined;
    if (ec2 !== undefined) {
      const launch: Launch =
        ec2.launch === 'configuration'
          ? { kind: 'configuration', name: ec2.launchConfigurationName }
          : { kind: 'template', id: ec2.launchTemplateId, name: ec2.launchTemplateName, version: 1 };
      group = new InstanceGroup(ec2, { min, max, desired, launch }, agenda, newId, troubles, {
        countOn: (instanceId) => service.on(instanceId).length,
        cut: (instanceId) => service.cut(instanceId),
        settle: () => this.settle(),
      });
    }
    return { service, group, target, record, troubles };
  }

  /** What the two scalers do once their reason has lasted: managed scaling of instances, target tracking of tasks. */
  private scalingConditions(): SustainedCondition[] {
    const { service, group, target } = this.parts;
    const after = (ms: number, holds: () => boolean, act: () => void): SustainedCondition =>
      new SustainedCondition(this.agenda, ms, holds, () => {
        act();
        this.settle();
      });
    const tracked = (): number => Math.min(target.max, Math.max(target.min, this.needed));
    const toTracked = (): void => {
      service.desired = tracked();
    };
    const { suspended } = target;
    const tracking = [
      after(SCALE_IN_MS, () => !suspended.DynamicScalingInSuspended && service.desired > tracked(), toTracked),
      after(SCALE_OUT_MS, () => !suspended.DynamicScalingOutSuspended && service.desired < tracked(), toTracked),
    ];
    if (group === undefined) return tracking;
    const lacking = (): number => service.unplaced - group.arriving.length;
    const unused = (): number =>
      group.inService.filter(({ instanceId }) => service.on(instanceId).length === 0).length - service.unplaced;
    return [
      ...tracking,
      after(
        MANAGED_SCALING_MS,
        () => lacking() > 0 && group.desired < group.max,
        () => {
          group.desired = Math.min(group.max, group.desired + lacking());
        },
      ),
      after(
        MANAGED_SCALE_IN_MS,
        () => unused() > 0 && group.desired > group.min,
        () => {
          group.desired = Math.max(group.min, group.desired - unused());
        },
      ),
    ];
  }
}
