import { InvalidDefinition } from '../../../rehearsal/engine';
import { distributedMap, machine, MACHINE, refusal, roleArn, task, World } from './support/world';

const world = new World();

function problems(definition: object): string[] {
  try {
    world.engine.registerMachine({ arn: MACHINE, name: 'Machine', definition, roleArn: roleArn('Machine') });
  } catch (error) {
    if (error instanceof InvalidDefinition) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

/** Problems of a machine with one state. */
function ofState(state: Record<string, unknown>): string[] {
  return problems(machine({ S: state }));
}

const pass = { Type: 'Pass', End: true };

describe('a definition the engine runs', () => {
  test('is accepted with every field it knows', () => {
    const recovery = {
      Retry: [
        {
          ErrorEquals: ['A'],
          IntervalSeconds: 2,
          MaxAttempts: 5,
          BackoffRate: 1.5,
          MaxDelaySeconds: 9,
          JitterStrategy: 'FULL',
        },
        { ErrorEquals: ['States.ALL'], Comment: 'all the rest' },
      ],
      Catch: [
        { ErrorEquals: ['States.ALL'], Next: 'Done', Output: '{% $states.errorOutput %}', Assign: { failed: true } },
      ],
    };
    const found = problems(
      machine(
        {
          Work: task('f', {
            Comment: 'x',
            QueryLanguage: 'JSONata',
            TimeoutSeconds: 60,
            HeartbeatSeconds: 30,
            Next: 'Which',
            ...recovery,
          }),
          Which: {
            Type: 'Choice',
            Choices: [
              {
                Condition: '{% $states.input.a > 1 %}',
                Next: 'Pause',
                Output: '{% $states.input %}',
                Assign: { b: 1 },
              },
            ],
            Default: 'Until',
          },
          Pause: { Type: 'Wait', Seconds: '{% $b %}', Next: 'Each' },
          Until: { Type: 'Wait', Timestamp: '2026-01-01T00:00:00Z', Next: 'Broken' },
          Broken: { Type: 'Fail', Error: 'E', Cause: '{% "c" %}' },
          Each: distributedMap(
            { Inside: pass },
            {
              ItemSelector: { item: '{% $states.context.Map.Item.Value %}' },
              MaxConcurrency: 5,
              ToleratedFailurePercentage: 100,
              ToleratedFailureCount: 3,
              ResultWriter: {
                Resource: 'arn:aws-cn:states:::s3:putObject',
                Arguments: { Bucket: 'b', Prefix: '{% $states.input.prefix %}' },
                WriterConfig: { OutputType: 'JSON', Transformation: 'NONE' },
              },
              Next: 'Done',
              ...recovery,
            },
          ),
          Done: { Type: 'Succeed', Output: {} },
        },
        { Comment: 'whole', TimeoutSeconds: 99, Version: '1.0' },
      ),
    );
    expect(found).toEqual([]);
  });

  test.each([
    ['a path with filter, sort and grouping', '{% $states.input.items[a=1]^(>b).{"c": d} %}'],
    ['own variables and functions', '{% ($f := function($x){$x.a}; $map($states.input, $f)) %}'],
    ['focus and index variables', '{% $states.input.items@$i#$n.{"i": $i, "n": $n} %}'],
    [
      'the functions Step Functions adds',
      '{% [$uuid(), $hash("a","SHA-256"), $parse("1"), $range(1,2,1), $partition([1],1), $random(1)] %}',
    ],
    ['$ inside a predicate', '{% $states.input.items[$ > 1] %}'],
  ])('may use %s', (_, expression) => {
    expect(ofState({ ...pass, Output: expression })).toEqual([]);
  });
});

describe('a definition the engine does not run is refused at registration', () => {
  test('with every problem and its path, not only the first', () => {
    const found = problems({
      QueryLanguage: 'JSONata',
      StartAt: 'Nowhere',
      Surprise: 1,
      States: { A: { Type: 'Pass', Next: 'Gone', ResultPath: '$' }, B: { Type: 'Parallel', Branches: [], End: true } },
    });
    expect(found).toEqual([
      '/States/A/ResultPath: is not a field this engine runs here',
      '/States/B/Type: must be one of Task, Choice, Wait, Pass, Succeed, Fail, Map',
      '/States/B/Type: a state of this type is not run by this engine',
      "/StartAt: there is no state 'Nowhere' here",
      "/States/A/Next: there is no state 'Gone' here",
      '/Surprise: is not a field this engine runs here',
    ]);
  });

  test('with the API error and all of it in the message', () => {
    const found = refusal(() =>
      world.engine.registerMachine({ arn: MACHINE, name: 'Machine', definition: {}, roleArn: 'r' }),
    );
    expect(found.name).toBe('InvalidDefinition');
    expect(found.message).toContain('/QueryLanguage');
    expect(found.message).toContain('/StartAt');
  });

  test.each([
    ['no query language, which means JSONPath', { StartAt: 'S', States: { S: pass } }, '/QueryLanguage'],
    ['JSONPath', machine({ S: pass }, { QueryLanguage: 'JSONPath' }), '/QueryLanguage'],
    ['a JSONPath state', machine({ S: { ...pass, QueryLanguage: 'JSONPath' } }), '/States/S/QueryLanguage'],
    ['Parameters', machine({ S: { ...pass, Parameters: {} } }), '/States/S/Parameters'],
    [
      'an inline Map',
      machine({
        S: {
          ...distributedMap({ P: pass }),
          ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'P', States: { P: pass } },
        },
      }),
      '/States/S/ItemProcessor/ProcessorConfig/Mode',
    ],
    [
      'Express children',
      machine({
        S: {
          ...distributedMap({ P: pass }),
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
            StartAt: 'P',
            States: { P: pass },
          },
        },
      }),
      '/States/S/ItemProcessor/ProcessorConfig/ExecutionType',
    ],
    ['an ItemReader', machine({ S: distributedMap({ P: pass }, { ItemReader: {} }) }), '/States/S/ItemReader'],
    ['an ItemBatcher', machine({ S: distributedMap({ P: pass }, { ItemBatcher: {} }) }), '/States/S/ItemBatcher'],
    [
      'a name used twice, also across nested processors',
      machine({ S: distributedMap({ S: pass }) }),
      '/States/S/ItemProcessor/States/S',
    ],
    [
      'a label used twice',
      machine({ A: distributedMap({ P: pass }, { Next: 'B' }), B: distributedMap({ Q: pass }) }),
      '/States/B/Label',
    ],
    [
      'a transition out of a processor',
      machine({ S: distributedMap({ P: { Type: 'Pass', Next: 'S' } }) }),
      '/States/S/ItemProcessor/States/P/Next',
    ],
  ])('for %s', (_, definition, path) => {
    expect(problems(definition).some((problem) => problem.startsWith(`${path}: `))).toBe(true);
  });

  test.each([
    ['another service', task('f', { Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution' }), 'Resource'],
    ['a misspelt resource', task('f', { Resource: 'arn:aws:states:::lambda:invok' }), 'Resource'],
    [
      'a function ARN as resource',
      task('f', { Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:f' }),
      'Resource',
    ],
    [
      'further arguments',
      task('f', { Arguments: { FunctionName: 'f', InvocationType: 'Event' } }),
      'Arguments/InvocationType',
    ],
    ['no function', task('f', { Arguments: { Payload: {} } }), 'Arguments/FunctionName'],
    ['Credentials', task('f', { Credentials: {} }), 'Credentials'],
    ['a heartbeat as long as the time-out', task('f', { TimeoutSeconds: 5, HeartbeatSeconds: 5 }), 'HeartbeatSeconds'],
    ['a time-out of 0', task('f', { TimeoutSeconds: 0 }), 'TimeoutSeconds'],
    ['neither Next nor End', { Type: 'Pass' }, ''],
    ['both Next and End', { Type: 'Pass', Next: 'S', End: true }, ''],
    ['States.ALL in company', task('f', { Retry: [{ ErrorEquals: ['States.ALL', 'A'] }] }), 'Retry[0]/ErrorEquals'],
    [
      'States.ALL before the end',
      task('f', { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] }),
      'Retry[0]/ErrorEquals',
    ],
    ['an unknown States. error', task('f', { Retry: [{ ErrorEquals: ['States.Timeuot'] }] }), 'Retry[0]/ErrorEquals'],
    ['a BackoffRate below 1', task('f', { Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }] }), 'Retry[0]/BackoffRate'],
    ['MaxAttempts as text', task('f', { Retry: [{ ErrorEquals: ['A'], MaxAttempts: '3' }] }), 'Retry[0]/MaxAttempts'],
    [
      'MaxDelaySeconds below the interval',
      task('f', { Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 9, MaxDelaySeconds: 9 }] }),
      'Retry[0]/MaxDelaySeconds',
    ],
    ['an unknown field of a retrier', task('f', { Retry: [{ ErrorEquals: ['A'], Interval: 1 }] }), 'Retry[0]/Interval'],
    [
      'ResultPath in a catcher',
      task('f', { Catch: [{ ErrorEquals: ['A'], Next: 'S', ResultPath: '$.e' }] }),
      'Catch[0]/ResultPath',
    ],
    ['a Wait with two times', { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true }, ''],
    ['a bad timestamp', { Type: 'Wait', Timestamp: 'tomorrow', End: true }, 'Timestamp'],
    ['a Choice without rules', { Type: 'Choice', Choices: [] }, 'Choices'],
    [
      'a rule of JSONPath',
      { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'S' }] },
      'Choices[0]/Variable',
    ],
    ['an Assign to $states', { ...pass, Assign: { states: 1 } }, 'Assign/states'],
    [
      'a result writer for something else',
      distributedMap(
        { P: pass },
        { ResultWriter: { Resource: 'arn:aws:states:::s3:getObject', Arguments: { Bucket: 'b' } } },
      ),
      'ResultWriter/Resource',
    ],
    ['an empty result writer', distributedMap({ P: pass }, { ResultWriter: {} }), 'ResultWriter'],
  ])('for a state with %s', (_, state, field) => {
    const path = field === '' ? '/States/S' : `/States/S/${field}`;
    expect(ofState(state).some((problem) => problem.startsWith(`${path}: `))).toBe(true);
  });

  test.each([
    ['a syntax error', '{% $states.input. %}', 'JSONata'],
    ['syntax of a later JSONata', '{% $states.input.a ?? 1 %}', 'JSONata'],
    ['$eval', '{% $eval("1") %}', '$eval is not supported'],
    ['an unknown function', '{% $formatt(1) %}', '$formatt is not defined'],
    ['a variable nothing assigns', '{% $missing %}', '$missing is not defined'],
    ['a bare name', '{% input.a %}', 'input refers to a root document'],
    ['the root by $', '{% $.a %}', '$ refers to a root document'],
    ['the root by $$', '{% $$.a %}', '$$ refers to a root document'],
    ['$states.result where there is none', '{% $states.result %}', '$states.result is not available'],
    ['$states.errorOutput outside a catcher', '{% $states.errorOutput %}', '$states.errorOutput is not available'],
    ['a member $states does not have', '{% $states.inputs %}', '$states.inputs is not available'],
    ['an unfinished expression', '{% 1', 'must start with {% and end with %}'],
  ])('for an expression with %s', (_, expression, message) => {
    const found = ofState({ ...pass, Output: { deep: [expression] } });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^\/States\/S\/Output\/deep\[0\]: /);
    expect(found[0]).toContain(message);
  });
});
