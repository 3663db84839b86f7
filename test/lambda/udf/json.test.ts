import fc from 'fast-check';
import { MAX_DEPTH, readJson } from '../../../lambda/udf/json/read';
import { AS_PYTHON, COMPACT, writeJson } from '../../../lambda/udf/json/write';
import type { JsonValue } from '../../../lambda/udf/json/value';
import { exceptionOf } from './exception-of';

const rewritten = (text: string): string => writeJson(readJson(text), AS_PYTHON);

/** Any value that can be written and read back; NaN is not equal to itself in its text only. */
const jsonValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    fc.bigInt(),
    fc.double(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.string({ unit: 'binary' }), tie('value')), { maxLength: 4 })
      .map((members) => new Map(members)),
  ),
})).value;

describe('JSON is read as Python 2.7 reads it', () => {
  test.each([
    ['a big integer stays exact', '12345678901234567890', 12345678901234567890n],
    ['minus nought is the integer nought', '-0', 0n],
    ['a fraction makes a double', '3.0', 3],
    ['an exponent makes a double', '1E+2', 100],
    ['what is too large is infinite', '-1e400', -Infinity],
    ['infinity has a name', ' -Infinity\n', -Infinity],
    ['not a number has a name', 'NaN', NaN],
    ['escapes', '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9"', '"\\/\b\f\n\r\té'],
    ['two halves make one character', '"\\ud83d\\ude00"', '😀'],
    ['a half stays alone', '"\\ud83d"', '\ud83d'],
    ['DEL and separators may stand in a text', '"\x7f\u2028"', '\x7f\u2028'],
    ['white space', ' [ 1 ,\t2 ] ', [1n, 2n]],
    [
      'the last of two members counts',
      '{"a":1,"b":2,"a":3}',
      new Map([
        ['a', 3n],
        ['b', 2n],
      ]),
    ],
    [
      'no member is special',
      '{"__proto__":1,"2":2,"1":3}',
      new Map([
        ['__proto__', 1n],
        ['2', 2n],
        ['1', 3n],
      ]),
    ],
  ])('%s', (_, text, value) => {
    expect(readJson(text)).toStrictEqual(value);
  });

  test.each([
    ...['', ' ', '01', '+1', '.5', '1.', '1e', '-', 'nan', '-NaN', '0x1', "'a'", '１', '\ufeff1', '\u00a01', '1 2'],
    ...[
      '[1,]',
      '[,]',
      '[1',
      '{"a":1,}',
      '{a:1}',
      '{"a" 1}',
      '{1:2}',
      '{"a":1',
      '"a',
      '"\t"',
      '"\\x"',
      '"\\u12"',
      'nul',
    ],
  ])('%j is refused', (text) => {
    expect(exceptionOf(() => readJson(text))).toBe('ValueError');
  });

  test('NULL is refused in another way', () => {
    expect(exceptionOf(() => readJson(null))).toBe('TypeError');
  });

  test('what is nested too deep is refused before the stack ends', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(rewritten(nested(MAX_DEPTH))).toBe(nested(MAX_DEPTH));
    expect(exceptionOf(() => readJson(nested(MAX_DEPTH + 1)))).toBe('RuntimeError');
    expect(exceptionOf(() => readJson('['.repeat(65_535)))).toBe('RuntimeError');
  });

  test('any text is read or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.string({ unit: fc.constantFrom(...Array.from('{}[]":,1-.eE\\u0 ')) }),
        ),
        (text) => {
          expect([undefined, 'ValueError', 'RuntimeError']).toContain(exceptionOf(() => readJson(text)));
        },
      ),
    );
  });

  test('whatever JavaScript takes for JSON is read as the same value', () => {
    const asPlain = (value: JsonValue): unknown => {
      if (Array.isArray(value)) return value.map(asPlain);
      if (value instanceof Map)
        return Object.fromEntries(Array.from(value, ([name, member]) => [name, asPlain(member)]));
      return typeof value === 'bigint' ? Number(value) : value;
    };
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        // JavaScript's integers know a minus nought.
        expect(JSON.stringify(asPlain(readJson(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });
});

describe('JSON is written as Python 2.7 writes it', () => {
  test.each([
    ['commas and colons have a space', '{"a":[1,2],"b":{}}', '{"a": [1, 2], "b": {}}'],
    ['all but printable ASCII is escaped', '"é上😀\x7f\u2028~"', '"\\u00e9\\u4e0a\\ud83d\\ude00\\u007f\\u2028~"'],
    [
      'short escapes, and none for a slash',
      '"\\u0008\\u000c\\n\\r\\t\\"\\\\\\/\\u0001"',
      '"\\b\\f\\n\\r\\t\\"\\\\/\\u0001"',
    ],
    ['doubles stay doubles', '[1.0,1e5,1e16,0.00001,-0.0,1E400]', '[1.0, 100000.0, 1e+16, 1e-05, -0.0, Infinity]'],
    ['constants', '[null,true,false,NaN]', '[null, true, false, NaN]'],
  ])('%s', (_, text, written) => {
    expect(rewritten(text)).toBe(written);
  });

  test('what was written is read as the same value, however it is written', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const text = writeJson(value, AS_PYTHON);
        expect(text).toMatch(/^[ -~]*$/);
        expect(readJson(text)).toStrictEqual(value);
        const compact = writeJson(value, { ...COMPACT, notFinite: AS_PYTHON.notFinite });
        expect(compact.length).toBeLessThanOrEqual(text.length);
        expect(readJson(compact)).toStrictEqual(value);
      }),
    );
  });
});
