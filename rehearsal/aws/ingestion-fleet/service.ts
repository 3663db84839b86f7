import type { Agenda } from './agenda';
import type { FleetDescription } from './description';
import type { FleetInstance } from './instances';
import { endTask, startTask, stopTask, type FleetTask, type TaskWorld } from './task';
import { STOPPED_SHOWN_MS } from './timing';

/** What the service asks of the instances below it. */
export interface Hosts extends Omit<TaskWorld, 'failed' | 'stopTimeoutSeconds'> {
  /** Undefined with Fargate: there is always room. */
  instances(): readonly FleetInstance[] | undefined;
  /** A task was killed before it could stop by itself. */
  cutShort(taskId: string): void;
}

/** At most this many times as many as desired run. Source: Amazon ECS API Reference, DeploymentConfiguration */
const MOST_RUNNING = 2;

/** An ECS service: its tasks, one an instance, and the scheduler that keeps as many as desired. */
export class FleetService {
  desired: number;
  taskDefinition: string;
  tasks: FleetTask[] = [];
  /** Newest first, as DescribeServices answers. */
  readonly events: { id: string; atMs: number; message: string }[] = [];
  /** Part of the desired count that stays healthy while tasks are replaced. Source: awslabs/clickstream-analytics-on-aws, ecs-service.ts */
  readonly minHealthyPercent: number;
  private readonly world: TaskWorld;
  private addresses = 0;

  constructor(
    private readonly description: FleetDescription,
    private readonly agenda: Agenda,
    private readonly newId: () => string,
    private readonly hosts: Hosts,
  ) {
    const { desired, taskDefinition, max, stopTimeoutSeconds } = description;
    this.desired = desired;
    this.taskDefinition = taskDefinition;
    this.minHealthyPercent = max === 1 ? 0 : 50;
    this.world = { ...hosts, stopTimeoutSeconds, failed: (task) => this.failed(task) };
  }

  /** As it was long before the rehearsal: every task runs. */
  begin(): void {
    for (let count = 0; count < this.desired; count += 1) this.create();
    this.place();
    const startedMs = this.agenda.now();
    for (const task of this.tasks) Object.assign(task, { lastStatus: 'RUNNING', target: 'healthy', startedMs });
  }

  /** Tasks that nobody has stopped. */
  get wanted(): FleetTask[] {
    return this.tasks.filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
  }

  /** Tasks that wait for an instance. */
  get unplaced(): number {
    return this.wanted.filter(({ lastStatus }) => lastStatus === 'PROVISIONING').length;
  }

  get serving(): number {
    return this.wanted.filter(({ target }) => target === 'healthy').length;
  }

  /** Tasks that hold an instance's room, those on their way out included. */
  on(instanceId: string): FleetTask[] {
    return this.tasks.filter((task) => task.instanceId === instanceId && task.lastStatus !== 'STOPPED');
  }

  /** What the scheduler does whenever something has changed. */
  schedule(): void {
    const forgottenMs = this.agenda.now() - STOPPED_SHOWN_MS;
    this.tasks = this.tasks.filter(({ stoppedMs }) => stoppedMs === undefined || stoppedMs > forgottenMs);
    this.leaveDraining();
    for (let excess = this.wanted.length - this.desired; excess > 0; excess -= 1) {
      const leaving = this.chosenForScaleIn();
      if (leaving !== undefined) this.stop(leaving, `Scaling activity initiated by (deployment ${DEPLOYMENT})`);
    }
    while (this.wanted.length < this.desired && this.living < this.desired * MOST_RUNNING) this.create();
    this.place();
  }

  stop(task: FleetTask, reason: string): void {
    const host = this.hosts.instances()?.find(({ instanceId }) => instanceId === task.instanceId);
    stopTask(task, host, reason, this.world);
  }

  /** The instance is gone. */
  cut(instanceId: string): void {
    for (const task of this.on(instanceId)) {
      if (task.lastStatus !== 'PENDING') this.hosts.cutShort(task.taskId);
      task.stoppedReason = `Host EC2 (instance ${instanceId}) terminated.`;
      endTask(task, this.agenda.now());
    }
  }

  private get living(): number {
    return this.tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED').length;
  }

  /**
   * Tasks on draining instances: waiting ones are stopped at once, running ones as far as enough healthy ones remain, without
   * waiting for their replacements. Source: Amazon ECS Developer Guide, "Draining Amazon ECS container instances"
   */
  private leaveDraining(): void {
    const draining = new Set(
      (this.hosts.instances() ?? [])
        .filter(({ container }) => container?.status === 'DRAINING')
        .map(({ instanceId }) => instanceId),
    );
    const least = Math.ceil((this.desired * this.minHealthyPercent) / 100);
    for (const task of this.wanted) {
      if (task.instanceId === undefined || !draining.has(task.instanceId)) continue;
      if (task.target === 'healthy' && this.serving <= least) continue;
      this.stop(task, `Scaling activity initiated by (deployment ${DEPLOYMENT})`);
    }
  }

  /**
   * ECS balances zones and knows nothing of old and new instances; which task of a zone it takes is not documented. Here it is
   * those that do not run yet, then the one with the smallest id. Source: Amazon ECS Developer Guide, "Task placement"
   */
  private chosenForScaleIn(): FleetTask | undefined {
    const { wanted } = this;
    const inZone = (zone: string): number => wanted.filter((task) => task.zone === zone).length;
    const [first] = [...wanted].sort(
      (one, other) =>
        Number(one.lastStatus === 'RUNNING') - Number(other.lastStatus === 'RUNNING') ||
        inZone(other.zone) - inZone(one.zone) ||
        one.taskId.localeCompare(other.taskId),
    );
    return first;
  }

  private create(): void {
    this.addresses += 1;
    this.tasks.push({
      taskId: this.newId().replaceAll('-', ''),
      ip: `10.0.${Math.floor(this.addresses / 250)}.${(this.addresses % 250) + 4}`,
      zone: this.addresses % 2 === 1 ? 'a' : 'b',
      taskDefinition: this.taskDefinition,
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      target: 'unused',
      createdMs: this.agenda.now(),
    });
  }

  /**
   * One task fills an instance: worker and proxy reserve the whole of its CPU. A task that finds no room stays PROVISIONING
   * until its capacity provider brings an instance. Source: awslabs/clickstream-analytics-on-aws, ecs-cluster.ts; Amazon ECS
   * Developer Guide, "Amazon ECS cluster auto scaling"
   */
  private place(): void {
    for (const task of this.wanted.filter(({ lastStatus }) => lastStatus === 'PROVISIONING')) {
      const instances = this.hosts.instances();
      const host = instances?.find(
        (instance) =>
          instance.state === 'InService' &&
          instance.container?.status === 'ACTIVE' &&
          this.hosts.agentConnected(instance) &&
          this.on(instance.instanceId).length === 0,
      );
      if (instances !== undefined && host === undefined) return;
      startTask(task, host, this.world);
    }
  }

  private failed(task: FleetTask): void {
    const { serviceName, targetGroupArn } = this.description;
    this.events.unshift({
      id: this.newId(),
      atMs: this.agenda.now(),
      message:
        `(service ${serviceName}) (task ${task.taskId}) (port 8088) is unhealthy in (target-group ${targetGroupArn}) ` +
        'due to (reason Health checks failed)',
    });
    this.stop(task, `Task failed ELB health checks in (target-group ${targetGroupArn})`);
  }
}

/** Id of the service's one deployment. */
export const DEPLOYMENT = 'ecs-svc/0000000000000000001';
