import { described, FleetBench } from './support';

describe('an ingestion fleet whose instances are drained', () => {
  let bench: FleetBench;

  beforeEach(() => {
    bench = new FleetBench();
    bench.suspendScaling();
  });
  afterEach(() => bench.clock.close());

  it('loses half of its capacity when nobody has made room before', async () => {
    bench.drain(bench.group.members);
    await bench.minutes(20);

    expect(bench.fleet.record.leastSince()).toBe(1);
  });

  it('never dips when the count was doubled before, and ends with none of the old instances', async () => {
    const { fleet } = bench;
    fleet.stackUpdated();
    fleet.stackCleanedUp();
    const { old } = bench;
    bench.set({ max: 8, desiredTasks: 4 });
    await bench.minutes(10);
    expect(fleet.service.serving).toBe(4);

    bench.drain(old);
    await bench.minutes(10);
    bench.set({ desiredTasks: 2 });
    await bench.minutes(10);
    bench.terminate(old.filter((instance) => bench.group.members.includes(instance)));
    await bench.minutes(10);
    bench.set({ max: 4 });
    await bench.minutes(60);

    expect(fleet.record.leastSince()).toBe(2);
    expect(fleet.record.cutShort).toEqual([]);
    expect(bench.old).toEqual([]);
    expect(fleet.service).toMatchObject({ serving: 2, desired: 2 });
    expect(bench.group.members).toHaveLength(2);
  });

  it('puts no task on a draining instance, and does again when it is active', async () => {
    const [first, second] = bench.group.members;
    if (first === undefined || second === undefined) throw new Error('no instances');
    bench.group.max = 2;
    bench.drain([first]);
    await bench.minutes(20);
    expect(bench.fleet.service.on(first.instanceId)).toEqual([]);
    expect(bench.fleet.service.unplaced).toBe(1);

    if (first.container !== undefined) first.container.status = 'ACTIVE';
    bench.fleet.settle();
    await bench.minutes(3);
    expect(bench.fleet.service.serving).toBe(2);
  });

  it('lets the load balancer go first, and then gives a worker the time it needs', async () => {
    const [instance] = bench.group.members;
    bench.drain([instance ?? fail()]);
    const task = bench.fleet.service.on(instance?.instanceId ?? '')[0] ?? fail();

    expect(task).toMatchObject({ lastStatus: 'DEACTIVATING', desiredStatus: 'STOPPED', target: 'draining' });
    await bench.minutes(4.9);
    expect(bench.fleet.service.tasks).toContainEqual(expect.objectContaining({ lastStatus: 'DEACTIVATING' }));
    await bench.minutes(0.2);
    expect(bench.fleet.service.tasks).toContainEqual(expect.objectContaining({ lastStatus: 'STOPPING' }));
    await bench.minutes(1);
    expect(bench.fleet.service.tasks.find(({ taskId }) => taskId === task.taskId)?.lastStatus).toBe('STOPPED');
  });

  it('holds an instance for the whole stop time-out of a slow worker', async () => {
    bench.fleet.troubles.slowDrain = true;
    const [instance] = bench.group.members;
    bench.drain([instance ?? fail()]);
    await bench.minutes(5 + 5.4);
    expect(bench.fleet.service.on(instance?.instanceId ?? '')).toHaveLength(1);
    await bench.minutes(0.2);
    expect(bench.fleet.service.on(instance?.instanceId ?? '')).toEqual([]);
  });

  it('cuts a slow worker short when its instance is terminated: the hook waits for five minutes and no longer', async () => {
    bench.fleet.troubles.slowDrain = true;
    const [instance] = bench.group.members;
    const task = bench.fleet.service.on(instance?.instanceId ?? '')[0] ?? fail();
    bench.group.min = 1;
    bench.terminate([instance ?? fail()]);
    await bench.minutes(4);
    expect(bench.states).toContain('Terminating:Wait');
    await bench.minutes(3);

    expect(bench.group.instances).not.toContain(instance);
    expect(bench.fleet.record.cutShort).toEqual([task.taskId]);
    expect(task).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: expect.stringMatching(/^Host EC2/) as string });
  });

  it('takes an instance whose tasks have stopped out at once, and cuts nothing short', async () => {
    const [instance] = bench.group.members;
    bench.drain([instance ?? fail()]);
    await bench.minutes(10);
    bench.group.min = 1;
    bench.terminate([instance ?? fail()]);
    await bench.minutes(1);

    expect(bench.group.instances).not.toContain(instance);
    expect(bench.fleet.record.cutShort).toEqual([]);
  });

  it('has no floor under a fleet of one', async () => {
    const single = new FleetBench(described({ min: 1, max: 1, desired: 1 }));
    single.drain(single.group.members);
    await single.minutes(1);

    expect(single.fleet.record.now).toBe(0);
    single.clock.close();
  });
});

function fail(): never {
  throw new Error('There is none');
}
