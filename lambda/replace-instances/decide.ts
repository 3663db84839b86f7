import type { Fleet, Host, Instance, Suspension, WarmPoolSettings } from './fleet';
import { headRoom, MOST_HOSTS_A_CALL, SUSPENDED, type HeadRoom } from './head-room';

/** What a pass has seen, and what is held. */
export interface Observation {
  fleet: Fleet;
  /** Undefined when nothing is held. */
  room: HeadRoom | undefined;
  /** CloudFormation is at work on the stack. */
  updating: boolean;
  /** Tasks on draining instances have had all the time that a stop may take: those that never heard of it are given up. */
  givenUp?: boolean;
}

export type WaitFor =
  | 'stack'
  | 'deployment'
  /** New tasks to become healthy, so that old ones can be spared. */
  | 'tasks'
  /** The others to become healthy, when nothing old is left. */
  | 'last tasks'
  /** Tasks on draining instances to stop. */
  | 'drain'
  /** Instances to arrive, which nothing can be done about before. */
  | 'instances'
  /** What was too many for a while to be gone again. */
  | 'surplus'
  | 'warm pool';

export type Action =
  | { do: 'done' }
  /** `of`: words that change as soon as anything moves. */
  | { do: 'wait'; for: WaitFor; of: string }
  | { do: 'hold'; room: HeadRoom }
  | { do: 'set scaling'; max?: number; suspended?: Suspension }
  | { do: 'set greatest size'; max: number }
  | { do: 'delete warm pool' }
  | { do: 'make warm pool'; settings: WarmPoolSettings }
  | { do: 'set tasks'; desired: number }
  | { do: 'set hosts'; status: Host['status']; hosts: readonly string[] }
  /** `isLost`: with tasks that cannot be stopped any more. */
  | { do: 'terminate'; instance: string; decrement: boolean; isLost?: true }
  /** Everything is as it was. */
  | { do: 'let go' };

/** Pure. Forward while anything old is left; then back. Whatever was begun goes on from where the world shows it. */
export function decide({ fleet, room, updating, givenUp = false }: Observation): Action {
  const isOld = fleet.instances.some(({ old }) => old) || (fleet.warmPool?.old ?? 0) > 0;
  if (room !== undefined) return isOld ? replace(fleet, room, givenUp) : putBack(fleet, room, givenUp);
  if (!isOld) return { do: 'done' };
  if (updating) return wait('stack');
  if (fleet.tasks.deploying) return wait('deployment', fleet.tasks.serving);
  return { do: 'hold', room: headRoom(fleet) };
}

/** Room first, then new tasks, and only what they can stand in for is drained. */
function replace(fleet: Fleet, room: HeadRoom, givenUp: boolean): Action {
  return (
    makeRoom(fleet, room) ?? emptyIdle(fleet) ?? raise(fleet, room) ?? retire(fleet, givenUp) ?? drain(fleet, room)
  );
}

function makeRoom({ group, scaling, warmPool }: Fleet, { given }: HeadRoom): Action | undefined {
  if (scaling !== undefined && given.scalingMax !== undefined) {
    const suspended = isSuspended(scaling.suspended) ? {} : { suspended: SUSPENDED };
    const max = scaling.max >= given.scalingMax ? {} : { max: given.scalingMax };
    if (Object.keys({ ...suspended, ...max }).length > 0) return { do: 'set scaling', ...suspended, ...max };
  }
  if (group.max < given.max) return { do: 'set greatest size', max: given.max };
  // Before anything is launched: what comes out of the pool is as old as the pool.
  if (warmPool !== undefined && warmPool.old > 0) {
    return warmPool.leaving ? wait('warm pool', warmPool.instances) : { do: 'delete warm pool' };
  }
  return undefined;
}

/** A new task would find room on an old instance that has none, so those take no more. They serve nothing. */
function emptyIdle({ instances }: Fleet): Action | undefined {
  const idle = instances.filter(({ old, host }) => old && host?.status === 'ACTIVE' && host.tasks === 0);
  return setHosts('DRAINING', idle);
}

function raise({ tasks }: Fleet, { given }: HeadRoom): Action | undefined {
  return tasks.desired < given.tasks ? { do: 'set tasks', desired: given.tasks } : undefined;
}

/** Old instances without tasks go, once a new one has shown that it works. */
function retire(fleet: Fleet, givenUp: boolean): Action | undefined {
  const { instances, group } = fleet;
  if (!isProved(fleet)) return undefined;
  // The least size must not be broken; there, the group brings a new one in its place.
  const decrement = group.desired > group.min;
  return terminate(
    instances.filter(({ old }) => old),
    decrement,
    givenUp,
  );
}

/** One that is empty, else one whose tasks are given up. */
function terminate(instances: readonly Instance[], decrement: boolean, givenUp: boolean): Action | undefined {
  const there = instances.filter(({ inService }) => inService);
  const empty = there.find(({ host }) => isEmpty(host));
  if (empty !== undefined) return { do: 'terminate', instance: empty.id, decrement };
  const lost = givenUp ? there.find(({ host }) => isSilent(host)) : undefined;
  return lost === undefined ? undefined : { do: 'terminate', instance: lost.id, decrement, isLost: true };
}

/**
 * Nothing that runs there hears that it shall stop. An instance that has lost its role, as old ones do some hours after the
 * clean-up of their stack, stays so. Since the load balancer has let go of its tasks, they have had time to write what they
 * had, if they still can. Source: Amazon ECS API Reference, ContainerInstance (agentConnected)
 */
function isSilent(host: Host | undefined): boolean {
  return host?.status === 'DRAINING' && !host.agentConnected;
}

function drain(fleet: Fleet, { original, given }: HeadRoom): Action {
  const { instances, tasks } = fleet;
  const old = instances.filter((instance) => instance.old);
  const active = instances.reduce((sum, { host }) => sum + (host?.status === 'ACTIVE' ? host.serving : 0), 0);
  // Instances with room for several tasks take all of them in, and no new instance is needed until one is drained.
  const hidden = instances.every((instance) => instance.old) && active >= given.tasks;
  if (isProved(fleet) || hidden) {
    const spared = within(active - original.tasks, old);
    const action = setHosts('DRAINING', isProved(fleet) ? spared : spared.slice(0, 1));
    if (action !== undefined) return action;
  }
  const leaving = old.reduce((sum, { host }) => sum + (host?.status === 'DRAINING' ? host.tasks : 0), 0);
  if (leaving > 0) return wait('drain', leaving, tasks.serving);
  const busy = old.some(({ host }) => !isEmpty(host));
  return busy || !isProved(fleet) ? wait('tasks', servingOnNew(fleet)) : wait('instances', old.length);
}

/** Hosts whose tasks can be done without, those that serve least first. */
function within(spare: number, instances: readonly Instance[]): Instance[] {
  let left = spare;
  return instances
    .filter(({ host }) => host?.status === 'ACTIVE')
    .sort((one, other) => (one.host?.serving ?? 0) - (other.host?.serving ?? 0))
    .filter(({ host }) => {
      const serving = host?.serving ?? 0;
      if (serving > 0 && serving > left) return false;
      left -= serving;
      return true;
    });
}

/**
 * The tasks first, and only when so many serve on new instances that whichever ECS stops, no fewer remain than there were:
 * which it stops is not documented. Then whoever scales them, the instances that are too many, their greatest number, and
 * the warm pool. What has another value than the one given is somebody else's, and stays.
 */
function putBack(fleet: Fleet, room: HeadRoom, givenUp: boolean): Action {
  const { tasks } = fleet;
  const { original, given } = room;
  if (tasks.desired === given.tasks && given.tasks !== original.tasks) {
    if (tasks.serving < given.tasks) return wait('last tasks', tasks.serving);
    return { do: 'set tasks', desired: original.tasks };
  }
  return resume(fleet, room) ?? shrink(fleet, room, givenUp) ?? restorePool(fleet, room) ?? { do: 'let go' };
}

function resume({ scaling }: Fleet, { original, given }: HeadRoom): Action | undefined {
  if (scaling === undefined || original.scaling === undefined) return undefined;
  const wasSuspended = isSuspended(original.scaling.suspended);
  const suspended = isSuspended(scaling.suspended) && !wasSuspended ? { suspended: original.scaling.suspended } : {};
  const isOurs = scaling.max === given.scalingMax && scaling.max !== original.scaling.max;
  const max = isOurs ? { max: original.scaling.max } : {};
  const changes = { ...suspended, ...max };
  return Object.keys(changes).length === 0 ? undefined : { do: 'set scaling', ...changes };
}

/**
 * Idle instances are taken out by hand: the group itself would choose without looking at tasks, and its hook gives them
 * five minutes. Source: Amazon EC2 Auto Scaling User Guide, termination policies
 */
function shrink(fleet: Fleet, { original, given }: HeadRoom, givenUp: boolean): Action | undefined {
  const { group, instances, tasks } = fleet;
  const drained = instances.filter(({ host }) => host?.status === 'DRAINING');
  const surplus = group.desired - Math.max(original.instances, group.min);
  if (surplus > 0) {
    const leaving = terminate(drained, true, givenUp);
    if (leaving !== undefined) return leaving;
    const idle = instances.filter(({ inService, host }) => inService && host?.status === 'ACTIVE' && host.tasks === 0);
    const action = setHosts('DRAINING', idle.slice(0, Math.max(0, surplus - drained.length)));
    if (action !== undefined) return action;
  } else {
    // Somebody else has made the group smaller in the meantime: it needs these after all.
    const action = setHosts('ACTIVE', drained);
    if (action !== undefined) return action;
  }
  const stopping = instances.reduce((sum, { host }) => sum + (host?.tasks ?? 0), 0) - tasks.desired;
  if (surplus > 0 && (stopping > 0 || drained.length > 0)) return wait('surplus', group.desired, stopping);
  if (group.max !== given.max || group.max === original.max) return undefined;
  // A greatest size below the desired one would end instances with whatever runs on them.
  if (group.desired > original.max) return wait('surplus', group.desired, stopping);
  return { do: 'set greatest size', max: original.max };
}

function restorePool({ warmPool }: Fleet, { original }: HeadRoom): Action | undefined {
  if (original.warmPool === undefined) return undefined;
  if (warmPool === undefined) return { do: 'make warm pool', settings: original.warmPool };
  return warmPool.leaving ? wait('warm pool', warmPool.instances) : undefined;
}

/** A task on a new instance serves; or there is nothing to serve. */
function isProved(fleet: Fleet): boolean {
  return servingOnNew(fleet) > 0 || fleet.tasks.desired === 0;
}

export function servingOnNew({ instances }: Fleet): number {
  return instances.reduce((sum, { old, host }) => sum + (old ? 0 : (host?.serving ?? 0)), 0);
}

/** Nothing runs there, and nothing will: it drains, or ECS does not know it. */
function isEmpty(host: Host | undefined): boolean {
  return host === undefined || (host.status === 'DRAINING' && host.tasks === 0);
}

function isSuspended(suspended: Suspension): boolean {
  return suspended.in && suspended.out && suspended.scheduled;
}

function setHosts(status: Host['status'], instances: readonly Instance[]): Action | undefined {
  const hosts = instances.flatMap(({ host }) => (host === undefined ? [] : [host.arn])).slice(0, MOST_HOSTS_A_CALL);
  return hosts.length === 0 ? undefined : { do: 'set hosts', status, hosts };
}

function wait(reason: WaitFor, ...counts: number[]): Action {
  return { do: 'wait', for: reason, of: [reason, ...counts].join(' ') };
}
