import { lintDefinition } from '../support/jsonata-lint';

const task = {
  Type: 'Task',
  Comment: 'A task.',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
  TimeoutSeconds: 90,
  Retry: [{ ErrorEquals: ['Lambda.ServiceException'], BackoffRate: 2 }],
  End: true,
};

function problems(changes: Record<string, unknown>): string[] {
  // A change to undefined takes the field away.
  const changed: Record<string, unknown> = { ...task, ...changes };
  const state = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
  return lintDefinition({ States: { Only: state } }).map(({ field, message }) => `${field}: ${message}`);
}

describe('The JSONata lint', () => {
  test('has nothing to say about a proper Task', () => {
    expect(problems({})).toEqual([]);
  });

  test.each([
    ['syntax that JSONata 2.0.6 does not know', { Output: '{% $states.result.Payload ?? 1 %}' }, /does not parse/],
    ['an unknown function', { Output: '{% $formatt(1) %}' }, /unknown function \$formatt/],
    ['$eval, which Step Functions has not', { Output: "{% $eval('1') %}" }, /unknown function \$eval/],
    ['an unknown variable', { Output: '{% $foo.bar %}' }, /unknown variable \$foo/],
    [
      '$states.result in Arguments',
      { Arguments: { FunctionName: 'f', Payload: '{% $states.result %}' } },
      /does not exist in Arguments/,
    ],
    ['an unknown member of $states', { Output: '{% $states.inputs %}' }, /unknown \$states\.inputs/],
    ['a name that refers to no input document', { Output: '{% input.x %}' }, /unqualified name input/],
    ['the root of no input document', { Output: '{% $.x %}' }, /there is no input document/],
    ['an expression that is not the whole text', { Output: 'a {% 1 %}' }, /must be the whole text/],
    ['a JSONPath reference', { Arguments: { FunctionName: 'f', Payload: '$.x' } }, /looks like JSONPath/],
    ['a JSONPath key', { Arguments: { FunctionName: 'f', 'Payload.$': '$' } }, /a field of JSONPath/],
    ['a JSONPath field', { ResultPath: '$.x' }, /ResultPath: a field of JSONPath/],
    ['an unknown resource', { Resource: 'arn:aws:states:::lambda:invok' }, /unknown resource/],
    ['a Task without time-out', { TimeoutSeconds: undefined }, /TimeoutSeconds: missing/],
    ['a Task without Retry', { Retry: undefined }, /Retry: missing/],
    ['a Task without function', { Arguments: {} }, /no FunctionName/],
    ['a heartbeat as long as the time-out', { HeartbeatSeconds: 90 }, /not shorter/],
    ['States.ALL in company', { Retry: [{ ErrorEquals: ['States.ALL', 'X'] }] }, /alone and last/],
    [
      'States.ALL before others',
      { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] },
      /alone and last/,
    ],
    ['an error in two retriers', { Retry: [{ ErrorEquals: ['X'] }, { ErrorEquals: ['X'] }] }, /taken by an earlier/],
    ['a shrinking back-off', { Retry: [{ ErrorEquals: ['X'], BackoffRate: 0.5 }] }, /BackoffRate/],
    ['a Catch', { Catch: [] }, /cannot be redriven/],
    ['a Fail state', { Type: 'Fail' }, /redrive useless/],
    ['a state without comment', { Comment: '' }, /Comment: missing/],
  ])('finds %s', (_what, changes, expected) => {
    expect(problems(changes)).toContainEqual(expect.stringMatching(expected));
  });

  test('knows the names that an expression binds itself', () => {
    expect(problems({ Output: '{% ($a := 1; $map([$a], function($v) { $v + $a })) %}' })).toEqual([]);
  });

  test('looks into Maps', () => {
    const map = {
      Type: 'Map',
      Comment: 'A map.',
      Label: 'L',
      ItemProcessor: { States: { Inner: { ...task, Output: '{% $foo %}' } } },
    };
    expect(lintDefinition({ States: { Outer: map } })).toEqual([
      { state: 'Inner', field: 'Output', message: 'unknown variable $foo' },
    ]);
  });
});
