import { LambdaFunctionError, limits } from '../../../rehearsal/engine';
import { ACCOUNT, distributedMap, MACHINE, task, World } from './support/world';

const RESULT_WRITER = { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'bucket', Prefix: 'results' } };

/** A world with a function that fails for every item in `bad`. */
function worldWhere(bad: unknown[]): World {
  const world = new World();
  world.functions['f'] = (item) => {
    if (bad.includes(item)) throw new LambdaFunctionError('Bad', `item ${String(item)}`);
    return { did: item };
  };
  return world;
}

describe('a Distributed Map', () => {
  test('runs a child an item and gives their outputs in the order of the items', async () => {
    const world = worldWhere([]);
    world.functions['f'] = async (item: number) => {
      const unpark = world.clock.park();
      await world.clock.sleep((10 - item) * 1000);
      unpark();
      return item * 2;
    };
    world.define({ Each: distributedMap({ Work: task('f') }, { Output: '{% {"all": $states.result} %}' }) });
    const end = await world.run({ items: [1, 2, 3] });
    expect(JSON.parse(String(end.output))).toEqual({ all: [2, 4, 6] });
    // All at once: the slowest decides.
    expect(world.elapsed).toBe(9000);
  });

  test('gives children what ItemSelector makes of each item, and its index', async () => {
    const world = new World();
    world.define({
      Each: distributedMap(
        { P: { Type: 'Pass', End: true } },
        {
          ItemSelector: {
            item: '{% $states.context.Map.Item.Value %}',
            at: '{% $states.context.Map.Item.Index %}',
            of: '{% $states.input.name %}',
          },
        },
      ),
    });
    const end = await world.run({ name: 'n', items: ['a', 'b'] });
    expect(JSON.parse(String(end.output))).toEqual([
      { item: 'a', at: 0, of: 'n' },
      { item: 'b', at: 1, of: 'n' },
    ]);
  });

  test('runs at most MaxConcurrency children at a time', async () => {
    const world = new World();
    let running = 0;
    let most = 0;
    world.functions['f'] = async () => {
      most = Math.max(most, ++running);
      const unpark = world.clock.park();
      await world.clock.sleep(1000);
      unpark();
      running -= 1;
    };
    world.define({ Each: distributedMap({ Work: task('f') }, { MaxConcurrency: '{% $states.input.most %}' }) });
    await world.run({ most: 3, items: [1, 2, 3, 4, 5, 6, 7] });
    expect([most, world.elapsed]).toEqual([3, 3000]);
  });

  test('names executions and Map Runs as AWS does, and lists children by Map Run only', async () => {
    const world = worldWhere([]);
    world.define({ Each: distributedMap({ Work: task('f') }) });
    const { executionArn } = await world.run({ items: [1, 2] });
    const mapRunArn = world.mapRun(executionArn);
    expect(mapRunArn).toMatch(new RegExp(`^arn:aws:states:eu-west-1:${ACCOUNT}:mapRun:Machine/Each:[0-9a-f-]{36}$`));
    const children = world.children(mapRunArn);
    expect(children).toHaveLength(2);
    for (const child of children) {
      expect(child).toMatchObject({ stateMachineArn: `${MACHINE}/Each`, mapRunArn, status: 'SUCCEEDED' });
      expect(child.executionArn).toMatch(
        new RegExp(`^arn:aws:states:eu-west-1:${ACCOUNT}:execution:Machine/Each:[0-9a-f-]{36}$`),
      );
    }
    expect(world.engine.listExecutions({ stateMachineArn: MACHINE }).executions).toHaveLength(1);
  });

  test('children have a history and a context of their own, and do not see the parent’s variables', async () => {
    const world = new World();
    world.define({
      Set: { Type: 'Pass', Assign: { mine: 1 }, Next: 'Each' },
      Each: distributedMap({ P: { Type: 'Pass', Output: '{% $states.context %}', End: true } }),
    });
    const { executionArn, output } = await world.run({ items: [{ a: 1 }] });
    const [child] = world.children(world.mapRun(executionArn));
    const [context] = JSON.parse(String(output)) as Record<string, Record<string, unknown>>[];
    expect(context?.['Execution']).toMatchObject({ Id: child?.executionArn, Input: { a: 1 } });
    expect(context?.['StateMachine']).toEqual({ Id: `${MACHINE}/Each`, Name: 'Machine/Each' });
    expect(world.types(String(child?.executionArn))).toHaveLength(4);
    expect(() => {
      world.define({
        Set: { Type: 'Pass', Assign: { mine: 1 }, Next: 'Each' },
        Each: distributedMap({ P: { Type: 'Pass', Output: '{% $mine %}', End: true } }),
      });
    }).toThrow('$mine is not defined');
  });

  test('with nothing to do succeeds at once', async () => {
    const world = new World();
    world.define({ Each: distributedMap({ P: { Type: 'Pass', End: true } }) });
    const end = await world.run({ items: [] });
    expect(end).toMatchObject({ status: 'SUCCEEDED', output: '[]' });
    expect(world.engine.describeMapRun({ mapRunArn: world.mapRun(end.executionArn) })).toMatchObject({
      status: 'SUCCEEDED',
    });
  });

  test('whose items are no array fails before any Map Run starts', async () => {
    const world = new World();
    world.define({ Each: distributedMap({ P: { Type: 'Pass', End: true } }) });
    const end = await world.run({ items: 'a' });
    expect(end).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(world.engine.listMapRuns({ executionArn: end.executionArn }).mapRuns).toEqual([]);
  });

  test('whose results are over 256 KiB together is States.DataLimitExceeded, unless they are exported', async () => {
    const world = new World();
    const children = { P: { Type: 'Pass', Output: '{% $pad("", 100000, "x") %}', End: true } };
    world.define({ Each: distributedMap(children) });
    expect(await world.run({ items: [1, 2, 3] })).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
    world.define({ Each: distributedMap(children, { ResultWriter: RESULT_WRITER }) });
    expect(await world.run({ items: [1, 2, 3] })).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('nests to any depth; each level has its own Map Runs', async () => {
    const world = worldWhere([]);
    const inner = distributedMap({ Work: task('f') }, { Label: 'Apps', Items: '{% $states.input.apps %}' });
    world.define({ Each: distributedMap({ Inner: inner }, { Label: 'Projects' }) });
    const end = await world.run({ items: [{ apps: [1, 2] }, { apps: [3] }] });
    expect(JSON.parse(String(end.output))).toEqual([[{ did: 1 }, { did: 2 }], [{ did: 3 }]]);
    const projects = world.children(world.mapRun(end.executionArn));
    const apps = projects.map(({ executionArn }) => world.mapRun(executionArn));
    expect(apps.every((arn) => arn.includes(':mapRun:Machine/Apps:'))).toBe(true);
    expect(world.children(String(apps[0]))).toHaveLength(2);
    expect(world.engine.statistics(end.executionArn).states).toEqual([
      { name: 'Each', entered: 1, failed: 0 },
      { name: 'Inner', entered: 2, failed: 0 },
      { name: 'Work', entered: 3, failed: 0 },
    ]);
  });

  test('asks for states:StartExecution on its own machine', async () => {
    const world = worldWhere([]);
    world.define({ Each: distributedMap({ Work: task('f') }) });
    world.denied.add('states:StartExecution');
    const end = await world.run({ items: [1] });
    expect(world.requests).toMatchObject([{ action: 'states:StartExecution', resource: MACHINE }]);
    expect(end).toMatchObject({ status: 'FAILED', error: 'States.Permissions' });
    world.denied.clear();
    expect(await world.redrive(end.executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('tolerated failures', () => {
  const items = [1, 2, 3, 4];
  test.each([
    ['none, the default', {}, [2], 'FAILED'],
    ['a count, reached', { ToleratedFailureCount: 2 }, [1, 2], 'SUCCEEDED'],
    ['a count, exceeded', { ToleratedFailureCount: 2 }, [1, 2, 3], 'FAILED'],
    ['a percentage, reached', { ToleratedFailurePercentage: 50 }, [1, 2], 'SUCCEEDED'],
    ['a percentage, exceeded', { ToleratedFailurePercentage: 50 }, [1, 2, 3], 'FAILED'],
    ['everything', { ToleratedFailurePercentage: 100 }, items, 'SUCCEEDED'],
    ['both, one exceeded', { ToleratedFailurePercentage: 100, ToleratedFailureCount: 1 }, [1, 2], 'FAILED'],
  ])('of %s', async (_, tolerance, bad, status) => {
    const world = worldWhere(bad);
    world.define({ Each: distributedMap({ Work: task('f') }, { MaxConcurrency: 1, ...tolerance }) });
    expect((await world.run({ items })).status).toBe(status);
  });

  test('beyond them the run fails, stops the children that run and starts no further ones', async () => {
    const world = new World();
    world.functions['f'] = async (item: number) => {
      if (item === 1) throw new LambdaFunctionError('Bad', '');
      const unpark = world.clock.park();
      await world.clock.sleep(60_000);
      unpark();
      return item;
    };
    world.define({ Each: distributedMap({ Work: task('f') }, { MaxConcurrency: 2 }) });
    const end = await world.run({ items: [2, 1, 3] });
    expect(end).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
    const mapRunArn = world.mapRun(end.executionArn);
    expect(world.children(mapRunArn).map(({ status }) => status)).toEqual(['ABORTED', 'FAILED']);
    expect(world.engine.describeMapRun({ mapRunArn })).toMatchObject({
      status: 'FAILED',
      executionCounts: { total: 3, pending: 1, aborted: 1, failed: 1, succeeded: 0 },
    });
    expect(world.types(end.executionArn).slice(-3)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
  });

  test('a tolerated failure stands in the result with its error, its siblings with their output', async () => {
    const world = worldWhere([2]);
    world.define({ Each: distributedMap({ Work: task('f') }, { ToleratedFailurePercentage: 100 }) });
    const end = await world.run({ items: [1, 2] });
    expect(JSON.parse(String(end.output))).toMatchObject([{ did: 1 }, { Status: 'FAILED', Error: 'Bad', Input: '2' }]);
  });

  test('a Retry of the Map starts a new Map Run, a Catch takes its error', async () => {
    const world = worldWhere([1]);
    world.define({
      Each: distributedMap(
        { Work: task('f') },
        {
          Next: 'Never',
          Retry: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        },
      ),
      Never: { Type: 'Fail' },
      Caught: { Type: 'Succeed' },
    });
    const end = await world.run({ items: [1] });
    expect(JSON.parse(String(end.output))).toMatchObject({ Error: 'States.ExceedToleratedFailureThreshold' });
    expect(world.engine.listMapRuns({ executionArn: end.executionArn }).mapRuns).toHaveLength(2);
  });
});

describe('the result writer', () => {
  test('writes a manifest and a file for each outcome, and the Map’s result says where', async () => {
    const world = worldWhere([2]);
    world.define({
      Each: distributedMap({ Work: task('f') }, { ToleratedFailurePercentage: 100, ResultWriter: RESULT_WRITER }),
    });
    const end = await world.run({ items: [1, 2, 3] });
    const mapRunArn = world.mapRun(end.executionArn);
    const folder = `results/${mapRunArn.split(':').at(-1) ?? ''}`;
    expect(JSON.parse(String(end.output))).toEqual({
      MapRunArn: mapRunArn,
      ResultWriterDetails: { Bucket: 'bucket', Key: `${folder}/manifest.json` },
    });
    const file = (name: string): unknown => JSON.parse(world.files.get(`bucket/${folder}/${name}`) ?? 'null');
    expect(file('manifest.json')).toEqual({
      DestinationBucket: 'bucket',
      MapRunArn: mapRunArn,
      ResultFiles: {
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: expect.any(Number) as number }],
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: expect.any(Number) as number }],
        PENDING: [],
      },
    });
    expect(file('SUCCEEDED_0.json')).toMatchObject([
      { Input: '1', Output: '{"did":1}', Status: 'SUCCEEDED', RedriveCount: 0, StartDate: '2026-01-01T00:00:00.000Z' },
      { Input: '3', Output: '{"did":3}', StateMachineArn: `${MACHINE}/Each` },
    ]);
    expect(file('FAILED_0.json')).toMatchObject([
      { Input: '2', Status: 'FAILED', Error: 'Bad', RedriveStatus: 'REDRIVABLE_BY_MAP_RUN' },
    ]);
    expect(world.requests.filter(({ action }) => action === 's3:PutObject').map(({ resource }) => resource)).toContain(
      `arn:aws:s3:::bucket/${folder}/manifest.json`,
    );
  });

  test('writes what never started as pending', async () => {
    const world = worldWhere([1]);
    world.define({ Each: distributedMap({ Work: task('f') }, { MaxConcurrency: 1, ResultWriter: RESULT_WRITER }) });
    await world.run({ items: [1, 2, 3] });
    const pending = [...world.files].find(([key]) => key.endsWith('PENDING_0.json'))?.[1];
    expect(JSON.parse(String(pending))).toMatchObject([{ Input: '2' }, { Input: '3' }]);
  });

  test('that may not write fails the Map Run with States.ResultWriterFailed, and a redrive writes again', async () => {
    const world = worldWhere([]);
    world.define({ Each: distributedMap({ Work: task('f') }, { ResultWriter: RESULT_WRITER }) });
    world.denied.add('s3:PutObject');
    const end = await world.run({ items: [1] });
    expect(end).toMatchObject({ status: 'FAILED', error: 'States.ResultWriterFailed' });
    world.denied.clear();
    expect(await world.redrive(end.executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.calls).toHaveLength(1);
    expect(world.files.size).toBe(2);
  });

  test.each([
    ['NONE', 'JSON', [{ Output: '[1,2]', Status: 'SUCCEEDED' }]],
    ['COMPACT', 'JSON', [[1, 2]]],
    ['FLATTEN', 'JSON', [1, 2]],
    ['FLATTEN', 'JSONL', '1\n2'],
  ])('formats the state’s result as %s %s where nothing is exported', async (Transformation, OutputType, expected) => {
    const world = new World();
    const writer = { WriterConfig: { Transformation, OutputType } };
    world.define({
      Each: distributedMap({ P: { Type: 'Pass', Output: [1, 2], End: true } }, { ResultWriter: writer }),
    });
    const result = JSON.parse(String((await world.run({ items: ['x'] })).output)) as unknown;
    if (typeof expected === 'string') expect(result).toBe(expected);
    else expect(result).toMatchObject(expected);
  });
});

test('MaxConcurrency 0 means as many as the service runs', async () => {
  const world = new World();
  let running = 0;
  let most = 0;
  world.functions['f'] = async () => {
    most = Math.max(most, ++running);
    const unpark = world.clock.park();
    await world.clock.sleep(1000);
    unpark();
    running -= 1;
  };
  world.define({
    Each: distributedMap({ Work: task('f') }, { Items: '{% [1..10200] %}', ResultWriter: RESULT_WRITER }),
  });
  expect(await world.run()).toMatchObject({ status: 'SUCCEEDED' });
  expect(most).toBe(limits.mapConcurrency);
});
