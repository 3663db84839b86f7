import { described, FleetBench } from './support';

describe('an ingestion fleet and its scaling', () => {
  let bench: FleetBench;

  beforeEach(() => {
    bench = new FleetBench();
  });
  afterEach(() => bench.clock.close());

  it('serves with one task on each instance, over both zones', () => {
    const { fleet, group } = bench;

    expect(fleet.service.serving).toBe(2);
    expect(new Set(fleet.service.tasks.map(({ instanceId }) => instanceId)).size).toBe(2);
    expect(group.members.map(({ zone }) => zone)).toEqual(['a', 'b']);
  });

  it('stays as it is for days when nobody changes anything', async () => {
    const tasks = bench.fleet.service.tasks.map(({ taskId }) => taskId);
    await bench.minutes(3 * 24 * 60);

    expect(bench.fleet.service.tasks.map(({ taskId }) => taskId)).toEqual(tasks);
    expect(bench.fleet.record.leastSince()).toBe(2);
  });

  it('brings an instance for a task that waits, and the task becomes healthy some minutes later', async () => {
    bench.suspendScaling();
    bench.set({ desiredTasks: 3 });

    expect(bench.fleet.service.unplaced).toBe(1);
    await bench.minutes(1.5);
    expect(bench.states).toEqual(['InService', 'InService', 'Pending']);
    expect(bench.fleet.service.serving).toBe(2);
    await bench.minutes(4);
    expect(bench.states).toEqual(['InService', 'InService', 'InService']);
    expect(bench.fleet.service.serving).toBe(3);
  });

  it('leaves tasks waiting for which the group has no room, until it gets some', async () => {
    bench.suspendScaling();
    bench.set({ desiredTasks: 6 });
    await bench.minutes(30);
    expect(bench.group.desired).toBe(4);
    expect(bench.fleet.service.unplaced).toBe(2);

    bench.set({ max: 6 });
    await bench.minutes(10);
    expect(bench.fleet.service.serving).toBe(6);
  });

  it('takes back a count that somebody has raised, after a quarter of an hour', async () => {
    bench.set({ desiredTasks: 4 });
    await bench.minutes(14);
    expect(bench.fleet.service.desired).toBe(4);
    await bench.minutes(2);
    expect(bench.fleet.service.desired).toBe(2);
  });

  it('leaves a raised count alone while scaling is suspended', async () => {
    bench.suspendScaling();
    bench.set({ desiredTasks: 4 });
    await bench.minutes(120);
    expect(bench.fleet.service.desired).toBe(4);
  });

  it('follows its traffic, never beyond the bounds of the scalable target', async () => {
    bench.fleet.load = 9;
    await bench.minutes(15);
    expect(bench.fleet.service.serving).toBe(4);

    bench.fleet.load = 0;
    await bench.minutes(60);
    expect(bench.fleet.service.serving).toBe(2);
    expect(bench.group.members).toHaveLength(2);
  });

  it('gives unused instances back after a quarter of an hour, by their age and not by their use, down to its least size', async () => {
    const old = bench.group.members;
    bench.group.desired = 4;
    bench.fleet.settle();
    await bench.minutes(10);
    expect(bench.group.inService).toHaveLength(4);
    await bench.minutes(10);
    expect(bench.group.desired).toBe(2);
    await bench.minutes(10);
    expect(bench.group.members).toHaveLength(2);
    expect(bench.group.members.filter((instance) => old.includes(instance))).toEqual([]);
    expect(bench.fleet.record.leastSince()).toBe(1);
    expect(bench.fleet.record.cutShort).toHaveLength(1);
  });

  it('tries again to launch when EC2 has had no capacity', async () => {
    bench.suspendScaling();
    bench.fleet.troubles.noCapacity = true;
    bench.set({ desiredTasks: 3 });
    await bench.minutes(20);
    expect(bench.fleet.service.serving).toBe(2);
    expect(bench.group.activities[0]).toMatchObject({ status: 'Failed' });

    bench.fleet.troubles.noCapacity = false;
    await bench.minutes(10);
    expect(bench.fleet.service.serving).toBe(3);
  });

  it('runs without instances on Fargate, where an update changes nothing but the task definition', async () => {
    const fargate = described();
    delete fargate.ec2;
    const other = new FleetBench(fargate);
    other.set({ desiredTasks: 3 });
    other.fleet.stackUpdated();
    await other.minutes(5);

    expect(other.fleet.group).toBeUndefined();
    expect(other.fleet.service).toMatchObject({ serving: 3, taskDefinition: 'ingestion:2' });
    other.clock.close();
  });
});
