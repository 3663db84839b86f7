import { LambdaFunctionError, limits } from '../../../rehearsal/engine';
import { ACCOUNT, distributedMap, machine, MACHINE, refusal, roleArn, task, World } from './support/world';

const WAIT = { A: { Type: 'Wait', Seconds: 60, End: true } };

describe('StartExecution', () => {
  test('with the same name and input answers a running execution, and refuses a closed or different one', async () => {
    const world = new World();
    world.define(WAIT);
    const request = { stateMachineArn: MACHINE, name: 'one', input: '{"a":1}' };
    const first = world.engine.startExecution(request);
    await world.at(10_000);
    expect(world.engine.startExecution(request)).toEqual(first);
    const exists = { name: 'ExecutionAlreadyExists', message: `Execution Already Exists: '${first.executionArn}'` };
    expect(refusal(() => world.engine.startExecution({ ...request, input: '{"a":2}' }))).toEqual(exists);
    await world.end(first.executionArn);
    expect(refusal(() => world.engine.startExecution(request))).toEqual(exists);
  });

  test.each(['', 'a b', 'a:b', 'a/b', 'a{b', 'a,b', 'a%b', 'a`b', 'x'.repeat(81)])('refuses the name %j', (name) => {
    const world = new World();
    world.define(WAIT);
    expect(refusal(() => world.engine.startExecution({ stateMachineArn: MACHINE, name })).name).toBe('InvalidName');
  });

  test('takes names of 80 characters with letters, digits and -_.+=@()!', async () => {
    const world = new World();
    world.define(WAIT);
    const name = 'Az09-_.+=@()!'.padEnd(80, 'x');
    expect((await world.end(world.start({}, name))).executionArn).toMatch(name);
  });

  test('refuses input that is not JSON or over 256 KiB, and unknown machines', () => {
    const world = new World();
    world.define(WAIT);
    const start = (more: object): string =>
      refusal(() => world.engine.startExecution({ stateMachineArn: MACHINE, ...more })).name;
    expect(start({ input: '{' })).toBe('InvalidExecutionInput');
    expect(start({ input: `"${'x'.repeat(limits.dataBytes)}"` })).toBe('ValidationException');
    expect(start({ stateMachineArn: `${MACHINE}2` })).toBe('StateMachineDoesNotExist');
    expect(start({ stateMachineArn: 'machine' })).toBe('InvalidArn');
  });

  test('makes up a name and takes {} as input where none is given', async () => {
    const world = new World();
    world.define({ A: { Type: 'Pass', End: true } });
    const { executionArn } = world.engine.startExecution({ stateMachineArn: MACHINE });
    expect(await world.end(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{}' });
  });
});

describe('lists', () => {
  test('of executions come newest first, filtered by status, in pages that stay right while more start', async () => {
    const world = new World();
    world.functions['f'] = (input) => {
      if (input === 2) throw new LambdaFunctionError('Bad', '');
    };
    world.define({ A: task('f') });
    const arns: string[] = [];
    for (const input of [1, 2, 3, 4]) arns.push((await world.run(input)).executionArn);
    const list = (more: object): ReturnType<typeof world.engine.listExecutions> =>
      world.engine.listExecutions({ stateMachineArn: MACHINE, ...more });
    const first = list({ maxResults: 2 });
    expect(first.executions.map((one) => one['executionArn'])).toEqual([arns[3], arns[2]]);
    await world.run(5);
    const second = list({ maxResults: 2, nextToken: first.nextToken });
    expect(second.executions.map((one) => one['executionArn'])).toEqual([arns[1], arns[0]]);
    expect(second.nextToken).toBeUndefined();
    expect(list({ statusFilter: 'FAILED' }).executions).toMatchObject([
      { executionArn: arns[1], status: 'FAILED', redriveCount: 0 },
    ]);
  });

  test('of executions need a machine or a Map Run, and a page size the API knows', () => {
    const world = new World();
    world.define(WAIT);
    expect(refusal(() => world.engine.listExecutions({})).name).toBe('ValidationException');
    expect(refusal(() => world.engine.listExecutions({ stateMachineArn: MACHINE, maxResults: 1001 })).name).toBe(
      'ValidationException',
    );
    expect(refusal(() => world.engine.listExecutions({ stateMachineArn: MACHINE, nextToken: '?' })).name).toBe(
      'InvalidToken',
    );
    expect(refusal(() => world.engine.listExecutions({ mapRunArn: 'arn:aws:states:r:a:mapRun:x' })).name).toBe(
      'ResourceNotFound',
    );
    expect(
      refusal(() => world.engine.listExecutions({ stateMachineArn: MACHINE, redriveFilter: 'REDRIVEN' })).name,
    ).toBe('ValidationException');
  });

  test('of machines are by region; a machine tells its definition and its tags', () => {
    const world = new World();
    world.define(WAIT);
    const there = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:There`;
    const definition = machine(WAIT);
    const tags = [{ key: 'a', value: 'b' }];
    world.engine.registerMachine({ arn: there, name: 'There', definition, roleArn: roleArn('x'), tags });
    expect(world.engine.listStateMachines({}, 'us-east-1').stateMachines).toMatchObject([
      { name: 'There', type: 'STANDARD' },
    ]);
    expect(world.engine.listStateMachines().stateMachines).toHaveLength(2);
    expect(world.engine.listTagsForResource({ resourceArn: there })).toEqual({ tags });
    const described = world.engine.describeStateMachine({ stateMachineArn: there });
    expect(described).toMatchObject({ status: 'ACTIVE', roleArn: roleArn('x') });
    expect(JSON.parse(String(described['definition']))).toEqual(definition);
  });
});

describe('what is unknown is refused with the API’s error', () => {
  const world = new World();
  const execution = `arn:aws:states:eu-west-1:${ACCOUNT}:execution:Machine:nobody`;
  test.each([
    ['DescribeExecution', () => world.engine.describeExecution({ executionArn: execution }), 'ExecutionDoesNotExist'],
    ['DescribeExecution of another ARN', () => world.engine.describeExecution({ executionArn: 'x' }), 'InvalidArn'],
    ['StopExecution', () => world.engine.stopExecution({ executionArn: execution }), 'ExecutionDoesNotExist'],
    [
      'GetExecutionHistory',
      () => world.engine.getExecutionHistory({ executionArn: execution }),
      'ExecutionDoesNotExist',
    ],
    ['ListMapRuns', () => world.engine.listMapRuns({ executionArn: execution }), 'ExecutionDoesNotExist'],
    ['DescribeMapRun', () => world.engine.describeMapRun({ mapRunArn: 'x' }), 'InvalidArn'],
    [
      'DescribeStateMachine',
      () => world.engine.describeStateMachine({ stateMachineArn: MACHINE }),
      'StateMachineDoesNotExist',
    ],
    ['ListTagsForResource', () => world.engine.listTagsForResource({ resourceArn: MACHINE }), 'ResourceNotFound'],
  ])('%s', (_, call, name) => {
    expect(refusal(call).name).toBe(name);
  });
});

describe('a foreign machine', () => {
  const arn = `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:Foreign`;
  const start = (world: World, input = '{}'): string =>
    world.engine.startExecution({ stateMachineArn: arn, input }).executionArn;

  test('runs TypeScript and has executions like any other', async () => {
    const world = new World();
    world.engine.registerForeignMachine({ arn, name: 'Foreign', run: (input) => Promise.resolve({ got: input }) });
    const end = await world.end(start(world, '{"a":1}'));
    expect(end).toMatchObject({ status: 'SUCCEEDED', output: '{"got":{"a":1}}' });
    expect(world.types(end.executionArn)).toEqual(['ExecutionStarted', 'ExecutionSucceeded']);
    expect(world.engine.listExecutions({ stateMachineArn: arn }).executions).toHaveLength(1);
  });

  test('fails by throwing an error and a cause, and runs again at a redrive', async () => {
    const world = new World();
    world.engine.registerForeignMachine({
      arn,
      name: 'Foreign',
      run: (_, { redriveCount }) =>
        redriveCount === 0
          ? Promise.reject(Object.assign(new Error(), { error: 'Theirs', cause: 'why' }))
          : Promise.resolve('again'),
    });
    const end = await world.end(start(world));
    expect(end).toMatchObject({ status: 'FAILED', error: 'Theirs', cause: 'why' });
    expect(await world.redrive(end.executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"again"' });
  });

  test('is told by its signal that it was stopped', async () => {
    const world = new World();
    let aborted = false;
    world.engine.registerForeignMachine({
      arn,
      name: 'Foreign',
      run: async (_, { signal }) => {
        const unpark = world.clock.park();
        await world.clock.sleep(60_000, signal).catch(() => (aborted = true));
        unpark();
      },
    });
    const executionArn = start(world);
    await world.at(1000);
    world.engine.stopExecution({ executionArn });
    await world.at(2000);
    expect([world.describe(executionArn).status, aborted]).toEqual(['ABORTED', true]);
  });
});

describe('what an engine tells about its runs', () => {
  test('statistics count states, failed attempts, transitions and events of all children', async () => {
    const world = new World();
    world.functions['f'] = (item, { attempt }) => {
      if (item === 2 && attempt === 0) throw new LambdaFunctionError('Bad', '');
    };
    world.define({ Each: distributedMap({ Work: task('f', { Retry: [{ ErrorEquals: ['Bad'] }] }) }) });
    const { executionArn } = await world.run({ items: [1, 2] });
    const expected = {
      states: [
        { name: 'Each', entered: 1, failed: 0 },
        { name: 'Work', entered: 2, failed: 1 },
      ],
      // The Map, two Tasks, one retry.
      transitions: 4,
      historyEvents: 8 + 7 + 10,
      maxHistoryEvents: 10,
      redrives: 0,
    };
    expect(world.engine.statistics(executionArn)).toEqual(expected);
    expect(world.engine.statistics()).toEqual(expected);
  });

  test('events tell every status and every state as it happens', async () => {
    const world = new World();
    let bad = true;
    world.functions['f'] = () => {
      if (bad) throw new LambdaFunctionError('Bad', 'm');
      return 'ok';
    };
    world.define({ A: task('f') });
    const { executionArn } = await world.run(1);
    bad = false;
    await world.redrive(executionArn);
    expect(
      world.events.map(({ atMs, executionArn: arn, ...event }) => [arn === executionArn && atMs > 0, event]),
    ).toMatchObject(
      [
        { type: 'execution', status: 'RUNNING', redriveCount: 0 },
        { type: 'state-entered', state: 'A', input: 1 },
        { type: 'state-failed', state: 'A', error: 'Bad', retried: false },
        { type: 'execution', status: 'FAILED', error: 'Bad' },
        { type: 'execution', status: 'RUNNING', redriveCount: 1 },
        { type: 'state-exited', state: 'A', output: 'ok' },
        { type: 'execution', status: 'SUCCEEDED' },
      ].map((event) => [true, event]),
    );
  });

  test('a seeded source of chance makes two runs alike', async () => {
    const names = async (): Promise<string[]> => {
      let state = 1;
      const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
      const world = new World({ random });
      world.define({ Each: distributedMap({ P: { Type: 'Pass', Output: '{% $uuid() %}', End: true } }) });
      const end = await world.run({ items: [1, 2] });
      return [world.mapRun(end.executionArn), String(end.output)];
    };
    expect(await names()).toEqual(await names());
  });
});
