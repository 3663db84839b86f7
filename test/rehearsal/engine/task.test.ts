import { LambdaFunctionError, limits, ServiceError } from '../../../rehearsal/engine';
import { refusal, task, World } from './support/world';

const boom = (): never => {
  throw new LambdaFunctionError('Boom', 'it broke', ['at f']);
};

describe('a Task that invokes a function', () => {
  test('sends its Payload and has the response of the optimised integration as result', async () => {
    const world = new World();
    world.functions['f'] = (payload) => ({ got: payload });
    world.define({
      A: task('f', {
        Arguments: {
          FunctionName: 'f',
          Payload: { n: '{% $states.input.n %}', retry: '{% $states.context.State.RetryCount %}' },
        },
        Output:
          '{% {"code": $states.result.StatusCode, "version": $states.result.ExecutedVersion, "got": $states.result.Payload.got} %}',
      }),
    });
    const end = await world.run({ n: 1 });
    expect(JSON.parse(String(end.output))).toEqual({ code: 200, version: '$LATEST', got: { n: 1, retry: 0 } });
    expect(world.calls).toMatchObject([
      { functionName: 'f', stateName: 'A', attempt: 0, executionArn: end.executionArn },
    ]);
  });

  test('asks for the permission on the function’s ARN, and reports a refusal as Lambda’s', async () => {
    const world = new World();
    world.functions['f'] = () => 'ok';
    world.define({ A: task('f') });
    await world.run();
    expect(world.requests).toEqual([
      {
        roleArn: 'arn:aws:iam::111122223333:role/Machine',
        action: 'lambda:InvokeFunction',
        resource: 'arn:aws:lambda:eu-west-1:111122223333:function:f',
      },
    ]);
    world.denied.add('lambda:InvokeFunction');
    expect(await world.run()).toMatchObject({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
    expect(world.calls).toHaveLength(1);
  });

  test('a function that throws fails the Task with its error type, and Lambda’s JSON as cause', async () => {
    const world = new World();
    world.functions['f'] = boom;
    world.define({ A: task('f') });
    const end = await world.run();
    expect(end).toMatchObject({ status: 'FAILED', error: 'Boom' });
    expect(JSON.parse(String(end.cause))).toEqual({ errorType: 'Boom', errorMessage: 'it broke', trace: ['at f'] });
  });

  test('a result over 256 KiB is States.DataLimitExceeded, even where Output would have made it small', async () => {
    const world = new World();
    world.functions['f'] = () => 'x'.repeat(limits.dataBytes);
    world.define({ A: task('f', { Output: 'small' }) });
    expect(await world.run()).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('a fault of the rehearsal itself ends the execution with States.Runtime, which nothing catches', async () => {
    const world = new World();
    world.define({
      A: task('unknown', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }),
      B: { Type: 'Succeed' },
    });
    const end = await world.run();
    expect(end).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(end.cause).toContain('the test has no function unknown');
  });
});

describe('Retry', () => {
  test('waits IntervalSeconds, growing by BackoffRate up to MaxDelaySeconds, at most MaxAttempts times', async () => {
    const world = new World();
    const times: number[] = [];
    world.functions['f'] = () => {
      times.push(world.elapsed / 1000);
      return boom();
    };
    const retrier = { ErrorEquals: ['Boom'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 4 };
    world.define({ A: task('f', { Retry: [retrier] }) });
    expect(await world.run()).toMatchObject({ status: 'FAILED', error: 'Boom' });
    expect(times).toEqual([0, 2, 8, 18, 28]);
  });

  test('is by default three attempts after 1, 2 and 4 seconds', async () => {
    const world = new World();
    world.functions['f'] = boom;
    world.define({ A: task('f', { Retry: [{ ErrorEquals: ['States.ALL'] }] }) });
    await world.run();
    expect([world.calls.length, world.elapsed]).toEqual([4, 7000]);
  });

  test('with FULL jitter waits a share of the interval', async () => {
    const world = new World({ random: () => 0.25 });
    world.functions['f'] = boom;
    world.define({
      A: task('f', { Retry: [{ ErrorEquals: ['Boom'], IntervalSeconds: 40, MaxAttempts: 1, JitterStrategy: 'FULL' }] }),
    });
    await world.run();
    expect(world.elapsed).toBe(10_000);
  });

  test('counts each retrier for itself, and tells the whole count in RetryCount', async () => {
    const world = new World();
    const errors = ['A', 'B', 'A', 'B', 'A'];
    const seen: number[] = [];
    world.functions['f'] = (retry) => {
      seen.push(retry);
      const error = errors.shift();
      if (error !== undefined) throw new LambdaFunctionError(error, '');
      return 'done';
    };
    const one = (name: string, attempts: number): object => ({
      ErrorEquals: [name],
      MaxAttempts: attempts,
      IntervalSeconds: 1,
    });
    world.define({
      S: task('f', {
        Arguments: { FunctionName: 'f', Payload: '{% $states.context.State.RetryCount %}' },
        Retry: [one('A', 2), one('B', 9)],
      }),
    });
    expect(await world.run()).toMatchObject({ status: 'FAILED', error: 'A' });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  test('the clock stands still between a failure and its next attempt’s end, except for the interval', async () => {
    const world = new World();
    world.functions['f'] = () => 'ok';
    world.define({ A: task('f') });
    await world.run();
    expect(world.elapsed).toBe(0);
  });
});

describe('which errors ErrorEquals takes', () => {
  const throwing = (error: string) => () => {
    throw new ServiceError(error, 'told');
  };
  test.each([
    ['States.ALL', 'Lambda.TooManyRequestsException', true],
    ['States.TaskFailed', 'Lambda.Unknown', true],
    ['Lambda.ServiceException', 'Lambda.SdkClientException', false],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.Timeout', 'States.HeartbeatTimeout', true],
    ['States.HeartbeatTimeout', 'States.Timeout', false],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.TaskFailed', 'States.DataLimitExceeded', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.ALL', 'States.Runtime', false],
    ['States.Runtime', 'States.Runtime', false],
    ['States.ALL', 'States.QueryEvaluationError', true],
  ])('%s on %s: %s', async (name, error, matches) => {
    const world = new World();
    world.functions['f'] = throwing(error);
    world.define({ A: task('f', { Catch: [{ ErrorEquals: [name], Next: 'B' }] }), B: { Type: 'Succeed' } });
    expect((await world.run()).status).toBe(matches ? 'SUCCEEDED' : 'FAILED');
  });
});

describe('Catch', () => {
  test('goes on with Error and Cause, or with its own Output and Assign', async () => {
    const world = new World();
    world.functions['f'] = () => {
      throw new ServiceError('E', 'c');
    };
    world.define({
      A: task('f', {
        Catch: [
          { ErrorEquals: ['Other'], Next: 'C' },
          { ErrorEquals: ['E'], Next: 'B' },
        ],
        Next: 'C',
      }),
      B: task('f', {
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Next: 'C',
            Output: '{% {"first": $states.input} %}',
            Assign: { second: '{% $states.errorOutput.Cause %}' },
          },
        ],
      }),
      C: { Type: 'Pass', Output: '{% $merge([$states.input, {"second": $second}]) %}', End: true },
    });
    const end = await world.run();
    expect(JSON.parse(String(end.output))).toEqual({ first: { Error: 'E', Cause: 'c' }, second: 'c' });
  });

  test('takes an Output that cannot be evaluated, after the Task succeeded', async () => {
    const world = new World();
    world.functions['f'] = () => ({});
    world.define({
      A: task('f', {
        Output: '{% $states.result.Payload.missing %}',
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'B' }],
      }),
      B: { Type: 'Succeed' },
    });
    const end = await world.run();
    expect(JSON.parse(String(end.output))).toMatchObject({ Error: 'States.QueryEvaluationError' });
    expect(world.types(end.executionArn)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'EvaluationFailed',
      'TaskStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
  });
});

describe('time-outs', () => {
  test('TimeoutSeconds fails the Task with States.Timeout while the function goes on', async () => {
    const world = new World();
    let finished = false;
    world.functions['f'] = async () => {
      // A long poll: the handler is parked, so that time may pass.
      const unpark = world.clock.park();
      await world.clock.sleep(100_000);
      unpark();
      finished = true;
    };
    world.define({ A: task('f', { TimeoutSeconds: 30 }) });
    const end = await world.run();
    expect(end).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(end.cause).toBeUndefined();
    expect([world.elapsed, finished]).toEqual([30_000, false]);
    await world.at(100_000);
    expect(finished).toBe(true);
    expect(world.types(end.executionArn).slice(-2)).toEqual(['TaskTimedOut', 'ExecutionFailed']);
  });

  test('the machine’s TimeoutSeconds ends the execution TIMED_OUT', async () => {
    const world = new World();
    world.define({ A: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 60 });
    const end = await world.run();
    expect(end).toMatchObject({ status: 'TIMED_OUT', redriveStatus: 'REDRIVABLE' });
    expect(world.elapsed).toBe(60_000);
    expect(world.types(end.executionArn)).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionTimedOut']);
  });

  test('the time-out may be computed', async () => {
    const world = new World();
    world.define({
      A: task('f', {
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        TimeoutSeconds: '{% $states.input.limit * 2 %}',
      }),
    });
    world.functions['f'] = () => null;
    expect(await world.run({ limit: 5 })).toMatchObject({ error: 'States.Timeout' });
    expect(world.elapsed).toBe(10_000);
  });
});

describe('a Task that waits for its token', () => {
  function waiting(more: Record<string, unknown> = {}): { world: World; token: () => string } {
    const world = new World();
    let token = '';
    world.functions['ask'] = (payload: { token: string }) => {
      token = payload.token;
    };
    world.define({
      A: task('ask', {
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
        Output: '{% $states.result %}',
        TimeoutSeconds: 1000,
        ...more,
      }),
    });
    return { world, token: () => token };
  }

  test('ends with what SendTaskSuccess brings', async () => {
    const { world, token } = waiting();
    const arn = world.start();
    await world.at(50_000);
    world.engine.sendTaskSuccess({ taskToken: token(), output: '{"yes":true}' });
    const end = await world.end(arn);
    expect(end).toMatchObject({ status: 'SUCCEEDED', output: '{"yes":true}' });
    expect(world.elapsed).toBe(50_000);
    expect(world.types(arn)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('fails with what SendTaskFailure brings', async () => {
    const { world, token } = waiting();
    const arn = world.start();
    await world.at(1000);
    world.engine.sendTaskFailure({ taskToken: token(), error: 'Refused', cause: 'no' });
    expect(await world.end(arn)).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'no' });
  });

  test('lives as long as heartbeats come in time, and ends States.HeartbeatTimeout when one is missed', async () => {
    const { world, token } = waiting({ HeartbeatSeconds: 100 });
    const arn = world.start();
    for (const ms of [90_000, 180_000]) {
      await world.at(ms);
      world.engine.sendTaskHeartbeat({ taskToken: token() });
    }
    expect(await world.end(arn)).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
    expect(world.elapsed).toBe(280_000);
  });

  test('takes an answer that comes before the function has returned', async () => {
    const { world } = waiting();
    world.functions['ask'] = ({ token }: { token: string }) =>
      world.engine.sendTaskSuccess({ taskToken: token, output: '1' });
    expect(await world.run()).toMatchObject({ status: 'SUCCEEDED', output: '1' });
  });

  test('refuses a second answer, an answer after its end, another’s token and an output that is not JSON', async () => {
    const { world, token } = waiting();
    const arn = world.start();
    await world.at(1000);
    expect(refusal(() => world.engine.sendTaskSuccess({ taskToken: token(), output: 'yes' })).name).toBe(
      'InvalidOutput',
    );
    world.engine.sendTaskSuccess({ taskToken: token(), output: '1' });
    expect(refusal(() => world.engine.sendTaskSuccess({ taskToken: token(), output: '1' })).name).toBe('TaskTimedOut');
    await world.end(arn);
    expect(refusal(() => world.engine.sendTaskHeartbeat({ taskToken: token() }))).toEqual({
      name: 'TaskTimedOut',
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    });
    expect(refusal(() => world.engine.sendTaskFailure({ taskToken: 'mine' })).name).toBe('InvalidToken');
  });

  test('takes no error and no cause that AWS would not take, and waits on', async () => {
    const { world, token } = waiting();
    const arn = world.start();
    await world.at(1000);
    const failing = (error: string, cause: string) => (): unknown =>
      world.engine.sendTaskFailure({ taskToken: token(), error, cause });
    expect(refusal(failing('e'.repeat(257), '')).name).toBe('ValidationException');
    expect(refusal(failing('Refused', 'c'.repeat(32_769))).name).toBe('ValidationException');
    failing('e'.repeat(256), 'c'.repeat(32_768))();
    expect(await world.end(arn)).toMatchObject({ status: 'FAILED', error: 'e'.repeat(256) });
  });
});
