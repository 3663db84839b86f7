import { planParameters } from '../../../lambda/inspect-and-plan/parameters';
import type { FoundTemplate } from '../../../lambda/inspect-and-plan/world';
import { foundTemplate } from '../support/found';

type Parameter = FoundTemplate['parameters'][number];

const parameter = (key: string, changes: Partial<Parameter> = {}): Parameter => ({
  key,
  type: 'String',
  hasDefault: false,
  noEcho: false,
  allowedValues: [],
  ...changes,
});

const plan = (
  parameters: Parameter[],
  current: Record<string, string>,
  overrides: Record<string, string> = {},
): ReturnType<typeof planParameters> => planParameters(foundTemplate({ parameters }), current, overrides);

describe('A parameter of the new template', () => {
  test('keeps its value, takes the input’s, or is left to its default', () => {
    const parameters = [
      parameter('Kept'),
      parameter('Changed'),
      parameter('New', { hasDefault: true }),
      parameter('Given', { hasDefault: true }),
    ];
    expect(plan(parameters, { Kept: 'a', Changed: 'b', Gone: 'c' }, { Changed: 'd', Given: 'e' })).toEqual({
      problems: [],
      parameters: [
        { key: 'Kept', use: 'previous' },
        { key: 'Changed', use: 'value', value: 'd' },
        { key: 'Given', use: 'value', value: 'e' },
      ],
    });
  });

  test.each<[string, Parameter[], Record<string, string>, Record<string, string>, string, string]>([
    ['is new and has no default', [parameter('Email')], {}, {}, 'Email', 'give it a value'],
    ['is none', [], {}, { Colour: 'red' }, 'Colour', 'no parameter of the new template'],
    [
      'is given a value that is not allowed',
      [parameter('Mode', { allowedValues: ['a', 'b'] })],
      { Mode: 'a' },
      { Mode: 'c' },
      'Mode',
      'must be one of a, b',
    ],
    [
      'has a value that is no longer allowed',
      [parameter('Mode', { allowedValues: ['a', 'b'] })],
      { Mode: 'c' },
      {},
      'Mode',
      'has the value c today',
    ],
    ['is given a text for a number', [parameter('Size', { type: 'Number' })], {}, { Size: 'x' }, 'Size', 'a number'],
    ['is given no address for Email', [parameter('Email')], {}, { Email: 'me' }, 'Email', 'e-mail'],
  ])('is refused by name when it %s', (_, parameters, current, overrides, key, says) => {
    expect(plan(parameters, current, overrides).problems).toEqual([
      { path: `input.console.parameters.${key}`, message: expect.stringContaining(says) as string },
    ]);
  });

  test('keeps a secret value that nobody can see', () => {
    const secret = parameter('Secret', { noEcho: true, allowedValues: ['a'] });
    expect(plan([secret], { Secret: '****' })).toEqual({
      problems: [],
      parameters: [{ key: 'Secret', use: 'previous' }],
    });
  });
});
