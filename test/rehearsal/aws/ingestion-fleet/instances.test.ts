import type { FleetInstance } from '../../../../rehearsal/aws/ingestion-fleet/instances';
import { described, FleetBench, GROUP } from './support';

const kinds = (instances: readonly FleetInstance[]): string[] => instances.map(({ launch }) => launch.kind);

describe('instances of an ingestion fleet', () => {
  let bench: FleetBench;

  beforeEach(() => {
    bench = new FleetBench();
    bench.suspendScaling();
  });
  afterEach(() => bench.clock.close());

  it('keep what they were launched with when the group gets a template', async () => {
    bench.fleet.stackUpdated();
    bench.set({ desiredTasks: 3 });
    await bench.minutes(5);

    expect(kinds(bench.group.members)).toEqual(['configuration', 'configuration', 'template']);
    expect(bench.group.members[2]?.launch).toEqual({
      kind: 'template',
      id: GROUP.launchTemplateId,
      name: GROUP.launchTemplateName,
      version: 1,
    });
  });

  it('belong to an older version of the template after the next update', async () => {
    const other = new FleetBench(described({}, { launch: 'template' }));
    other.fleet.stackUpdated();
    other.group.max = 4;
    other.set({ desiredTasks: 3 });
    await other.minutes(5);

    expect(other.group.members.map(({ launch }) => 'version' in launch && launch.version)).toEqual([1, 1, 2]);
    other.clock.close();
  });

  it('lose the name of their launch configuration in the clean-up of the stack that has replaced it', () => {
    bench.fleet.stackUpdated('configuration');
    bench.fleet.stackCleanedUp();
    expect(bench.fleet.isConfigurationThere).toBe(true);

    bench.fleet.stackUpdated();
    expect(bench.fleet.isConfigurationThere).toBe(true);
    bench.fleet.stackCleanedUp();
    expect(bench.fleet.isConfigurationThere).toBe(false);
  });

  it('fall silent hours after their role was deleted: their tasks go on, are not replaced, and cannot be stopped', async () => {
    bench.fleet.stackUpdated();
    bench.fleet.stackCleanedUp();
    await bench.minutes(5 * 60);
    expect(bench.old.map((instance) => bench.fleet.agentConnected(instance))).toEqual([true, true]);
    await bench.minutes(2 * 60);
    expect(bench.old.map((instance) => bench.fleet.agentConnected(instance))).toEqual([false, false]);
    expect(bench.fleet.service.serving).toBe(2);

    bench.drain(bench.old.slice(0, 1));
    await bench.minutes(24 * 60);
    expect(bench.fleet.service.tasks).toContainEqual(expect.objectContaining({ lastStatus: 'STOPPING' }));
    expect(bench.fleet.service.serving).toBe(2);
  });

  it('of another launch go first when the group shrinks by itself, except protected ones', async () => {
    bench.fleet.stackUpdated();
    bench.set({ desiredTasks: 4 });
    await bench.minutes(10);
    expect(kinds(bench.group.members)).toEqual(['configuration', 'configuration', 'template', 'template']);
    const [spared] = bench.old;
    if (spared === undefined) throw new Error('no old instance');
    spared.isProtected = true;

    bench.group.desired = 2;
    bench.set({ desiredTasks: 2 });
    await bench.minutes(15);
    expect(bench.old).toEqual([spared]);
    expect(bench.group.members).toHaveLength(2);
  });

  it('on which new tasks never become healthy get one task after the other', async () => {
    bench.fleet.stackUpdated();
    bench.fleet.troubles.newTasksUnhealthy = true;
    bench.set({ desiredTasks: 3 });
    await bench.minutes(60);

    expect(bench.fleet.service.serving).toBe(2);
    expect(bench.fleet.service.events.length).toBeGreaterThan(3);
    expect(bench.fleet.service.events[0]?.message).toContain('is unhealthy in (target-group');
  });
});

describe('the warm pool of an ingestion fleet', () => {
  let bench: FleetBench;

  beforeEach(() => {
    bench = new FleetBench(described({}, { warmPoolSize: 2 }));
    bench.suspendScaling();
    bench.fleet.stackUpdated();
  });
  afterEach(() => bench.clock.close());

  it('hands out the instances it has, old as they are, and is filled up from the template', async () => {
    expect(kinds(bench.group.warm)).toEqual(['configuration', 'configuration']);
    bench.set({ desiredTasks: 3 });
    await bench.minutes(2);
    expect(bench.group.inService).toHaveLength(3);
    expect(kinds(bench.group.inService)).not.toContain('template');

    await bench.minutes(3);
    expect(bench.group.warm.map(({ state }) => state)).toEqual(['Warmed:Stopped', 'Warmed:Stopped']);
    expect(kinds(bench.group.warm)).toEqual(['configuration', 'template']);
  });

  it('goes with its instances, and comes again with new ones', async () => {
    const settings = bench.group.warmPool;
    bench.group.deleteWarmPool();
    expect(bench.group.warmPool?.isPendingDelete).toBe(true);
    await bench.minutes(1);
    expect(bench.group).toMatchObject({ warmPool: undefined, warm: [] });

    bench.group.warmPool = { minSize: settings?.minSize ?? 0, maxPrepared: 2 };
    bench.fleet.settle();
    await bench.minutes(3);
    expect(kinds(bench.group.warm)).toEqual(['template', 'template']);
    expect(bench.fleet.record.leastSince()).toBe(2);
  });

  it('gives up instances when it is made smaller', async () => {
    bench.group.warmPool = { minSize: 1, maxPrepared: 1 };
    bench.fleet.settle();
    await bench.minutes(1);
    expect(bench.group.warm).toHaveLength(1);
  });

  it('holds what the group may grow by when it says nothing of its own size', async () => {
    bench.group.warmPool = { minSize: 0 };
    bench.fleet.settle();
    await bench.minutes(5);
    expect(bench.group.warm).toHaveLength(2);
    bench.set({ max: 5 });
    await bench.minutes(5);
    expect(bench.group.warm).toHaveLength(3);
  });
});
