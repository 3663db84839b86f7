import { createHash } from 'node:crypto';
import { limits } from '../../../rehearsal/engine';
import { MACHINE, roleArn, START, task, World } from './support/world';

const pass = (output: unknown, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  Type: 'Pass',
  ...(output === undefined ? {} : { Output: output }),
  ...('Next' in more ? {} : { End: true }),
  ...more,
});

async function output(states: Record<string, unknown>, input: unknown = {}, world = new World()): Promise<unknown> {
  world.define(states);
  const end = await world.run(input);
  expect(end).toMatchObject({ status: 'SUCCEEDED' });
  return JSON.parse(String(end.output));
}

describe('data flow', () => {
  test('a state without Output hands its input on', async () => {
    expect(await output({ A: pass(undefined) }, { a: [1, null, 'ü'] })).toEqual({ a: [1, null, 'ü'] });
  });

  test('Output is evaluated wherever an expression stands in it, and is literal elsewhere', async () => {
    const states = {
      A: pass({ sum: '{% $sum($states.input.n) %}', list: ['{% $states.input.n[0] %}', 'text'], zero: 0 }),
    };
    expect(await output(states, { n: [1, 2, 3] })).toEqual({ sum: 6, list: [1, 'text'], zero: 0 });
  });

  test('variables are seen from the next state on, and Assign does not see Output', async () => {
    const states = {
      A: pass('{% {"was": $states.input.a} %}', { Assign: { kept: '{% $states.input.a %}', list: ['x'] }, Next: 'B' }),
      B: pass(
        { was: '{% $states.input.was %}', kept: '{% $kept %}', list: '{% $list %}' },
        { Assign: { kept: 2 }, Next: 'C' },
      ),
      C: pass('{% $merge([$states.input, {"now": $kept}]) %}'),
    };
    expect(await output(states, { a: 1 })).toEqual({ was: 1, kept: 1, list: ['x'], now: 2 });
  });

  test('the context object tells execution, state and machine', async () => {
    const world = new World();
    const context = await output({ 'The state': pass('{% $states.context %}') }, { a: 1 }, world);
    const [executionArn] = world.engine
      .listExecutions({ stateMachineArn: MACHINE })
      .executions.map((e) => e['executionArn']);
    expect(context).toEqual({
      Execution: {
        Id: executionArn,
        Input: { a: 1 },
        Name: 'execution-0',
        RoleArn: roleArn('Machine'),
        StartTime: '2026-01-01T00:00:00.000Z',
        RedriveCount: 0,
      },
      State: { EnteredTime: '2026-01-01T00:00:00.000Z', Name: 'The state', RetryCount: 0 },
      StateMachine: { Id: MACHINE, Name: 'Machine' },
    });
  });

  test('RedriveCount may be left out before the first redrive, as the sample context of the documentation has it', async () => {
    const world = new World({ redriveCountBeforeRedrive: 'absent' });
    expect(await output({ A: pass('{% $exists($states.context.Execution.RedriveCount) %}') }, {}, world)).toBe(false);
  });

  test('time is the virtual clock’s', async () => {
    const states = {
      A: { Type: 'Wait', Seconds: 86_400, Next: 'B' },
      B: pass({ now: '{% $now() %}', millis: '{% $millis() %}', day: '{% $now("[Y]-[M01]-[D01]") %}' }),
    };
    expect(await output(states)).toEqual({
      now: '2026-01-02T00:00:00.000Z',
      millis: START + 86_400_000,
      day: '2026-01-02',
    });
  });

  test('the functions Step Functions adds to JSONata', async () => {
    const states = {
      A: pass({
        partition: '{% $partition([1,2,3,4,5], 2) %}',
        range: '{% $range(1, 9, 3) %}',
        down: '{% $range(2, 0, -1) %}',
        hash: '{% $hash("text", "SHA-256") %}',
        parse: '{% $parse("{\\"a\\":[1]}").a %}',
        uuid: '{% $match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) ~> $count() %}',
        same: '{% $random(7) = $random(7) %}',
        bounds: '{% $random() >= 0 and $random() < 1 %}',
      }),
    };
    expect(await output(states)).toEqual({
      partition: [[1, 2], [3, 4], [5]],
      range: [1, 4, 7],
      down: [2, 1, 0],
      hash: createHash('sha256').update('text').digest('hex'),
      parse: [1],
      uuid: 1,
      same: true,
      bounds: true,
    });
  });

  test('a Choice takes the first rule that is true, with its Output and Assign, else the Default', async () => {
    const states = {
      Which: {
        Type: 'Choice',
        Choices: [
          {
            Condition: '{% $states.input.n > 2 %}',
            Next: 'Big',
            Output: { size: 'big' },
            Assign: { by: 'first rule' },
          },
          { Condition: '{% $states.input.n > 1 %}', Next: 'Middle' },
        ],
        Default: 'Small',
        Output: { size: 'small' },
      },
      Big: pass('{% $merge([$states.input, {"by": $by}]) %}'),
      Middle: pass(undefined),
      Small: pass(undefined),
    };
    expect(await output(states, { n: 3 })).toEqual({ size: 'big', by: 'first rule' });
    expect(await output(states, { n: 2 })).toEqual({ n: 2 });
    expect(await output(states, { n: 1 })).toEqual({ size: 'small' });
  });

  test('a Wait waits for seconds or until a timestamp, and not at all for one in the past', async () => {
    const world = new World();
    world.define({
      A: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'B' },
      B: { Type: 'Wait', Timestamp: '{% $states.input.until %}', Next: 'C' },
      C: { Type: 'Wait', Timestamp: '2020-01-01T00:00:00Z', End: true },
    });
    await world.run({ seconds: 90, until: '2026-01-01T01:00:00+00:00' });
    expect(world.elapsed).toBe(3_600_000);
  });

  test('Succeed ends with its Output, Fail with its Error and Cause', async () => {
    expect(await output({ A: { Type: 'Succeed', Output: { done: '{% $states.input.a %}' } } }, { a: 1 })).toEqual({
      done: 1,
    });
    const world = new World();
    world.define({ A: { Type: 'Fail', Error: '{% $states.input.e %}', Cause: 'because' } });
    expect(await world.run({ e: 'Mine' })).toMatchObject({ status: 'FAILED', error: 'Mine', cause: 'because' });
  });
});

describe('a data-flow error', () => {
  async function failure(
    states: Record<string, unknown>,
    input: unknown = {},
  ): Promise<{ error?: string; cause?: string }> {
    const world = new World();
    world.define(states);
    const end = await world.run(input);
    expect(end.status).toBe('FAILED');
    return end;
  }

  test('an expression that returns nothing fails the execution and says where', async () => {
    const world = new World();
    world.define({
      First: pass(undefined, { Next: 'Second' }),
      Second: pass({ a: { b: '{% $states.input.missing %}' } }),
    });
    const end = await world.run({});
    expect(end).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause:
        "An error occurred while executing the state 'Second' (entered at the event id #4). The JSONata expression " +
        "'$states.input.missing' specified for the field 'Output/a/b' returned nothing (undefined).",
    });
    const [, , , , evaluationFailed, executionFailed] = world.history(end.executionArn);
    expect(evaluationFailed).toMatchObject({
      type: 'EvaluationFailed',
      evaluationFailedEventDetails: { state: 'Second', location: 'Output/a/b', error: 'States.QueryEvaluationError' },
    });
    expect(executionFailed?.type).toBe('ExecutionFailed');
  });

  test('a missing member inside an object an expression makes is only left out', async () => {
    expect(await output({ A: pass('{% {"a": $states.input.missing, "b": 1} %}') })).toEqual({ b: 1 });
  });

  test.each([
    ['a JSONata error', pass('{% $states.input.a + 1 %}'), 'T2001'],
    ['a function as result', pass('{% {"f": $sum} %}'), 'returned a function'],
    [
      'a condition that is not boolean',
      { Type: 'Choice', Choices: [{ Condition: '{% "yes" %}', Next: 'A' }] },
      "Expected 'boolean'",
    ],
    ['seconds that are not a number', { Type: 'Wait', Seconds: '{% "1" %}', End: true }, "Expected 'number'"],
    ['seconds with a fraction', { Type: 'Wait', Seconds: '{% 1.5 %}', End: true }, 'must be an integer'],
    ['a timestamp that is none', { Type: 'Wait', Timestamp: '{% "soon" %}', End: true }, 'not an ISO 8601'],
    ['$range beyond 1,000 numbers', pass('{% $range(1, 1001, 1) %}'), 'more than 1000'],
    ['an unknown hash', pass('{% $hash("a", "CRC") %}'), 'not CRC'],
  ])('%s is States.QueryEvaluationError', async (_, state, cause) => {
    const end = await failure({ A: state }, { a: 'x' });
    expect(end.error).toBe('States.QueryEvaluationError');
    expect(end.cause).toContain(cause);
  });

  test('a Choice without a matching rule and without Default is States.NoChoiceMatched', async () => {
    const end = await failure({ A: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'A' }] } });
    expect(end.error).toBe('States.NoChoiceMatched');
    expect(end.cause).toContain('Failed to transition out of the state');
  });

  test.each([
    ['an output', { A: pass('{% $pad("", $states.input.length, "x") %}') }],
    ['a variable', { A: pass(undefined, { Assign: { v: '{% $pad("", $states.input.length, "x") %}' } }) }],
    [
      'the arguments of a Task',
      { A: task('f', { Arguments: { FunctionName: 'f', Payload: '{% $pad("", $states.input.length, "x") %}' } }) },
    ],
  ])('%s over 256 KiB is States.DataLimitExceeded, one of 256 KiB passes', async (_, states) => {
    const world = new World();
    world.functions['f'] = () => 'ok';
    world.define(states);
    // Quotation marks, and for the Task the rest of its arguments, count too.
    expect(await world.run({ length: limits.dataBytes - 40 })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await world.run({ length: limits.dataBytes })).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
  });

  test('bytes of UTF-8 count, not characters', async () => {
    const world = new World();
    world.define({ A: pass('{% $pad("", $states.input.length, "ü") %}') });
    expect(await world.run({ length: limits.dataBytes / 2 - 1 })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await world.run({ length: limits.dataBytes / 2 })).toMatchObject({ error: 'States.DataLimitExceeded' });
  });
});
