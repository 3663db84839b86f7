import { decide, type Action, type Observation } from '../../../lambda/replace-instances/decide';
import type { WarmPool } from '../../../lambda/replace-instances/fleet';
import { headRoom } from '../../../lambda/replace-instances/head-room';
import { DRAINED, fleet, fresh, growing, IDLE, instance, old, room, SUSPENDED, type FleetChanges } from './fleets';

const pool = (changes: Partial<WarmPool> = {}): WarmPool => ({
  settings: { minSize: 2, maxPrepared: 2, state: 'Stopped' },
  leaving: false,
  instances: 2,
  old: 2,
  ...changes,
});

const seen = (changes: Partial<Observation> = {}): Observation => ({
  fleet: fleet(),
  room: undefined,
  updating: false,
  ...changes,
});

/** What the head-room was made of, so that tests change the world under it. */
const HELD = room();
const TIGHT = room({
  group: { max: 2 },
  scaling: { ...SUSPENDED, max: 2, suspended: { ...SUSPENDED.suspended, in: false } },
});

const act = (changes: FleetChanges): Action => decide({ fleet: growing(changes), room: HELD, updating: false });

describe('when there is nothing held', () => {
  it.each<[string, Partial<Observation>, object]>([
    ['is done when every instance is new', { fleet: fleet({ instances: [fresh('a'), fresh('b')] }) }, { do: 'done' }],
    ['is done without any instance', { fleet: fleet({ instances: [] }) }, { do: 'done' }],
    ['waits for CloudFormation', { updating: true }, { do: 'wait', for: 'stack' }],
    [
      'waits for a deployment of the service',
      { fleet: fleet({ tasks: { deploying: true } }) },
      { do: 'wait', for: 'deployment' },
    ],
    ['writes down what the fleet was before anything is changed', {}, { do: 'hold', room: HELD }],
    [
      'does so for an old warm pool alone',
      { fleet: fleet({ instances: [fresh('a'), fresh('b')], warmPool: pool() }) },
      { do: 'hold' },
    ],
  ])('%s', (_, changes, expected) => {
    expect(decide(seen(changes))).toMatchObject(expected);
  });
});

describe('room is made before anything else', () => {
  const at = (changes: FleetChanges): Action => decide({ fleet: fleet(changes), room: TIGHT, updating: false });

  it('suspends scaling and allows more tasks in one call', () => {
    const scaling = { max: 2, suspended: { in: false, out: false, scheduled: false } };
    expect(at({ scaling, group: { max: 2 } })).toEqual({ do: 'set scaling', max: 4, suspended: SUSPENDED.suspended });
  });

  it('allows more instances', () => {
    expect(at({ scaling: SUSPENDED, group: { max: 2 } })).toEqual({ do: 'set greatest size', max: 4 });
  });

  it('asks for more tasks when there is room', () => {
    expect(at({ scaling: SUSPENDED })).toEqual({ do: 'set tasks', desired: 4 });
  });

  it('does so where nothing scales the service', () => {
    const without = headRoom(fleet({ scaling: undefined }));
    expect(decide({ fleet: fleet({ scaling: undefined }), room: without, updating: false })).toEqual({
      do: 'set tasks',
      desired: 4,
    });
  });

  it('empties an old warm pool before a new task can bring an instance out of it', () => {
    expect(at({ scaling: SUSPENDED, warmPool: pool() })).toEqual({ do: 'delete warm pool' });
    expect(at({ scaling: SUSPENDED, warmPool: pool({ leaving: true }) })).toMatchObject({
      do: 'wait',
      for: 'warm pool',
    });
    expect(at({ scaling: SUSPENDED, warmPool: pool({ old: 0 }) })).toMatchObject({ do: 'set tasks' });
  });

  it('closes idle old instances to new tasks before these are asked for', () => {
    const instances = [old('a'), old('b'), old('idle', IDLE)];
    expect(at({ scaling: SUSPENDED, instances })).toEqual({
      do: 'set hosts',
      status: 'DRAINING',
      hosts: ['host-idle'],
    });
  });
});

describe('what is drained', () => {
  const BOTH = [old('a'), old('b')];

  it('is nothing while no new task serves', () => {
    const starting = fresh('c', { tasks: 1, serving: 0 });
    expect(act({ instances: [...BOTH, starting] })).toMatchObject({ do: 'wait', for: 'tasks' });
  });

  it('is no more than the new tasks stand in for', () => {
    expect(act({ instances: [...BOTH, fresh('c')] })).toEqual({
      do: 'set hosts',
      status: 'DRAINING',
      hosts: ['host-a'],
    });
    expect(act({ instances: [...BOTH, fresh('c'), fresh('d')] })).toEqual({
      do: 'set hosts',
      status: 'DRAINING',
      hosts: ['host-a', 'host-b'],
    });
  });

  it('is ten instances at a time', () => {
    const many = Array.from({ length: 12 }, (_, index) => [old(`o${index}`), fresh(`n${index}`)]).flat();
    const before = fleet({ instances: many.filter((one) => one.old), tasks: { desired: 12 }, group: { desired: 12 } });
    const action = decide({
      fleet: growing({ instances: many, tasks: { desired: 24 }, group: { desired: 24, max: 30 }, scaling: undefined }),
      room: headRoom(before),
      updating: false,
    });
    expect(action).toMatchObject({ do: 'set hosts', hosts: { length: 10 } });
  });

  it('begins with old instances that serve nothing, when others could do without them', () => {
    const instances = [old('a'), old('broken', { tasks: 1, serving: 0 }), fresh('c')];
    expect(act({ instances })).toMatchObject({ do: 'set hosts', hosts: ['host-broken'] });
  });

  it('counts no task on an instance that is draining already', () => {
    const instances = [old('a'), old('b', { status: 'DRAINING' }), fresh('c')];
    expect(act({ instances })).toMatchObject({ do: 'wait', for: 'drain' });
  });

  it('is one old instance where old ones have room for all tasks and none is brought', () => {
    const instances = [old('a', { tasks: 2, serving: 2 }), old('b', { tasks: 2, serving: 2 })];
    expect(act({ instances })).toEqual({ do: 'set hosts', status: 'DRAINING', hosts: ['host-a'] });
  });
});

describe('tasks that do not hear that they shall stop', () => {
  const stuck = { status: 'DRAINING', tasks: 1, serving: 0 } as const;
  const silent = old('a', { ...stuck, agentConnected: false });
  const given = (instances: FleetChanges['instances'], givenUp: boolean): Action =>
    decide({ fleet: growing({ instances: instances ?? [] }), room: HELD, updating: false, givenUp });

  it('have the time that a stop may take, and are then terminated with their instance', () => {
    const instances = [silent, fresh('c'), fresh('d')];
    expect(given(instances, false)).toMatchObject({ do: 'wait', for: 'drain' });
    expect(given(instances, true)).toEqual({ do: 'terminate', instance: 'a', decrement: true, isLost: true });
  });

  it('come after instances that are empty', () => {
    expect(given([silent, old('b', DRAINED), fresh('c'), fresh('d')], true)).toEqual({
      do: 'terminate',
      instance: 'b',
      decrement: true,
    });
  });

  it.each([
    ['whose agent is connected', [old('a', stuck), fresh('c'), fresh('d')], 'drain'],
    ['before a new one has shown that it works', [silent, fresh('c', { serving: 0 })], 'drain'],
    ['that takes tasks', [old('a', { agentConnected: false }), fresh('c', { serving: 0 })], 'tasks'],
  ])('are not terminated on an instance %s', (_, instances, reason) => {
    expect(given(instances, true)).toMatchObject({ do: 'wait', for: reason });
  });

  it('are given up as well when the fleet is put back to its size', () => {
    const instances = [instance('a', { host: { ...stuck, agentConnected: false } }), fresh('c'), fresh('d')];
    const back = (givenUp: boolean): Action =>
      decide({
        fleet: growing({ instances, group: { desired: 3 }, tasks: { desired: 2 }, scaling: fleet().scaling }),
        room: HELD,
        updating: false,
        givenUp,
      });
    expect(back(false)).toMatchObject({ do: 'wait', for: 'surplus' });
    expect(back(true)).toEqual({ do: 'terminate', instance: 'a', decrement: true, isLost: true });
  });
});

describe('what is terminated', () => {
  it('is a drained old instance, and the group gets smaller by it', () => {
    const instances = [old('a', DRAINED), old('b', DRAINED), fresh('c'), fresh('d')];
    expect(act({ instances })).toEqual({ do: 'terminate', instance: 'a', decrement: true });
  });

  it('is nothing on which a task is still stopping', () => {
    const instances = [old('a', { status: 'DRAINING', tasks: 1, serving: 0 }), fresh('c'), fresh('d')];
    expect(act({ instances })).toMatchObject({ do: 'wait', for: 'drain', of: 'drain 1 2' });
  });

  it('is nothing before a new task serves', () => {
    const instances = [old('a'), old('b'), old('idle', DRAINED)];
    expect(act({ instances })).toMatchObject({ do: 'wait', for: 'tasks' });
  });

  it('is replaced by the group where the least size would be broken', () => {
    const instances = [old('a', DRAINED), fresh('c')];
    expect(act({ instances, group: { desired: 2 } })).toEqual({ do: 'terminate', instance: 'a', decrement: false });
  });

  it('is an old instance that ECS does not know', () => {
    const instances = [instance('lost', { old: true, host: undefined }), fresh('c'), fresh('d')];
    expect(act({ instances })).toMatchObject({ do: 'terminate', instance: 'lost' });
  });

  it('is no instance that is still on its way', () => {
    const instances = [instance('late', { old: true, inService: false, host: undefined }), fresh('c'), fresh('d')];
    expect(act({ instances })).toMatchObject({ do: 'wait', for: 'instances' });
  });

  it('needs no proof where there is nothing to serve', () => {
    const before = { instances: [old('a', IDLE), old('b', IDLE)], tasks: { desired: 0 } };
    const idle = headRoom(fleet(before));
    const at = (changes: FleetChanges): Action =>
      decide({ fleet: fleet({ ...before, scaling: SUSPENDED, ...changes }), room: idle, updating: false });
    expect(at({})).toMatchObject({ do: 'set hosts', hosts: ['host-a', 'host-b'] });
    expect(at({ instances: [old('a', DRAINED)] })).toEqual({ do: 'terminate', instance: 'a', decrement: false });
  });
});

describe('what is put back, when nothing old is left', () => {
  const FOUR = ['c', 'd', 'e', 'f'].map((id) => fresh(id));

  it('are the tasks, and only when all of them serve', () => {
    expect(act({ instances: FOUR.slice(0, 3) })).toMatchObject({ do: 'wait', for: 'last tasks' });
    expect(act({ instances: FOUR })).toEqual({ do: 'set tasks', desired: 2 });
  });

  it('is scaling as it was', () => {
    expect(act({ instances: FOUR, tasks: { desired: 2 } })).toEqual({
      do: 'set scaling',
      suspended: { in: false, out: false, scheduled: false },
    });
  });

  const back = (changes: FleetChanges, held = HELD): Action =>
    decide({
      fleet: growing({
        instances: FOUR,
        scaling: fleet().scaling,
        ...changes,
        tasks: { desired: 2, ...changes.tasks },
      }),
      room: held,
      updating: false,
    });

  it('waits for surplus tasks to stop, then drains and terminates the instances they leave', () => {
    const [c, d] = [fresh('c'), fresh('d')];
    const stopping = { tasks: 1, serving: 0 };
    expect(back({})).toMatchObject({ do: 'wait', for: 'surplus' });
    expect(back({ instances: [c, d, fresh('e', stopping), fresh('f', stopping)] })).toMatchObject({ do: 'wait' });
    expect(back({ instances: [c, d, fresh('e', IDLE), fresh('f', IDLE)] })).toEqual({
      do: 'set hosts',
      status: 'DRAINING',
      hosts: ['host-e', 'host-f'],
    });
    expect(back({ instances: [c, d, fresh('e', DRAINED), fresh('f', DRAINED)] })).toEqual({
      do: 'terminate',
      instance: 'e',
      decrement: true,
    });
  });

  it('gives a drained instance back when the group has become smaller by itself', () => {
    const instances = [fresh('c'), fresh('d', DRAINED)];
    expect(back({ instances, group: { desired: 2 } })).toEqual({
      do: 'set hosts',
      status: 'ACTIVE',
      hosts: ['host-d'],
    });
  });

  const TWO = FOUR.slice(0, 2);

  it('lowers the greatest size only when the group is no greater', () => {
    const scaling = { max: 2, suspended: { in: false, out: false, scheduled: false } };
    const grown = { scaling, group: { max: 4 } };
    expect(back({ ...grown, instances: TWO, group: { max: 4, desired: 2 } }, TIGHT)).toEqual({
      do: 'set greatest size',
      max: 2,
    });
    expect(back({ ...grown, instances: TWO, group: { max: 4, desired: 3 } }, TIGHT)).toMatchObject({ do: 'wait' });
  });

  it('is the warm pool with its own settings', () => {
    const held = room({ warmPool: pool() });
    const rest = { instances: TWO, group: { desired: 2 } };
    expect(back(rest, held)).toEqual({ do: 'make warm pool', settings: pool().settings });
    expect(back({ ...rest, warmPool: pool({ leaving: true, old: 0 }) }, held)).toMatchObject({ do: 'wait' });
    expect(back({ ...rest, warmPool: pool({ old: 0 }) }, held)).toEqual({ do: 'let go' });
  });

  it('leaves what somebody else has changed in the meantime', () => {
    const changed = {
      instances: FOUR.slice(0, 3),
      tasks: { desired: 3 },
      scaling: { max: 9, suspended: { in: false, out: false, scheduled: true } },
      group: { desired: 2, max: 9 },
    };
    expect(back(changed, TIGHT)).toEqual({ do: 'let go' });
  });
});
