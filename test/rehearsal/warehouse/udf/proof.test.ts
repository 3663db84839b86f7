import '../../../lambda/support/silence';
import { disagreements, type RecordedCall } from '../../../../rehearsal/warehouse/udf/proof';
import { FUNCTIONS, type FunctionName } from '../../../../lambda/udf/functions';
import golden from '../../../lambda/udf/golden.json';
import { openTestDatabase, type TestDatabase } from '../support/database';
import { randomCalls } from './random-calls';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);
afterAll(() => database.stop());

/** What the stand-ins answer. */
async function answered(calls: readonly Pick<RecordedCall, 'functionName' | 'arguments'>[]): Promise<RecordedCall[]> {
  const answers: RecordedCall[] = [];
  for (const { functionName, arguments: args } of calls) {
    const { rows } = await database.client.query<{ answer: string | null }>(
      'SELECT rehearsal.udf_answer($1, $2::text[]) AS answer',
      [functionName, args],
    );
    answers.push({ functionName, arguments: args, answer: rows[0]?.answer ?? null });
  }
  return answers;
}

const GOLDEN = Object.entries<{ args: (string | null)[] }[]>(golden).flatMap(([functionName, cases]) =>
  cases.map(({ args }) => ({ functionName, arguments: args })),
);

const property = (value: string, type: string): string => `{"value":${value},"type":"${type}","set_time_msec":1}`;
const SPECIAL: [FunctionName, ...(string | null)[]][] = [
  ['combine_json_list', '[{"a":1},'],
  [
    'combine_json_list',
    '[{"a":1},null,5,"no",[["b"]],{"c":2},"",[],[["d",1],[null,2],[1.0,3],[true,4],"xy",{"p":1,"q":2}]]',
  ],
  ['combine_json_list', '[{"a":NaN},{"b":[-Infinity]},{"c":1e400,"d":"NaN Infinity"}]'],
  ['combine_json_list', '[{"a":1,"b":{"x":1}},{"a":{"y":2}},{"a":3}]'],
  ['combine_json_list', '{}'],
  ['combine_json_list', '{"":1}'],
  ['combine_json_list', '""'],
  ['combine_json_list', '"x"'],
  ['combine_json_list', `[{"a":[${Array.from({ length: 13_000 }, () => '1e15').join()}]}]`],
  ['combine_json_list', '['.repeat(65_535)],
  ['combine_json_list', `[{"a":${'['.repeat(988)}${']'.repeat(988)}}]`],
  ['combine_json_list', `[{"a":${'['.repeat(989)}${']'.repeat(989)}}]`],
  ['convert_json_list', '[]'],
  [
    'convert_json_list',
    '{"a":null,"b":{"value":null,"type":"string"},"c":{"value":"x"},"d":{"value":"y","type":"string"},"e":["value"],"f":"value"}',
  ],
  [
    'convert_json_list',
    `{"a":{"value":"${'\u{1F600}'.repeat(120)}","type":null},"b":{"value":[${Array.from({ length: 120 }, (_, n) => n).join()}],"type":1.50}}`,
  ],
  [
    'convert_json_list',
    `{${Array.from({ length: 1_200 }, (_, n) => `"k${n}":{"value":"${'海'.repeat(100)}","type":"string"}`).join()}}`,
  ],
  ['rm_object_props', '"my name"', 'name'],
  ['rm_object_props', '"my name"', 'é'],
  ['rm_object_props', '["a",1e5]', 'b,é'],
  ['rm_object_props', '["a",1e5]', 'a'],
  ['rm_object_props', '{"":1,"a":2,"é":3}', ',é'],
  ['rm_object_props', '{"a":1}', ''],
  ['rm_object_props', '{"a":1}', null],
  ['rm_object_props', '5', 'a'],
  ['rm_object_props', `{"city":"${'上海'.repeat(10_000)}","n":1.0}`, 'x'],
  ['rm_object_props', '{"a":"\\ud83d","\\ude00b\\u0000":"\\ud83d\\ude00 \\\\ud83d","c":1}', 'c'],
  [
    'transform_event_custom_props',
    `{"a":${property('"12 EUR"', 'number')},"b":null,"c":${property('null', 'number')},"d":${property('true', 'boolean')},"e":"x","f":{"value":"1"},"g":{"type":"string"},"h":${property('"7"', 'number')}}`,
  ],
  ...[
    '" -007 "',
    '"+ 5"',
    '"1_000"',
    '"٣"',
    '"\u2003１２.５\u00a0"',
    '"1e400"',
    '"-1e-400"',
    '"nan"',
    '"-Infinity"',
    '"1e15"',
    '"1e16"',
    '"123456789012345678901234567890"',
    '".5"',
    '"5."',
    '"0x1"',
    '1e22',
    '-1e23',
    '5.9',
    '-0',
    '1e400',
    'true',
    '"\\u0000"',
    '"1\\u0000"',
    '[1]',
    '"\\u001f1"',
  ].flatMap((value): [FunctionName, string][] => [
    ['transform_event_custom_props', `{"a":${property(value, 'number')}}`],
    [
      'transform_user_custom_props',
      `{"a":${property(value, 'boolean')},"b":${property(value, 'Number')},"c":${value}}`,
    ],
  ]),
  [
    'transform_user_custom_props',
    `{"a":${property('"ja, é"', 'boolean')},"b":{"value":"TRUE","type":"boolean"},"c":${property('"\u212a"', 'boolean')}}`,
  ],
  ['parse_utm_from_url', null, null, null],
  ['parse_utm_from_url', 'https://e.com/?a=1&a&utm_source=x', null, null],
  ['parse_utm_from_url', `https://e.com/p?x=${'y'.repeat(40_000)}`, null, null],
  ['parse_utm_from_url', `https://e.com/p?x=${'海'.repeat(9_000)}`, null, null],
  ['parse_utm_from_url', `https://e.com/p?${Array.from({ length: 10_000 }, (_, n) => `n${n}`).join('&')}`, null, null],
  ['parse_utm_from_url', `https://${'h'.repeat(40_000)}/?utm_source=${'s'.repeat(40_000)}`, null, null],
];

describe('The stand-ins of external functions', () => {
  test('answer what the handler answers, in whatever batch it is asked, to what Python answered', async () => {
    expect(disagreements(await answered(GOLDEN))).toEqual([]);
  });

  test('and to what Python failed at', async () => {
    const calls = SPECIAL.map(([functionName, ...args]) => ({ functionName, arguments: args }));
    expect(disagreements(await answered(calls))).toEqual([]);
  });

  test('and to hundreds of calls made up at random', async () => {
    const calls = (Object.keys(FUNCTIONS) as FunctionName[]).flatMap((name) => randomCalls(name, 150));
    expect(disagreements(await answered(calls))).toEqual([]);
  }, 60_000);
});

describe('A disagreement', () => {
  test('is another text, or another class of number', () => {
    const call = (functionName: string, args: (string | null)[], answer: string | null): RecordedCall => ({
      functionName,
      arguments: args,
      answer,
    });
    const wrong = [
      call('combine_json_list', ['[{"a":1}]'], '{"a": 1.0}'),
      call('rm_object_props', [null, null], '{}'),
      call('parse_utm_from_url', [null, null, null], null),
    ];
    const right = [call('combine_json_list', ['[{"a":1,"b":2}]'], '{"b":2,"a":1}')];
    const found = disagreements([...wrong, ...right]);
    expect(new Set(found.map(({ functionName, answer }) => `${functionName} ${answer}`)).size).toBe(3);
    expect(found.map(({ batchSize }) => batchSize)).toContain(2);
  });
});
