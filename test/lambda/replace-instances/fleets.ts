import type { Fleet, Host, Instance } from '../../../lambda/replace-instances/fleet';
import { headRoom, type HeadRoom } from '../../../lambda/replace-instances/head-room';

const TEMPLATE = 'lt-1';

/** An instance with a task that serves, unless told otherwise. */
export function instance(
  id: string,
  changes: Partial<Omit<Instance, 'id' | 'host'>> & { host?: Partial<Host> | undefined } = {},
): Instance {
  const { host, ...rest } = changes;
  const usual: Host = { arn: `host-${id}`, status: 'ACTIVE', agentConnected: true, tasks: 1, serving: 1 };
  const isUnknown = 'host' in changes && host === undefined;
  return {
    id,
    inService: true,
    old: false,
    otherVersion: false,
    ...rest,
    host: isUnknown ? undefined : { ...usual, ...host },
  };
}

export const old = (id: string, host: Partial<Host> = {}): Instance => instance(id, { old: true, host });
export const fresh = (id: string, host: Partial<Host> = {}): Instance => instance(id, { host });
export const IDLE = { tasks: 0, serving: 0 };
export const DRAINED: Partial<Host> = { status: 'DRAINING', ...IDLE };

export interface FleetChanges extends Partial<Omit<Fleet, 'group' | 'tasks'>> {
  group?: Partial<Fleet['group']>;
  tasks?: Partial<Fleet['tasks']>;
}

/** Two old instances of two to four, each with a task. */
export function fleet(changes: FleetChanges = {}): Fleet {
  const { instances = [old('a'), old('b')], group, tasks, ...rest } = changes;
  const serving = instances.reduce((sum, { host }) => sum + (host?.serving ?? 0), 0);
  return {
    cluster: 'cluster',
    service: 'arn:aws:ecs:eu-west-1:111122223333:service/cluster/service',
    group: { name: 'group', min: 2, max: 4, desired: 2, template: { id: TEMPLATE, version: '3' }, ...group },
    instances,
    standby: 0,
    warmPool: undefined,
    tasks: { desired: 2, serving, deploying: false, events: [], ...tasks },
    scaling: { max: 4, suspended: { in: false, out: false, scheduled: false } },
    ...rest,
  };
}

/** The room that the fleet of {@link fleet} is given: two more instances and tasks, which its greatest size already allows. */
export function room(changes: FleetChanges = {}): HeadRoom {
  return headRoom(fleet(changes));
}

export const SUSPENDED = { max: 4, suspended: { in: true, out: true, scheduled: true } };

/** In the middle of its replacement: room is made and tasks are raised. */
export function growing(changes: FleetChanges = {}): Fleet {
  return fleet({
    scaling: SUSPENDED,
    ...changes,
    group: { desired: 4, ...changes.group },
    tasks: { desired: 4, ...changes.tasks },
  });
}
