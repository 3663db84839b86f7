import { headRoom } from '../../../lambda/replace-instances/head-room';
import { fleet, IDLE, old, room, type FleetChanges } from './fleets';

describe('how far a fleet grows', () => {
  const many = (count: number): FleetChanges => ({
    instances: Array.from({ length: count }, (_, index) => old(`i${index}`)),
    tasks: { desired: count },
    group: { desired: count, max: count },
    scaling: { max: count, suspended: { in: false, out: false, scheduled: false } },
  });

  it.each([
    [1, 1],
    [2, 2],
    [10, 10],
    [12, 10],
    [30, 10],
    [60, 20],
  ])('%i old instances are replaced with %i more', (count, more) => {
    expect(headRoom(fleet(many(count))).given).toEqual({
      max: count + more,
      tasks: count + more,
      scalingMax: count + more,
    });
  });

  it('does not take away room that is there', () => {
    expect(room().given).toEqual({ max: 4, tasks: 4, scalingMax: 4 });
    expect(room({ group: { max: 9 } }).given.max).toBe(9);
  });

  it('grows by nothing for instances without tasks', () => {
    expect(room({ instances: [old('a', IDLE)], tasks: { desired: 0 } }).given).toEqual({
      max: 4,
      tasks: 0,
      scalingMax: 4,
    });
  });

  it('asks for as many tasks as its instances hold', () => {
    const instances = [old('a', { tasks: 2, serving: 2 }), old('b', { tasks: 2, serving: 2 })];
    expect(room({ instances, tasks: { desired: 4 } }).given).toMatchObject({ tasks: 8, max: 4 });
  });
});
