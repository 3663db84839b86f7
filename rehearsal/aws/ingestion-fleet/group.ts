import type { Agenda } from './agenda';
import type { FleetTroubles, GroupDescription, Launch } from './description';
import { chosenForScaleIn, isWarm, type FleetInstance, type LifecycleState } from './instances';
import { HOOK_HEARTBEAT_MS, HOOK_POLL_MS, LAUNCH_MS, RELAUNCH_MS, START_WARM_MS, TERMINATE_MS } from './timing';
import { warmSize, type WarmPool } from './warm-pool';

/** What the group asks of what runs on its instances. */
export interface Tenants {
  /** Tasks of whatever state on the instance. */
  countOn(instanceId: string): number;
  /** The instance is gone, and its tasks with it. */
  cut(instanceId: string): void;
  /** Something has changed. */
  settle(): void;
}

export interface Activity {
  id: string;
  startedMs: number;
  endedMs?: number;
  status: 'InProgress' | 'Successful' | 'Failed';
  description: string;
  cause: string;
  statusMessage?: string;
}

/**
 * An Auto Scaling group with its instances and its warm pool, going towards its desired capacity. It does not rebalance zones:
 * ours are balanced at the launch.
 */
export class InstanceGroup {
  min: number;
  max: number;
  desired: number;
  launch: Launch;
  warmPool: WarmPool | undefined;
  instances: FleetInstance[] = [];
  /** Newest first, as DescribeScalingActivities answers. */
  readonly activities: Activity[] = [];
  private isRetrying = false;

  constructor(
    readonly description: GroupDescription,
    size: { min: number; max: number; desired: number; launch: Launch },
    private readonly agenda: Agenda,
    private readonly newId: () => string,
    private readonly troubles: FleetTroubles,
    private readonly tenants: Tenants,
  ) {
    ({ min: this.min, max: this.max, desired: this.desired, launch: this.launch } = size);
    // Both are the parameter WarmPoolSize. Source: awslabs/clickstream-analytics-on-aws, ecs-cluster.ts
    this.warmPool = { minSize: description.warmPoolSize, maxPrepared: description.warmPoolSize };
    for (let count = 0; count < this.desired; count += 1) this.register(this.make('InService'));
    for (let count = 0; count < this.warmSize; count += 1) this.make('Warmed:Stopped');
  }

  /** In the group, on their way in and out included; not those of the warm pool. */
  get members(): FleetInstance[] {
    return this.instances.filter((instance) => !isWarm(instance));
  }

  get warm(): FleetInstance[] {
    return this.instances.filter(isWarm);
  }

  get inService(): FleetInstance[] {
    return this.instances.filter(({ state }) => state === 'InService');
  }

  get arriving(): FleetInstance[] {
    return this.instances.filter(({ state }) => state === 'Pending');
  }

  /** Launches and terminates until there are as many as desired, and fills the warm pool up or empties it. */
  converge(): void {
    let missing = this.desired - this.inService.length - this.arriving.length;
    for (; missing > 0; missing -= 1) if (!this.bringIn()) break;
    for (; missing < 0; missing += 1) {
      const leaving = chosenForScaleIn(this.inService, this.launch);
      if (leaving === undefined) break;
      this.terminate(
        leaving,
        'an instance was taken out of service in response to a difference between desired and actual capacity.',
      );
    }
    const kept = this.warm.filter(({ state }) => state !== 'Warmed:Terminating');
    for (const surplus of kept.slice(this.warmSize)) this.terminateWarm(surplus);
    for (let count = kept.length; count < this.warmSize && !this.troubles.noCapacity; count += 1) {
      this.arriveAfter(LAUNCH_MS, this.make('Warmed:Pending'), 'Warmed:Stopped');
    }
  }

  /**
   * The drain hook holds the instance until its tasks have stopped, at most for its heartbeat; then it goes, whatever runs.
   * Source: aws-cdk, aws-ecs drain-hook
   */
  terminate(instance: FleetInstance, cause: string): Activity {
    const activity = this.begin(`Terminating EC2 instance: ${instance.instanceId}`, cause);
    if (instance.container !== undefined) instance.container.status = 'DRAINING';
    instance.state = 'Terminating:Wait';
    const deadlineMs = this.agenda.now() + HOOK_HEARTBEAT_MS;
    const look = (): void => {
      if (this.tenants.countOn(instance.instanceId) > 0 && this.agenda.now() < deadlineMs) {
        this.agenda.after(HOOK_POLL_MS, look);
        return;
      }
      instance.state = 'Terminating:Proceed';
      this.agenda.after(TERMINATE_MS, () => this.remove(instance, activity));
    };
    this.agenda.after(HOOK_POLL_MS, look);
    return activity;
  }

  /** The pool goes with its instances. */
  deleteWarmPool(): void {
    if (this.warmPool === undefined) return;
    if (this.warm.length === 0) this.warmPool = undefined;
    else this.warmPool.isPendingDelete = true;
    this.tenants.settle();
  }

  private get warmSize(): number {
    return warmSize(this.warmPool, this);
  }

  /** An instance of the warm pool comes first, as it was made; else a new one. */
  private bringIn(): boolean {
    const warm = this.instances.find(({ state }) => state === 'Warmed:Stopped');
    if (warm !== undefined) {
      warm.state = 'Pending';
      this.arriveAfter(
        START_WARM_MS,
        warm,
        'InService',
        this.begin(`Launching a new EC2 instance from warm pool: ${warm.instanceId}`, GROWS),
      );
      return true;
    }
    if (this.troubles.noCapacity) {
      this.retryLater();
      return false;
    }
    const instance = this.make('Pending');
    this.arriveAfter(
      LAUNCH_MS,
      instance,
      'InService',
      this.begin(`Launching a new EC2 instance: ${instance.instanceId}`, GROWS),
    );
    return true;
  }

  private retryLater(): void {
    if (this.isRetrying) return;
    this.isRetrying = true;
    const activity = this.begin('Launching a new EC2 instance.', GROWS);
    activity.statusMessage = `We currently do not have sufficient capacity in the Availability Zone you requested. Launching EC2 instance failed.`;
    this.end(activity, 'Failed');
    this.agenda.after(RELAUNCH_MS, () => {
      this.isRetrying = false;
      this.tenants.settle();
    });
  }

  private make(state: LifecycleState): FleetInstance {
    const instanceId = `i-${this.newId().replaceAll('-', '').slice(0, 17)}`;
    const inZone = (zone: string): number => this.members.filter((member) => member.zone === zone).length;
    const zone = inZone('b') < inZone('a') ? 'b' : 'a';
    const launchedMs = this.agenda.now();
    const instance: FleetInstance = { instanceId, zone, state, launch: this.launch, launchedMs, isProtected: false };
    this.instances.push(instance);
    return instance;
  }

  private arriveAfter(
    ms: number,
    instance: FleetInstance,
    state: 'InService' | 'Warmed:Stopped',
    activity?: Activity,
  ): void {
    const before = instance.state;
    this.agenda.after(ms, () => {
      // Somebody may have terminated it in the meantime.
      if (instance.state !== before) return;
      instance.state = state;
      if (state === 'InService') this.register(instance);
      if (activity !== undefined) this.end(activity, 'Successful');
      this.tenants.settle();
    });
  }

  private register(instance: FleetInstance): void {
    instance.container = {
      id: this.newId().replaceAll('-', ''),
      status: 'ACTIVE',
      registeredMs: this.agenda.now(),
    };
  }

  private terminateWarm(instance: FleetInstance): void {
    instance.state = 'Warmed:Terminating';
    const activity = this.begin(`Terminating EC2 instance from warm pool: ${instance.instanceId}`, SHRINKS);
    this.agenda.after(TERMINATE_MS, () => this.remove(instance, activity));
  }

  private remove(instance: FleetInstance, activity: Activity): void {
    this.instances = this.instances.filter((other) => other !== instance);
    this.tenants.cut(instance.instanceId);
    this.end(activity, 'Successful');
    if (this.warmPool?.isPendingDelete === true && this.warm.length === 0) this.warmPool = undefined;
    this.tenants.settle();
  }

  private begin(description: string, cause: string): Activity {
    const startedMs = this.agenda.now();
    const activity: Activity = { id: this.newId(), startedMs, status: 'InProgress', description, cause };
    this.activities.unshift(activity);
    return activity;
  }

  private end(activity: Activity, status: 'Successful' | 'Failed'): void {
    Object.assign(activity, { status, endedMs: this.agenda.now() });
  }
}

const GROWS = 'an instance was started in response to a difference between desired and actual capacity.';
const SHRINKS = 'the size of the warm pool was reduced.';
