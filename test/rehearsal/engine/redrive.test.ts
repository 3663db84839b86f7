import { LambdaFunctionError } from '../../../rehearsal/engine';
import { ACCOUNT, distributedMap, HOUR, machine, refusal, roleArn, task, World } from './support/world';

/** A world whose function `f` fails for the items in `bad`; taking one out mends it. */
function fragile(bad: unknown[]): World {
  const world = new World();
  world.functions['f'] = (item) => {
    if (bad.includes(item)) throw new LambdaFunctionError('Bad', `item ${String(item)}`);
    return { did: item };
  };
  return world;
}

describe('a redrive', () => {
  test('goes on at the failed Task with the same input, in the same history, without entering it again', async () => {
    const bad: unknown[] = [2];
    const world = fragile(bad);
    world.define({ A: { Type: 'Pass', Output: '{% $states.input.n + 1 %}', Next: 'B' }, B: task('f') });
    const { executionArn } = await world.run({ n: 1 });
    bad.length = 0;
    expect(await world.redrive(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      output: '{"did":2}',
    });
    expect(world.calls.map(({ payload }) => payload)).toEqual([2, 2]);
    expect(world.types(executionArn)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskFailed',
      'ExecutionFailed',
      'ExecutionRedriven',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(world.history(executionArn)[8]).toMatchObject({ executionRedrivenEventDetails: { redriveCount: 1 } });
  });

  test('tells RedriveCount and RedriveTime in the context, and keeps the start', async () => {
    const world = new World();
    const contexts: Record<string, unknown>[] = [];
    world.functions['f'] = (context) => {
      contexts.push(context);
      throw new LambdaFunctionError('Bad', '');
    };
    world.define({ A: task('f', { Arguments: { FunctionName: 'f', Payload: '{% $states.context.Execution %}' } }) });
    const { executionArn } = await world.run();
    await world.at(HOUR);
    await world.redrive(executionArn);
    expect(contexts[0]).toMatchObject({ RedriveCount: 0 });
    expect(contexts[0]).not.toHaveProperty('RedriveTime');
    expect(contexts[1]).toMatchObject({
      RedriveCount: 1,
      RedriveTime: '2026-01-01T01:00:00.000Z',
      StartTime: '2026-01-01T00:00:00.000Z',
    });
  });

  test('sets retry counters and time-outs back, of the Task and of the machine', async () => {
    const world = new World();
    world.functions['f'] = async () => {
      const unpark = world.clock.park();
      await world.clock.sleep(40_000);
      unpark();
      throw new LambdaFunctionError('Bad', '');
    };
    const retry = { ErrorEquals: ['Bad'], MaxAttempts: 1, IntervalSeconds: 1 };
    world.define({ A: task('f', { TimeoutSeconds: 50, Retry: [retry] }) }, { TimeoutSeconds: 100 });
    const { executionArn } = await world.run();
    const end = await world.redrive(executionArn);
    // 81 s each time: had the machine's 100 s gone on counting, the second attempt would have timed out.
    expect(end).toMatchObject({ status: 'FAILED', error: 'Bad' });
    expect([world.calls.length, world.elapsed]).toEqual([4, 162_000]);
  });

  test('keeps the definition the execution started with, and calls today’s function', async () => {
    const bad: unknown[] = [1];
    const world = fragile(bad);
    world.define({ A: task('f', { Next: 'B' }), B: { Type: 'Pass', Output: 'old', End: true } });
    const { executionArn } = await world.run(1);
    const running = world.start(1);
    world.define({ A: task('f', { Next: 'B' }), B: { Type: 'Pass', Output: 'new', End: true } });
    await world.end(running);
    bad.length = 0;
    expect(await world.redrive(executionArn)).toMatchObject({ output: '"old"' });
    expect(await world.redrive(running)).toMatchObject({ output: '"old"' });
    expect(await world.run(1)).toMatchObject({ output: '"new"' });
  });

  test('keeps the variables as they were', async () => {
    const bad: unknown[] = ['x'];
    const world = fragile(bad);
    world.define({
      A: { Type: 'Pass', Assign: { kept: 7 }, Next: 'B' },
      B: task('f', { Next: 'C' }),
      C: { Type: 'Pass', Output: '{% $kept %}', End: true },
    });
    const { executionArn } = await world.run('x');
    bad.length = 0;
    expect(await world.redrive(executionArn)).toMatchObject({ output: '7' });
  });

  test('of an execution that was stopped in a Wait waits anew, and goes on past a timestamp in the past', async () => {
    const world = new World();
    world.define({
      A: { Type: 'Wait', Seconds: 100, Next: 'B' },
      B: { Type: 'Wait', Timestamp: '2026-01-01T02:00:00Z', End: true },
    });
    const arn = world.start();
    await world.at(60_000);
    world.engine.stopExecution({ executionArn: arn });
    world.engine.redriveExecution({ executionArn: arn });
    await world.at(HOUR);
    expect(world.types(arn).slice(0, 6)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'ExecutionAborted',
      'ExecutionRedriven',
      'WaitStateExited',
      'WaitStateEntered',
    ]);
    expect(world.history(arn)[4]?.timestamp.toISOString()).toBe('2026-01-01T00:02:40.000Z');
    world.engine.stopExecution({ executionArn: arn });
    await world.at(3 * HOUR);
    world.engine.redriveExecution({ executionArn: arn });
    await world.end(arn);
    expect(world.elapsed).toBe(3 * HOUR);
  });

  test('of a Choice evaluates its rules again, and of a Fail state fails again', async () => {
    const world = new World();
    world.define({
      A: { Type: 'Choice', Choices: [{ Condition: '{% $states.context.Execution.RedriveCount = 1 %}', Next: 'B' }] },
      B: { Type: 'Fail', Error: 'E' },
    });
    const end = await world.run();
    expect(end.error).toBe('States.NoChoiceMatched');
    expect(await world.redrive(end.executionArn)).toMatchObject({ status: 'FAILED', error: 'E' });
    expect(await world.redrive(end.executionArn)).toMatchObject({ status: 'FAILED', error: 'E', redriveCount: 2 });
    expect(world.types(end.executionArn)).toEqual([
      'ExecutionStarted',
      'ChoiceStateEntered',
      'ExecutionFailed',
      'ExecutionRedriven',
      'ChoiceStateExited',
      'FailStateEntered',
      'ExecutionFailed',
      'ExecutionRedriven',
      'FailStateEntered',
      'ExecutionFailed',
    ]);
  });

  test('does not go back before a Catch: the Task it caught has exited', async () => {
    const world = fragile([1]);
    world.define({
      A: task('f', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }),
      B: { Type: 'Fail', Error: 'E' },
    });
    const { executionArn } = await world.run(1);
    await world.redrive(executionArn);
    expect(world.calls).toHaveLength(1);
  });

  test('issues a new task token, the old one is gone', async () => {
    const world = new World();
    const tokens: string[] = [];
    world.functions['ask'] = ({ token }: { token: string }) => tokens.push(token);
    world.define({
      A: task('ask', {
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
        Output: '{% $states.result %}',
        TimeoutSeconds: 100,
      }),
    });
    const { executionArn } = await world.run();
    world.engine.redriveExecution({ executionArn });
    await world.at(150_000);
    const [old = '', fresh = ''] = tokens;
    expect(refusal(() => world.engine.sendTaskSuccess({ taskToken: old, output: '1' })).name).toBe('TaskTimedOut');
    world.engine.sendTaskSuccess({ taskToken: fresh, output: '2' });
    expect(await world.end(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '2' });
  });
});

describe('a redrive is refused', () => {
  test('for what succeeded, what runs and what does not exist', async () => {
    const world = new World();
    world.define({ A: { Type: 'Wait', Seconds: 60, End: true } });
    const executionArn = world.start();
    expect(refusal(() => world.engine.redriveExecution({ executionArn }))).toEqual({
      name: 'ExecutionNotRedrivable',
      message: 'Execution is RUNNING and cannot be redriven',
    });
    expect(await world.end(executionArn)).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    expect(refusal(() => world.engine.redriveExecution({ executionArn })).message).toBe(
      'Execution is SUCCEEDED and cannot be redriven',
    );
    expect(refusal(() => world.engine.redriveExecution({ executionArn: `${executionArn}x` })).name).toBe(
      'ExecutionDoesNotExist',
    );
  });

  test('14 days after the execution closed', async () => {
    const world = fragile([1]);
    world.define({ A: task('f') });
    const { executionArn } = await world.run(1);
    await world.at(14 * 24 * HOUR);
    expect(world.describe(executionArn).redriveStatus).toBe('REDRIVABLE');
    await world.at(14 * 24 * HOUR + 1);
    expect(refusal(() => world.engine.redriveExecution({ executionArn })).message).toBe(
      'Execution redrivable period exceeded',
    );
  });

  test('but a client token is answered the same again for 15 minutes', async () => {
    const world = fragile([1]);
    world.define({ A: task('f') });
    const { executionArn } = await world.run(1);
    const request = { executionArn, clientToken: 'one' };
    const first = world.engine.redriveExecution(request);
    await world.end(executionArn);
    await world.at(15 * 60_000);
    expect(world.engine.redriveExecution(request)).toEqual(first);
    expect(world.describe(executionArn)).toMatchObject({ status: 'FAILED', redriveCount: 1 });
    await world.at(15 * 60_000 + 1);
    world.engine.redriveExecution(request);
    expect(await world.end(executionArn)).toMatchObject({ redriveCount: 2 });
  });

  test('for a child of a Map Run by itself: only its Map Run redrives it', async () => {
    const world = fragile([1]);
    world.define({ Each: distributedMap({ Work: task('f') }) });
    const end = await world.run({ items: [1] });
    const [child] = world.children(world.mapRun(end.executionArn));
    expect(child?.redriveStatus).toBe('REDRIVABLE_BY_MAP_RUN');
    const executionArn = String(child?.executionArn);
    expect(refusal(() => world.engine.redriveExecution({ executionArn })).name).toBe('ExecutionNotRedrivable');
  });
});

describe('a redrive of a Distributed Map', () => {
  test('redrives the unsuccessful children, starts the pending ones and leaves the successful ones alone', async () => {
    const bad: unknown[] = [2];
    const world = fragile(bad);
    world.define({
      Each: distributedMap({ Before: { Type: 'Pass', Next: 'Work' }, Work: task('f') }, { MaxConcurrency: 1 }),
    });
    const { executionArn } = await world.run({ items: [1, 2, 3] });
    const mapRunArn = world.mapRun(executionArn);
    expect(world.children(mapRunArn).map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED']);
    bad.length = 0;
    const end = await world.redrive(executionArn);
    expect(end).toMatchObject({ status: 'SUCCEEDED', output: '[{"did":1},{"did":2},{"did":3}]' });
    expect(world.calls.map(({ payload }) => payload)).toEqual([1, 2, 2, 3]);
    expect(world.mapRun(executionArn)).toBe(mapRunArn);
    expect(world.engine.describeMapRun({ mapRunArn })).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    const children = world.children(mapRunArn);
    expect(children.map(({ redriveCount }) => redriveCount)).toEqual([0, 1, 0]);
    const redriven = world.engine.listExecutions({ mapRunArn, redriveFilter: 'REDRIVEN' }).executions;
    expect(redriven.map((child) => child['executionArn'])).toEqual([children[1]?.executionArn]);
    expect(world.types(String(children[1]?.executionArn))).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskFailed',
      'ExecutionFailed',
      'ExecutionRedriven',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(world.types(executionArn).slice(3)).toEqual([
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
      'ExecutionRedriven',
      'MapRunRedriven',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect(world.history(executionArn)[8]).toMatchObject({
      mapRunRedrivenEventDetails: { mapRunArn, redriveCount: 1 },
    });
  });

  test('shows children that wait for their turn as PENDING_REDRIVE', async () => {
    const world = new World();
    let broken = true;
    const seen: string[][] = [];
    world.functions['f'] = () => {
      if (broken) throw new LambdaFunctionError('Bad', '');
      seen.push(world.children(world.mapRun(root)).map(({ status }) => status));
      return 1;
    };
    world.define({ Each: distributedMap({ Work: task('f') }, { MaxConcurrency: 1, ToleratedFailureCount: 2 }) });
    const root = (await world.run({ items: [1, 2, 3] })).executionArn;
    broken = false;
    expect(await world.redrive(root)).toMatchObject({ status: 'SUCCEEDED' });
    expect(seen).toEqual([
      ['RUNNING', 'PENDING_REDRIVE', 'PENDING_REDRIVE'],
      ['SUCCEEDED', 'RUNNING', 'PENDING_REDRIVE'],
      ['SUCCEEDED', 'SUCCEEDED', 'RUNNING'],
    ]);
  });

  test('goes down through nested Maps to the failed states, and repeats nothing else', async () => {
    const bad: unknown[] = ['b', 'c'];
    const world = fragile(bad);
    const inner = distributedMap(
      { Work: task('f') },
      { Label: 'Apps', Items: '{% $states.input.apps %}', MaxConcurrency: 1 },
    );
    const children = {
      First: task('f', {
        Arguments: { FunctionName: 'f', Payload: '{% $states.input.id %}' },
        Output: '{% $states.input %}',
        Next: 'Inner',
      }),
      Inner: inner,
    };
    world.define({ Each: distributedMap(children, { Label: 'Projects', ToleratedFailurePercentage: 50 }) });
    const input = {
      items: [
        { id: 'p1', apps: ['a', 'b'] },
        { id: 'p2', apps: ['c'] },
        { id: 'p3', apps: ['d'] },
      ],
    };
    const { executionArn } = await world.run(input);
    expect(world.describe(executionArn).status).toBe('FAILED');
    world.calls.length = 0;
    bad.length = 0;
    expect(await world.redrive(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.calls.map(({ payload }) => payload).sort()).toEqual(['b', 'c']);
    expect(
      world.requests.filter(({ action }) => action === 'states:RedriveExecution').map(({ resource }) => resource),
    ).toEqual([
      `arn:aws:states:eu-west-1:${ACCOUNT}:execution:Machine/Projects:*`,
      `arn:aws:states:eu-west-1:${ACCOUNT}:execution:Machine/Apps:*`,
      `arn:aws:states:eu-west-1:${ACCOUNT}:execution:Machine/Apps:*`,
    ]);
  });

  test('without the permission fails, and with it goes on', async () => {
    const bad: unknown[] = [1];
    const world = fragile(bad);
    world.define({ Each: distributedMap({ Work: task('f') }) });
    const { executionArn } = await world.run({ items: [1] });
    bad.length = 0;
    world.denied.add('states:RedriveExecution');
    expect(await world.redrive(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Permissions' });
    world.denied.clear();
    expect(await world.redrive(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.calls).toHaveLength(2);
  });

  test('leaves a child that may not be redriven any more as it was, and counts it as failed', async () => {
    const bad: unknown[] = [1, 2];
    const world = fragile(bad);
    world.functions['slow'] = async (item) => {
      const unpark = world.clock.park();
      await world.clock.sleep(10 * 24 * HOUR);
      unpark();
      throw new LambdaFunctionError('Late', String(item));
    };
    const route = {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input = 2 %}', Next: 'Slow' }],
      Default: 'Work',
    };
    world.define({
      Each: distributedMap({ Route: route, Slow: task('slow'), Work: task('f') }, { ToleratedFailureCount: 1 }),
    });
    const { executionArn } = await world.run({ items: [1, 2] });
    await world.at(20 * 24 * HOUR);
    bad.length = 0;
    world.functions['slow'] = () => 'mended';
    expect(await world.redrive(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    const mapRunArn = world.mapRun(executionArn);
    expect(world.children(mapRunArn).map(({ status, redriveCount }) => [status, redriveCount])).toEqual([
      ['FAILED', 0],
      ['SUCCEEDED', 1],
    ]);
    expect(world.engine.describeMapRun({ mapRunArn })).toMatchObject({ executionCounts: { failuresNotRedrivable: 1 } });
  });

  test('starts a new Map Run where the results were over 256 KiB', async () => {
    const world = new World();
    let length = 200_000;
    world.functions['f'] = () => 'x'.repeat(length);
    world.define({ Each: distributedMap({ Work: task('f') }) });
    const end = await world.run({ items: [1, 2] });
    expect(end.error).toBe('States.DataLimitExceeded');
    const first = world.mapRun(end.executionArn);
    length = 1;
    expect(await world.redrive(end.executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '["x","x"]' });
    expect(world.mapRun(end.executionArn)).not.toBe(first);
  });

  test('adds what succeeded now to the manifest and keeps what succeeded before', async () => {
    const bad: unknown[] = [2];
    const world = fragile(bad);
    const writer = { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'b' } };
    world.define({ Each: distributedMap({ Work: task('f') }, { MaxConcurrency: 1, ResultWriter: writer }) });
    const { executionArn } = await world.run({ items: [1, 2] });
    bad.length = 0;
    await world.redrive(executionArn);
    const manifest = [...world.files].find(([key]) => key.endsWith('manifest.json'))?.[1];
    const { ResultFiles } = JSON.parse(String(manifest)) as { ResultFiles: Record<string, { Key: string }[]> };
    const names = Object.entries(ResultFiles).map(([outcome, files]) => [
      outcome,
      files.map(({ Key }) => Key.split('/')[1]),
    ]);
    expect(Object.fromEntries(names)).toEqual({
      SUCCEEDED: ['SUCCEEDED_0.json', 'SUCCEEDED_1.json'],
      FAILED: [],
      PENDING: [],
    });
  });

  test('is not made when the Map tolerated its failures: it has exited', async () => {
    const world = fragile([1, 9]);
    world.define({
      Each: distributedMap({ Work: task('f') }, { ToleratedFailurePercentage: 100, Output: 9, Next: 'Judge' }),
      Judge: task('f'),
    });
    const { executionArn } = await world.run({ items: [1] });
    await world.redrive(executionArn);
    expect(world.calls.map(({ payload }) => payload)).toEqual([1, 9, 9]);
  });
});

test('a machine in another partition and region has its ARNs there', async () => {
  const world = fragile([]);
  const arn = `arn:aws-cn:states:cn-north-1:${ACCOUNT}:stateMachine:M`;
  const definition = machine({ A: task('f', { Resource: 'arn:aws-cn:states:::lambda:invoke' }) });
  world.engine.registerMachine({ arn, name: 'M', definition, roleArn: roleArn('M') });
  const { executionArn } = world.engine.startExecution({ stateMachineArn: arn, name: 'x' });
  expect(executionArn).toBe(`arn:aws-cn:states:cn-north-1:${ACCOUNT}:execution:M:x`);
  await world.end(executionArn);
  expect(world.requests[0]?.resource).toBe(`arn:aws-cn:lambda:cn-north-1:${ACCOUNT}:function:f`);
});
