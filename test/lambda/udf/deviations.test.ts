import { callFunction, type FunctionName } from '../../../lambda/udf/functions';
import { Lenient, STRICT, type DeviationCounts } from '../../../lambda/udf/mode';
import { exceptionOf } from './exception-of';

interface Case {
  what: string;
  name: FunctionName;
  args: (string | null)[];
  answer: string | null;
  counts: DeviationCounts;
  /** What Python raised; undefined where it did not fail. */
  raised?: string;
}

const property = (value: string, type: string): string => `{"value":${value},"type":"${type}","set_time_msec":1}`;

const CASES: Case[] = [
  {
    what: 'D1: what is no JSON is NULL',
    name: 'combine_json_list',
    args: ['[{"a":1},'],
    answer: null,
    counts: { unusable: 1 },
    raised: 'ValueError',
  },
  {
    what: 'D1: what can have no members is NULL',
    name: 'convert_json_list',
    args: ['[]'],
    answer: null,
    counts: { unusable: 1 },
    raised: 'AttributeError',
  },
  {
    what: 'D1: a text with one of the names in it is NULL',
    name: 'rm_object_props',
    args: ['"my name"', 'name'],
    answer: null,
    counts: { unusable: 1 },
    raised: 'TypeError',
  },
  {
    what: 'D1: members that cannot be converted to a list are left out',
    name: 'convert_json_list',
    args: ['{"a":null,"b":{"value":null,"type":"string"},"c":{"value":"x"},"d":{"value":"y","type":"string"}}'],
    answer: '[{"key": "d", "value": "y", "type": "string"}]',
    counts: { memberSkipped: 3 },
    raised: 'TypeError',
  },
  {
    what: 'D1: elements that are no object are left out',
    name: 'combine_json_list',
    args: ['[{"a":1},null,5,"no",[["b"]],{"c":2}]'],
    answer: '{"a": 1, "c": 2}',
    counts: { memberSkipped: 4 },
    raised: 'TypeError',
  },
  {
    what: 'D1: parameters of an event that cannot be converted stay as they are',
    name: 'transform_event_custom_props',
    args: [
      `{"a":${property('"12 EUR"', 'number')},"b":null,"c":${property('null', 'number')},"d":${property('true', 'boolean')},"e":"x","f":{"value":"1"},"g":{"type":"string"},"h":${property('"7"', 'number')}}`,
    ],
    answer: '{"a": "12 EUR", "b": null, "c": null, "d": true, "e": "x", "f": "1", "g": null, "h": 7}',
    counts: { memberKept: 7 },
    raised: 'ValueError',
  },
  {
    what: 'D1: properties of a user that cannot be converted stay as they are',
    name: 'transform_user_custom_props',
    args: [
      `{"a":${property('"12 EUR"', 'number')},"b":null,"c":${property('"ja, é"', 'boolean')},"d":{"value":"7","type":"number"},"e":${property('"7"', 'number')}}`,
    ],
    answer:
      '{"a": {"value": "12 EUR", "set_time_msec": 1}, "b": null, "c": {"value": "ja, \\u00e9", "set_time_msec": 1}, "d": {"value": 7, "set_time_msec": null}, "e": {"value": 7, "set_time_msec": 1}}',
    counts: { memberKept: 4 },
    raised: 'ValueError',
  },
  {
    what: 'D1: what is nested too deep is NULL',
    name: 'transform_event_custom_props',
    args: ['['.repeat(65_535)],
    answer: null,
    counts: { unusable: 1 },
    raised: 'RuntimeError',
  },
  {
    what: 'D2: NULL is the answer to NULL',
    name: 'rm_object_props',
    args: ['{"a":1}', null],
    answer: null,
    counts: { nullGiven: 1 },
    raised: 'AttributeError',
  },
  {
    what: 'D3: what JSON has no text for is null',
    name: 'combine_json_list',
    args: ['[{"a":NaN},{"b":[-Infinity]}]'],
    answer: '{"a": null, "b": [null]}',
    counts: { notFinite: 2 },
  },
  {
    what: 'D3: a text that Python takes for no number at all is null',
    name: 'transform_event_custom_props',
    args: [`{"a":${property('"nan"', 'number')}}`],
    answer: '{"a": null}',
    counts: { notFinite: 1 },
  },
];

describe('Where the functions deviate from Python 2.7', () => {
  test.each(CASES)('$what', ({ name, args, answer, counts, raised }) => {
    const mode = new Lenient();
    expect(callFunction(name, args, mode)).toBe(answer);
    expect(mode.counts).toEqual(counts);
    if (raised !== undefined) {
      expect(exceptionOf(() => callFunction(name, args, STRICT))).toBe(raised);
    }
  });

  test('D4: members keep their order, digits and all', () => {
    expect(callFunction('combine_json_list', ['[{"b":1,"2":2},{"1":3,"b":4}]'], STRICT)).toBe(
      '{"b": 4, "2": 2, "1": 3}',
    );
  });
});

describe('D6: a parameter that comes again without a value', () => {
  const args = ['https://e.com/?a=1&a&utm_source=x', null, null];

  test('keeps the value it has', () => {
    const mode = new Lenient();
    expect(JSON.parse(callFunction('parse_utm_from_url', args, mode) ?? '')).toMatchObject({
      params: { a: '1', utm_source: 'x' },
    });
    expect(mode.counts).toEqual({ valueMissing: 1 });
    expect(exceptionOf(() => callFunction('parse_utm_from_url', args, STRICT))).toBe('TypeError');
  });
});

describe('D5: an answer that is too long for its column', () => {
  const MAX_BYTES = 65_535;
  const lenient = (name: FunctionName, args: (string | null)[]): [string | null, DeviationCounts] => {
    const mode = new Lenient();
    return [callFunction(name, args, mode), mode.counts];
  };

  test('goes without spaces and escapes', () => {
    const text = `{"city":"${'上海'.repeat(10_000)}","n":1.0}`;
    expect(lenient('rm_object_props', [text, 'x'])).toEqual([text, { compacted: 1 }]);
    expect(callFunction('rm_object_props', [text, 'x'], STRICT)).toMatch(/^\{"city": "(\\u4e0a\\u6d77)+", "n": 1.0\}$/);
  });

  test('is a list without its last elements', () => {
    const members = Array.from({ length: 1_200 }, (_, n) => `"k${n}":{"value":"${'海'.repeat(100)}","type":"string"}`);
    const [answer, counts] = lenient('convert_json_list', [`{${members.join()}}`]);
    const kept = JSON.parse(answer ?? '') as { key: string }[];
    expect(counts).toEqual({ shortened: 1 });
    expect(kept.map(({ key }) => key)).toEqual(kept.map((_, n) => `k${n}`));
    const bytes = Buffer.byteLength(answer ?? '');
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
    expect(bytes + Buffer.byteLength(JSON.stringify(kept[0]))).toBeGreaterThan(MAX_BYTES);
  });

  test('is NULL where an object cannot be shorter', () => {
    const list = `[{"a":[${Array.from({ length: 13_000 }, () => '1e15').join()}]}]`;
    expect(lenient('combine_json_list', [list])).toEqual([null, { tooLong: 1 }]);
  });

  test('is a page without its query, and without its parameters if need be', () => {
    const longQuery = `x=${'y'.repeat(40_000)}`;
    const [withoutQuery, once] = lenient('parse_utm_from_url', [`https://e.com/p?${longQuery}`, null, null]);
    expect(once).toEqual({ shortened: 1 });
    expect(JSON.parse(withoutQuery ?? '')).toMatchObject({ query: null, params: { x: 'y'.repeat(40_000) }, path: 'p' });

    const manyNames = Array.from({ length: 10_000 }, (_, n) => `n${n}`).join('&');
    const [withoutParameters, twice] = lenient('parse_utm_from_url', [`https://e.com/p?${manyNames}`, null, null]);
    expect(twice).toEqual({ shortened: 1 });
    expect(JSON.parse(withoutParameters ?? '')).toMatchObject({ query: null, params: null, host: 'e.com', path: 'p' });

    const longPath = `https://${'h'.repeat(40_000)}/?utm_source=${'s'.repeat(40_000)}`;
    expect(lenient('parse_utm_from_url', [longPath, null, null])).toEqual([null, { tooLong: 1 }]);
  });
});
