import { AwsError } from '../../../rehearsal/aws/service';
import { rootArn } from '../support/step-bench';
import { FleetBench, type FleetChoice } from './fleet-bench';

/** What the operator is told. */
type Reported = Error & { report: { what: string; why: string; next: string; redrive: string } };

/** Each pass asks some twenty questions over HTTP. */
jest.setTimeout(120_000);

describe('replacing the instances of a fleet, by the step against the fleet’s own life', () => {
  let bench: FleetBench;
  const open = async (choice: FleetChoice = {}): Promise<FleetBench> => {
    bench = await new FleetBench(choice).open();
    return bench;
  };
  afterEach(() => bench.close());

  const failing = (): Promise<Reported> =>
    bench.run().then(
      () => Promise.reject(new Error('It did not fail')),
      (error: unknown) => error as Reported,
    );
  const changes = (): string[] =>
    bench.callLog
      .mutations()
      .filter(({ service }) => service !== 'dynamodb')
      .map(({ operation }) => operation);

  it('leaves no old instance, no smaller capacity at any moment, and every size as it was', async () => {
    await open();
    const before = bench.sizes();
    expect(bench.launches()).toEqual(['configuration']);

    await expect(bench.run()).resolves.toMatchObject({ status: 'DONE' });

    expect(bench.launches()).toEqual(['template']);
    expect(bench.sizes()).toEqual(before);
    expect(bench.fleet.record.leastSince()).toBe(2);
    expect(bench.fleet.record.cutShort).toEqual([]);
    await expect(bench.hold()).resolves.toMatchObject({ state: 'restored' });
    expect(bench.callLog.denied()).toEqual([]);
  });

  it('is done at once when it is called again', async () => {
    await open();
    await bench.run();
    const made = changes().length;
    const passes = bench.answers.length;

    await expect(bench.run()).resolves.toMatchObject({ status: 'DONE' });

    expect(bench.answers).toHaveLength(passes + 1);
    expect(changes()).toHaveLength(made);
  });

  it('makes room where the fleet is as great as it may be', async () => {
    await open({ min: 2, max: 3, desired: 3 });
    const before = bench.sizes();

    await bench.run();

    expect(bench.launches()).toEqual(['template']);
    expect(bench.sizes()).toEqual(before);
    expect(bench.fleet.record.leastSince()).toBe(3);
  });

  it('replaces a fleet of one that may have two', async () => {
    await open({ min: 1, max: 2, desired: 1 });

    await bench.run();

    expect(bench.launches()).toEqual(['template']);
    expect(bench.fleet.record.leastSince()).toBe(1);
  });

  it('replaces a large fleet in rounds, with never more than a part of it beside it', async () => {
    await open({ min: 2, max: 12, desired: 12 });
    bench.fleet.load = 12;

    await bench.run();

    expect(bench.launches()).toEqual(['template']);
    expect(bench.fleet.record.leastSince()).toBe(12);
    expect(bench.fleet.record.most).toBe(22);
    expect(bench.fleet.record.cutShort).toEqual([]);
    expect(bench.answers.length).toBeLessThan(400);
  });

  it('makes the warm pool anew, and brings nothing out of the old one', async () => {
    await open({ warmPool: 2 });
    const before = bench.sizes();

    await bench.run();
    await bench.minutes(10);

    expect(bench.group.warm.map(({ state, launch }) => [state, launch.kind])).toEqual([
      ['Warmed:Stopped', 'template'],
      ['Warmed:Stopped', 'template'],
    ]);
    expect(bench.launches()).toEqual(['template']);
    expect(bench.sizes()).toEqual(before);
  });

  it('waits for a task that takes the whole of its stop time-out, though the counters leave it out', async () => {
    await open({ stopTimeoutSeconds: 3_630 });
    bench.fleet.troubles.slowDrain = true;

    await bench.run();

    expect(bench.fleet.record.cutShort).toEqual([]);
    expect(bench.launches()).toEqual(['template']);
    expect(bench.answers.length).toBeLessThan(400);
  });

  it('is not undone by target tracking, which has its scaling back at the end', async () => {
    await open({ stopTimeoutSeconds: 3_630 });
    bench.fleet.troubles.slowDrain = true;
    await bench.run(({ summary }) => summary.includes('draining'));
    expect(bench.fleet.target.suspended).toEqual({
      DynamicScalingInSuspended: true,
      DynamicScalingOutSuspended: true,
      ScheduledScalingSuspended: true,
    });
    expect(bench.fleet.service.desired).toBe(4);

    await bench.run();

    expect(Object.values(bench.fleet.target.suspended)).toEqual([false, false, false]);
  });

  it('stops no task and tells why, when new tasks do not become healthy; the redrive goes on', async () => {
    await open();
    const before = bench.sizes();
    bench.fleet.troubles.newTasksUnhealthy = true;

    const error = await failing();

    expect(error.name).toBe('IngestionUnhealthy');
    expect(error.report).toMatchObject({
      redrive: 'yes',
      why: expect.stringContaining('Health checks failed') as string,
    });
    expect(bench.fleet.record.leastSince()).toBe(2);
    expect(changes()).not.toContain('UpdateContainerInstancesState');
    expect(changes()).not.toContain('TerminateInstanceInAutoScalingGroup');

    bench.fleet.troubles.newTasksUnhealthy = false;
    bench.redrive = 1;
    await bench.run();

    expect(bench.launches()).toEqual(['template']);
    expect(bench.sizes()).toEqual(before);
    expect(bench.fleet.record.leastSince()).toBe(2);
  });

  it('terminates instances that have lost their role a day after the update, once their tasks have had their time', async () => {
    await open();
    const before = bench.sizes();
    await bench.minutes(25 * 60);
    const lost = bench.group.inService.map((one) => bench.fleet.agentConnected(one));
    expect(lost).toEqual([false, false]);
    bench.redrive = 1;

    const answer = await bench.run();

    expect(answer).toMatchObject({ status: 'DONE' });
    expect(bench.answers.map(({ summary }) => summary)).toContainEqual(
      expect.stringContaining('whose agent is not connected'),
    );
    expect(bench.launches()).toEqual(['template']);
    expect(bench.sizes()).toEqual(before);
    expect(bench.fleet.record.leastSince()).toBe(2);
    expect(bench.answers.length).toBeLessThan(100);
    await expect(bench.facts()).resolves.toMatchObject({ replaced: 2, terminatedWithTasks: 2 });
  });

  it('gives up, too, when Amazon EC2 has no instance for it', async () => {
    await open();
    bench.fleet.troubles.noCapacity = true;

    await expect(failing()).resolves.toMatchObject({ name: 'IngestionUnhealthy' });
    expect(bench.fleet.record.leastSince()).toBe(2);
  });

  it('does nothing twice when the answers to its changes are lost, and waits while the group is busy', async () => {
    await open({ min: 2, max: 3, desired: 3, warmPool: 1 });
    const before = bench.sizes();
    const lost = new Set<string>();
    bench.faults.add({
      match: ({ service, operation }) =>
        service !== 'dynamodb' && !/^(?:Describe|List|Get)/.test(operation) && lost.size < lost.add(operation).size,
      times: Infinity,
      effect: 'lose-answer',
    });
    bench.faults.add({
      match: ({ operation }) => operation === 'TerminateInstanceInAutoScalingGroup',
      times: 2,
      effect: new AwsError('ScalingActivityInProgressFault', 'There is a scaling activity in progress.'),
    });

    await bench.run();

    expect([...lost]).toHaveLength(7);
    expect(bench.launches()).toEqual(['template']);
    expect(bench.sizes()).toEqual(before);
    expect(bench.fleet.record.leastSince()).toBe(3);
  });

  it('goes on in another execution from wherever the first one was stopped', async () => {
    await open({ min: 2, max: 3, desired: 3, warmPool: 1 });
    const before = bench.sizes();
    const seen = new Set<string>();
    for (let run = 0; run < 100; run += 1) {
      bench.root = rootArn(`run-${String(run)}`);
      // Each of them is stopped at the first pass that does what none before it did.
      const answer = await bench.run(({ summary }) => {
        const [act = ''] = summary.split(';');
        return !seen.has(act) && seen.add(act).size > 0;
      });
      if (answer.status === 'DONE') break;
      await bench.minutes(3);
    }

    expect(seen.size).toBeGreaterThan(12);
    expect(bench.launches()).toEqual(['template']);
    expect(bench.sizes()).toEqual(before);
    expect(bench.fleet.record.leastSince()).toBe(3);
    expect(bench.fleet.record.cutShort).toEqual([]);
  });

  it('replaces instances of an older version of the template only when asked to', async () => {
    await open();
    await bench.run();
    bench.fleet.stackUpdated();
    await expect(bench.run()).resolves.toMatchObject({
      status: 'DONE',
      summary: expect.stringContaining('2 of them of another version') as string,
    });

    bench.plan({ kind: 'ec2', replace: true, refresh: true });
    await bench.run();

    expect(bench.group.inService.map(({ launch }) => launch)).toEqual([bench.group.launch, bench.group.launch]);
    expect(bench.fleet.record.leastSince()).toBe(2);
  });

  it('has permissions for pipelines whose names begin with a role prefix, too', async () => {
    await open({ prefix: 'acme' });

    await expect(bench.run()).resolves.toMatchObject({ status: 'DONE' });
    expect(bench.launches()).toEqual(['template']);
  });

  it('waits while CloudFormation is at work on the stack', async () => {
    await open();
    const stack = bench.registry.inRegion('eu-west-1').find(({ stackName }) => stackName.includes('-Ingestion-'));
    if (stack !== undefined) stack.status = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';

    await expect(bench.pass()).resolves.toMatchObject({ status: 'IN_PROGRESS' });
    expect(changes()).toEqual([]);
  });

  it('refuses a group that still launches from a configuration', async () => {
    await open();
    bench.group.launch = { kind: 'configuration', name: 'old' };

    await expect(failing()).resolves.toMatchObject({ name: 'PipelineUpgradeFailed' });
  });

  it.each<[string, FleetChoice, Parameters<FleetBench['plan']>[0]]>([
    ['without ingestion', {}, { kind: 'none', replace: false, refresh: false }],
    ['with Fargate', {}, { kind: 'fargate', replace: false, refresh: false }],
    ['where the new release has no template', {}, { kind: 'ec2', replace: false, refresh: false }],
    ['where no group is found in the stack', { infra: 'FARGATE' }, { kind: 'ec2', replace: true, refresh: false }],
  ])('skips a project %s', async (_, choice, ingestion) => {
    await open(choice);
    bench.plan(ingestion);

    await expect(bench.pass()).resolves.toMatchObject({
      status: 'DONE',
      summary: expect.stringContaining('skipped') as string,
    });
    expect(changes()).toEqual([]);
  });

  it('puts back what an earlier execution left, although the plan replaces nothing', async () => {
    await open({ min: 2, max: 3, desired: 3 });
    const before = bench.sizes();
    await bench.run(({ summary }) => summary.includes('tasks are asked for'));
    bench.plan({ kind: 'ec2', replace: false, refresh: false });
    bench.root = rootArn('run-2');

    await bench.run();

    expect(bench.sizes()).toEqual(before);
    expect(bench.fleet.record.leastSince()).toBe(3);
  });
});
