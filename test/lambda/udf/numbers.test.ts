import fc from 'fast-check';
import { doubleOf, integerOf } from '../../../lambda/udf/python/number-text';
import { reprOf } from '../../../lambda/udf/python/repr';
import { exceptionOf } from './exception-of';

describe('Texts of integers', () => {
  test.each([
    ['7', 7n],
    ['-007', -7n],
    ['+7', 7n],
    ['-0', 0n],
    ['  12 ', 12n],
    ['\t12\x0b\x0c\r\n', 12n],
    ['\x1c5\x1d', 5n],
    ['\xa05\u2028', 5n],
    ['- 5', -5n],
    ['+\t5', 5n],
    ['12345678901234567890', 12345678901234567890n],
    ['１２', 12n],
    ['\u0661\u0662', 12n],
    ['𝟏', 1n],
    ['\u19da', 1n],
  ])('%j is %s', (text, value) => {
    expect(integerOf(text)).toBe(value);
  });

  test.each([
    '',
    ' ',
    '+',
    '--5',
    '- -5',
    '1_000',
    '5L',
    '0x1',
    '1 2',
    '1,5',
    '1.0',
    '1e5',
    '5\0',
    '五',
    '²',
    '\u{1e950}',
  ])('%j is none', (text) => {
    expect(integerOf(text)).toBeUndefined();
  });

  test('every integer is read from its own text, in whatever digits', () => {
    const zeros = fc.constantFrom(...Array.from('0٠०０𝟎'));
    fc.assert(
      fc.property(fc.bigInt(), zeros, (value, zero) => {
        const text = String(value).replace(/\d/g, (digit) =>
          String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)),
        );
        expect(integerOf(text)).toBe(value);
      }),
    );
  });
});

describe('Texts of doubles', () => {
  test.each([
    ['12.5', 12.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e5', 1e5],
    ['1.E-2', 0.01],
    ['\u0661.５', 1.5],
    [' -0 ', -0],
    ['1e400', Infinity],
    ['-1e400', -Infinity],
    ['1e-400', 0],
    ['inf', Infinity],
    ['-iNfInity', -Infinity],
    ['+nan', NaN],
    ['-NaN', NaN],
  ])('%j is %s', (text, value) => {
    expect(doubleOf(text)).toBe(value);
  });

  test.each([
    '',
    '.',
    '- 1.5',
    '1e',
    '1e 5',
    '.e5',
    '1.5.5',
    '1_0.0',
    '0x1p3',
    '1.5L',
    '1,5',
    'infinit',
    'nan(1)',
    'é',
  ])('%j is none', (text) => {
    expect(exceptionOf(() => doubleOf(text))).toBe('ValueError');
  });

  test.each(['五', '1\0', '\ufeff1', '😀'])('%j has a character that can stand in no number', (text) => {
    expect(exceptionOf(() => doubleOf(text))).toBe('UnicodeEncodeError');
  });

  test.each([' '.repeat(65_535), `${'1'.repeat(65_534)}x`, `${' '.repeat(65_534)}x`, `1${' '.repeat(65_533)}x`])(
    'a text of 65,535 characters is refused as soon as it has been read once (%#)',
    (text) => {
      expect(integerOf(text)).toBeUndefined();
      expect(exceptionOf(() => doubleOf(text))).toBe('ValueError');
    },
  );
});

describe('Doubles as text', () => {
  test.each([
    [3, '3.0'],
    [12.5, '12.5'],
    [-0, '-0.0'],
    [0, '0.0'],
    [1e15, '1000000000000000.0'],
    [9999999999999998, '9999999999999998.0'],
    [1e16, '1e+16'],
    [123456789012345680, '1.2345678901234568e+17'],
    [1e21, '1e+21'],
    [1e22, '1e+22'],
    [1.5e300, '1.5e+300'],
    [0.0001, '0.0001'],
    [0.00001234, '1.234e-05'],
    [5e-324, '5e-324'],
    [0.1 + 0.2, '0.30000000000000004'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ])('%d is %s', (value, text) => {
    expect(reprOf(value)).toBe(text);
  });

  test('give back the same double, and cannot be taken for an integer', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = reprOf(value);
        expect(doubleOf(text)).toBe(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?(e[+-]\d\d+)?$/);
        expect(integerOf(text)).toBeUndefined();
      }),
    );
  });
});
