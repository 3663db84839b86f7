import { LambdaFunctionError } from '../../../rehearsal/engine';
import { distributedMap, task, World } from './support/world';

/** A world whose function `slow` takes `seconds` of virtual time and notes when it is done. */
function slow(seconds: number, lagMs = 5000): { world: World; done: unknown[] } {
  const world = new World({ mapRunStopLagMs: lagMs });
  const done: unknown[] = [];
  world.functions['slow'] = async (item) => {
    const unpark = world.clock.park();
    await world.clock.sleep(seconds * 1000);
    unpark();
    done.push(item);
    return item;
  };
  return { world, done };
}

const statuses = (world: World, mapRunArn: string): string[] => world.children(mapRunArn).map(({ status }) => status);
const mapRunStatus = (world: World, mapRunArn: string): unknown => world.engine.describeMapRun({ mapRunArn })['status'];

describe('Stop', () => {
  test('ends the execution at once; a handler in flight goes on and its result is discarded', async () => {
    const { world, done } = slow(60);
    world.define({ A: task('slow', { Next: 'B' }), B: { Type: 'Succeed' } });
    const executionArn = world.start(1);
    await world.at(10_000);
    const { stopDate } = world.engine.stopExecution({ executionArn, error: 'Operator', cause: 'enough' });
    expect(stopDate.toISOString()).toBe('2026-01-01T00:00:10.000Z');
    expect(await world.end(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Operator',
      cause: 'enough',
      redriveStatus: 'REDRIVABLE',
    });
    await world.at(120_000);
    expect(done).toEqual([1]);
    expect(world.types(executionArn)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'ExecutionAborted',
    ]);
  });

  test('during a Retry’s pause makes no further attempt', async () => {
    const world = new World();
    world.functions['f'] = () => {
      throw new LambdaFunctionError('Bad', '');
    };
    world.define({ A: task('f', { Retry: [{ ErrorEquals: ['Bad'], IntervalSeconds: 60 }] }) });
    const executionArn = world.start();
    await world.at(10_000);
    world.engine.stopExecution({ executionArn });
    await world.at(500_000);
    expect(world.calls).toHaveLength(1);
    expect(world.describe(executionArn).status).toBe('ABORTED');
  });

  test('of a closed execution changes nothing', async () => {
    const world = new World();
    world.define({ A: { Type: 'Pass', End: true } });
    const end = await world.run();
    await world.at(1000);
    expect(world.engine.stopExecution({ executionArn: end.executionArn }).stopDate).toEqual(end.stopDate);
    expect(world.describe(end.executionArn).status).toBe('SUCCEEDED');
  });

  test('then redrive: the Task runs again, and the discarded result of the first stays discarded', async () => {
    const { world, done } = slow(60);
    world.define({ A: task('slow') });
    const executionArn = world.start('x');
    await world.at(10_000);
    world.engine.stopExecution({ executionArn });
    world.engine.redriveExecution({ executionArn });
    expect(await world.end(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect([world.elapsed, done.length]).toEqual([70_000, 2]);
    expect(world.types(executionArn).filter((type) => type === 'TaskSucceeded')).toHaveLength(1);
  });
});

describe('a Map Run whose parent is stopped', () => {
  test('outlives it for the lag, then cancels its children and is ABORTED', async () => {
    const { world } = slow(60);
    world.define({ Each: distributedMap({ Work: task('slow') }, { MaxConcurrency: 2 }) });
    const executionArn = world.start({ items: [1, 2, 3] });
    await world.at(10_000);
    const mapRunArn = world.mapRun(executionArn);
    world.engine.stopExecution({ executionArn });
    expect(world.describe(executionArn).status).toBe('ABORTED');
    await world.at(14_999);
    expect([mapRunStatus(world, mapRunArn), statuses(world, mapRunArn)]).toEqual(['RUNNING', ['RUNNING', 'RUNNING']]);
    await world.engine.waitForMapRun(mapRunArn);
    expect(world.elapsed).toBe(15_000);
    expect([mapRunStatus(world, mapRunArn), statuses(world, mapRunArn)]).toEqual(['ABORTED', ['ABORTED', 'ABORTED']]);
    expect(world.engine.describeMapRun({ mapRunArn })).toMatchObject({ executionCounts: { pending: 1, aborted: 2 } });
  });

  test('lets children finish that do so within the lag, and starts no further ones', async () => {
    const { world, done } = slow(12);
    world.define({ Each: distributedMap({ Work: task('slow') }, { MaxConcurrency: 2 }) });
    const executionArn = world.start({ items: [1, 2, 3] });
    await world.at(10_000);
    const mapRunArn = world.mapRun(executionArn);
    world.engine.stopExecution({ executionArn });
    await world.engine.waitForMapRun(mapRunArn);
    expect([world.elapsed, done]).toEqual([12_000, [1, 2]]);
    expect([mapRunStatus(world, mapRunArn), statuses(world, mapRunArn)]).toEqual([
      'ABORTED',
      ['SUCCEEDED', 'SUCCEEDED'],
    ]);
  });

  test('is SUCCEEDED where all children came through within the lag', async () => {
    const { world } = slow(12);
    world.define({ Each: distributedMap({ Work: task('slow') }) });
    const executionArn = world.start({ items: [1] });
    await world.at(10_000);
    const mapRunArn = world.mapRun(executionArn);
    world.engine.stopExecution({ executionArn });
    await world.engine.waitForMapRun(mapRunArn);
    expect(mapRunStatus(world, mapRunArn)).toBe('SUCCEEDED');
    expect(await world.redrive(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[1]' });
    expect(world.calls).toHaveLength(1);
  });

  test('outlives a parent that timed out, too', async () => {
    const { world } = slow(600);
    world.define({ Each: distributedMap({ Work: task('slow') }) }, { TimeoutSeconds: 100 });
    const { executionArn, status } = await world.run({ items: [1] });
    expect(status).toBe('TIMED_OUT');
    const mapRunArn = world.mapRun(executionArn);
    expect(mapRunStatus(world, mapRunArn)).toBe('RUNNING');
    await world.engine.waitForMapRun(mapRunArn);
    expect([world.elapsed, mapRunStatus(world, mapRunArn)]).toEqual([105_000, 'ABORTED']);
  });

  test('goes down the levels: a nested Map Run has its own lag after its parent was cancelled', async () => {
    const { world } = slow(600);
    const inner = distributedMap({ Work: task('slow') }, { Label: 'Inner', Items: [1] });
    world.define({ Each: distributedMap({ Inner: inner }) });
    const executionArn = world.start({ items: ['p'] });
    await world.at(10_000);
    world.engine.stopExecution({ executionArn });
    const outer = world.mapRun(executionArn);
    await world.engine.waitForMapRun(outer);
    const [child] = world.children(outer);
    const nested = world.mapRun(String(child?.executionArn));
    expect([world.elapsed, mapRunStatus(world, nested)]).toEqual([15_000, 'RUNNING']);
    await world.engine.waitForMapRun(nested);
    expect([world.elapsed, mapRunStatus(world, nested)]).toEqual([20_000, 'ABORTED']);
  });
});

describe('a redrive after Stop', () => {
  test('once the Map Run has ended redrives the cancelled children and starts the rest', async () => {
    const { world } = slow(60);
    world.define({ Each: distributedMap({ Work: task('slow') }, { MaxConcurrency: 2 }) });
    const executionArn = world.start({ items: [1, 2, 3] });
    await world.at(10_000);
    world.engine.stopExecution({ executionArn });
    const mapRunArn = world.mapRun(executionArn);
    await world.engine.waitForMapRun(mapRunArn);
    expect(await world.redrive(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[1,2,3]' });
    expect(world.children(mapRunArn).map(({ redriveCount }) => redriveCount)).toEqual([1, 1, 0]);
    expect(world.types(executionArn).slice(4)).toEqual([
      'ExecutionAborted',
      'ExecutionRedriven',
      'MapRunRedriven',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('while the Map Run still runs waits for its end first, then redrives it', async () => {
    const { world } = slow(60);
    world.define({ Each: distributedMap({ Work: task('slow') }) });
    const executionArn = world.start({ items: [1, 2] });
    await world.at(10_000);
    world.engine.stopExecution({ executionArn });
    await world.at(12_000);
    world.engine.redriveExecution({ executionArn });
    const mapRunArn = world.mapRun(executionArn);
    await world.at(14_000);
    expect(world.describe(executionArn).status).toBe('RUNNING');
    expect(world.engine.describeMapRun({ mapRunArn })).toMatchObject({ status: 'RUNNING', redriveCount: 0 });
    expect(await world.end(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    // Cancelled at 15 s, then 60 s from the beginning.
    expect(world.elapsed).toBe(75_000);
    expect(world.engine.listMapRuns({ executionArn }).mapRuns).toHaveLength(1);
    expect(world.types(executionArn).slice(4)).toEqual([
      'ExecutionAborted',
      'ExecutionRedriven',
      'MapRunAborted',
      'MapRunRedriven',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('stopped again while it waits, the Map Run is still ended only once', async () => {
    const { world } = slow(60);
    world.define({ Each: distributedMap({ Work: task('slow') }) });
    const executionArn = world.start({ items: [1] });
    await world.at(10_000);
    world.engine.stopExecution({ executionArn });
    await world.at(12_000);
    world.engine.redriveExecution({ executionArn });
    await world.at(13_000);
    world.engine.stopExecution({ executionArn });
    await world.engine.waitForMapRun(world.mapRun(executionArn));
    expect(world.elapsed).toBe(15_000);
    expect(await world.redrive(executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 2 });
    expect(world.engine.describeMapRun({ mapRunArn: world.mapRun(executionArn) })).toMatchObject({ redriveCount: 1 });
  });

  test('of a nested Map redrives every level, although the inner Map Run outlived the outer one', async () => {
    const { world } = slow(60);
    const inner = distributedMap({ Work: task('slow') }, { Label: 'Inner', Items: '{% $states.input %}' });
    world.define({ Each: distributedMap({ Inner: inner }) });
    const executionArn = world.start({ items: [['a', 'b'], ['c']] });
    await world.at(10_000);
    world.engine.stopExecution({ executionArn });
    await world.engine.waitForMapRun(world.mapRun(executionArn));
    expect(await world.redrive(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '[["a","b"],["c"]]' });
    expect(world.calls).toHaveLength(6);
  });

  test('a child that a person stopped counts as a failure of its Map Run and is redriven with it', async () => {
    const { world } = slow(60);
    world.define({ Each: distributedMap({ Work: task('slow') }) });
    const executionArn = world.start({ items: [1] });
    await world.at(10_000);
    const [child] = world.children(world.mapRun(executionArn));
    world.engine.stopExecution({ executionArn: String(child?.executionArn) });
    expect(await world.end(executionArn)).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
    expect(await world.redrive(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });
});
