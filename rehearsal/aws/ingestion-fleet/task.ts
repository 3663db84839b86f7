import type { Agenda } from './agenda';
import type { FleetTroubles } from './description';
import type { FleetInstance } from './instances';
import { DEREGISTRATION_MS, QUICK_STOP_MS, TASK_HEALTHY_MS, TASK_START_MS, TASK_UNHEALTHY_MS } from './timing';

/** Source: Amazon ECS Developer Guide, "Amazon ECS task lifecycle" */
export interface FleetTask {
  taskId: string;
  /** Private IPv4 address of its network interface: its name in the target group. */
  ip: string;
  zone: string;
  taskDefinition: string;
  instanceId?: string;
  containerInstanceId?: string;
  lastStatus: 'PROVISIONING' | 'PENDING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'STOPPED';
  desiredStatus: 'RUNNING' | 'STOPPED';
  /** In the target group. */
  target: 'unused' | 'initial' | 'healthy' | 'unhealthy' | 'draining';
  createdMs: number;
  startedMs?: number;
  stoppingMs?: number;
  stoppedMs?: number;
  stoppedReason?: string;
}

/** What a task asks of the world it lives in. */
export interface TaskWorld {
  agenda: Agenda;
  troubles: FleetTroubles;
  stopTimeoutSeconds: number;
  /** Whether an instance's agent still does what ECS asks. */
  agentConnected(instance: FleetInstance): boolean;
  /** Whether a task there will pass its health checks. */
  healthy(host: FleetInstance | undefined): boolean;
  /** Its health checks have failed. */
  failed(task: FleetTask): void;
  /** Something has changed. */
  settle(): void;
}

/** Takes a task from its placement to its health. */
export function startTask(task: FleetTask, host: FleetInstance | undefined, world: TaskWorld): void {
  task.lastStatus = 'PENDING';
  if (host?.container !== undefined) {
    Object.assign(task, {
      instanceId: host.instanceId,
      zone: host.zone,
      containerInstanceId: host.container.id,
    });
  }
  world.agenda.after(TASK_START_MS, () => {
    if (task.lastStatus !== 'PENDING') return;
    Object.assign(task, { lastStatus: 'RUNNING', target: 'initial', startedMs: world.agenda.now() });
    const healthy = world.healthy(host);
    world.agenda.after(healthy ? TASK_HEALTHY_MS : TASK_UNHEALTHY_MS, () => {
      if (task.target !== 'initial') return;
      task.target = healthy ? 'healthy' : 'unhealthy';
      if (!healthy) world.failed(task);
      world.settle();
    });
    world.settle();
  });
}

/**
 * Takes a task to its end: the target group lets go of it first, then its containers are asked to stop, and a slow worker is
 * given all of its time. Source: Amazon ECS Developer Guide, "Amazon ECS task lifecycle" (DEACTIVATING, STOPPING)
 */
export function stopTask(task: FleetTask, host: FleetInstance | undefined, reason: string, world: TaskWorld): void {
  const { agenda, troubles, stopTimeoutSeconds } = world;
  const wasRunning = task.lastStatus === 'RUNNING';
  Object.assign(task, { desiredStatus: 'STOPPED', stoppedReason: reason, stoppingMs: agenda.now() });
  if (!wasRunning) {
    endTask(task, agenda.now());
    return;
  }
  Object.assign(task, { lastStatus: 'DEACTIVATING', target: 'draining' });
  agenda.after(DEREGISTRATION_MS, () => {
    if (task.lastStatus !== 'DEACTIVATING') return;
    Object.assign(task, { lastStatus: 'STOPPING', target: 'unused' });
    // A silent agent never hears of it.
    if (host !== undefined && !world.agentConnected(host)) return;
    const fullMs = stopTimeoutSeconds * 1_000;
    agenda.after(troubles.slowDrain ? fullMs : Math.min(fullMs, QUICK_STOP_MS), () => {
      if (task.lastStatus !== 'STOPPING') return;
      endTask(task, agenda.now());
      world.settle();
    });
    world.settle();
  });
}

export function endTask(task: FleetTask, atMs: number): void {
  Object.assign(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED', target: 'unused', stoppedMs: atMs });
}
