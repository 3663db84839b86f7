import { LambdaFunctionError, limits } from '../../../rehearsal/engine';
import { distributedMap, START, task, World } from './support/world';

describe('the history', () => {
  test('of a polling loop has AWS’s nine events a pass: Task 5, Choice 2, Wait 2', async () => {
    const world = new World();
    world.functions['poll'] = ({ n }: { n: number }) => ({ n: n + 1 });
    world.define({
      Poll: task('poll', { Next: 'Done yet' }),
      'Done yet': {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.n = 10 %}', Next: 'End' }],
        Default: 'Pause',
      },
      Pause: { Type: 'Wait', Seconds: 60, Next: 'Poll' },
      End: { Type: 'Succeed' },
    });
    const { executionArn } = await world.run({ n: 0 });
    const types = world.types(executionArn);
    // Start, nine full passes, a last one without Wait, Succeed, end.
    expect(types).toHaveLength(1 + 9 * 9 + 7 + 2 + 1);
    expect(types.slice(1, 10)).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ChoiceStateEntered',
      'ChoiceStateExited',
      'WaitStateEntered',
      'WaitStateExited',
    ]);
  });

  test('of a retried Task has three events an attempt', async () => {
    const world = new World();
    world.functions['f'] = (_, { attempt }) => {
      if (attempt < 4) throw new LambdaFunctionError('NotReady', '');
      return 1;
    };
    world.define({ A: task('f', { Retry: [{ ErrorEquals: ['NotReady'], MaxAttempts: 9, BackoffRate: 1 }] }) });
    const { executionArn } = await world.run();
    expect(world.types(executionArn)).toHaveLength(1 + 5 + 4 * 3 + 1);
  });

  test('of a Pass has two events, of a Distributed Map six in the parent however many the items', async () => {
    const world = new World();
    world.define({
      A: { Type: 'Pass', Next: 'Each' },
      Each: distributedMap({ P: { Type: 'Pass', End: true } }),
    });
    const { executionArn } = await world.run({ items: [1, 2, 3, 4] });
    expect(world.types(executionArn)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('numbers its events, chains them, dates them and shows their data', async () => {
    const world = new World();
    world.functions['f'] = () => 'x';
    world.define({
      W: { Type: 'Wait', Seconds: 5, Next: 'A' },
      A: task('f', { TimeoutSeconds: 60, Assign: { v: [1] } }),
    });
    const { executionArn } = await world.run({ a: 1 });
    const events = world.history(executionArn);
    expect(events.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(events.map(({ previousEventId }) => previousEventId)).toEqual([0, 0, 2, 3, 4, 5, 6, 7, 8]);
    expect(events.map(({ timestamp }) => timestamp.getTime() - START)).toEqual(
      [0, 0, 5, 5, 5, 5, 5, 5, 5].map((s) => s * 1000),
    );
    expect(events[0]).toMatchObject({
      executionStartedEventDetails: {
        input: '{"a":1}',
        inputDetails: { truncated: false },
        roleArn: 'arn:aws:iam::111122223333:role/Machine',
      },
    });
    expect(events[3]).toMatchObject({ stateEnteredEventDetails: { name: 'A', input: '{"a":1}' } });
    expect(events[4]).toMatchObject({
      taskScheduledEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke',
        region: 'eu-west-1',
        parameters: '{"FunctionName":"f","Payload":{"a":1}}',
        timeoutInSeconds: 60,
      },
    });
    expect(events[5]).toMatchObject({
      type: 'TaskStarted',
      taskStartedEventDetails: { resourceType: 'lambda', resource: 'invoke' },
    });
    expect(events[7]).toMatchObject({
      stateExitedEventDetails: {
        name: 'A',
        output: '"x"',
        assignedVariables: { v: '[1]' },
        assignedVariablesDetails: { truncated: false },
      },
    });
    expect(events[8]).toMatchObject({ executionSucceededEventDetails: { output: '"x"' } });
  });

  test('comes in pages, in either order, with or without data', async () => {
    const world = new World();
    world.define({ A: { Type: 'Pass', End: true } });
    const { executionArn } = await world.run({ a: 1 });
    const first = world.engine.getExecutionHistory({ executionArn, maxResults: 3, reverseOrder: true });
    expect(first.events.map(({ id }) => id)).toEqual([4, 3, 2]);
    const second = world.engine.getExecutionHistory({ executionArn, reverseOrder: true, nextToken: first.nextToken });
    expect(second.events.map(({ id }) => id)).toEqual([1]);
    expect(second.nextToken).toBeUndefined();
    const bare = world.engine.getExecutionHistory({ executionArn, includeExecutionData: false });
    expect(JSON.stringify(bare.events)).not.toContain('"input"');
  });

  test('forgets the oldest payloads first when all of them get too many, never the events', async () => {
    const world = new World({ maxPayloadCharacters: 40 });
    world.define({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Output: '{% $pad("", 20, "x") %}', End: true } });
    const { executionArn } = await world.run({ a: 1 });
    const events = world.history(executionArn);
    expect(events).toHaveLength(6);
    expect(events[0]).toMatchObject({ executionStartedEventDetails: { inputDetails: { truncated: true } } });
    expect(events[5]).toMatchObject({ executionSucceededEventDetails: { outputDetails: { truncated: false } } });
  });
});

describe('the limit of 25,000 events', () => {
  /** Counts up from its input, four events a turn. */
  const loop = (turns: number): Record<string, unknown> => ({
    Count: {
      Type: 'Pass',
      Output: '{% $states.input + 1 %}',
      Next: 'Again',
    },
    Again: {
      Type: 'Choice',
      Choices: [{ Condition: `{% $states.input < ${turns} %}`, Next: 'Count' }],
      Default: 'End',
    },
    End: { Type: 'Pass', End: true },
  });

  test('an execution may succeed as event 25,000 at the latest', async () => {
    const world = new World();
    // 1 + 4 * 6249 + 2 = 24,999 events, then the end.
    world.define({ ...loop(6249), End: { Type: 'Pass', End: true } });
    const end = await world.run(0);
    expect(end.status).toBe('SUCCEEDED');
    expect(world.engine.statistics(end.executionArn).maxHistoryEvents).toBe(24_996 + 2 + 1 + 1);
  });

  test('beyond it the execution fails as event 25,000, cannot be caught and cannot be redriven', async () => {
    const world = new World();
    world.define(loop(1_000_000));
    const end = await world.run(0);
    expect(end).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution history event limit exceeded',
    });
    const events = world.history(end.executionArn);
    expect(events).toHaveLength(limits.historyEvents);
    expect(events.at(-1)).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
  });

  test('it counts over all redrives together', async () => {
    const world = new World();
    world.functions['f'] = () => {
      throw new LambdaFunctionError('Boom', '');
    };
    world.define({ ...loop(6247), End: task('f') });
    const { executionArn } = await world.run(0);
    // 1 + 4 * 6247 + 5 = 24,994 events; each redrive adds five: ExecutionRedriven, three of the Task, ExecutionFailed.
    expect((await world.redrive(executionArn)).redriveStatus).toBe('NOT_REDRIVABLE');
    expect(world.history(executionArn)).toHaveLength(24_999);
  });
});
