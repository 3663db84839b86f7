import { digitOf, isSpace } from './digits';
import { PythonError } from './error';

/** White space after the sign is what Python 2.7 takes in integers, and only in them. */
const INTEGER = /^([+-]?)[\t-\r ]*(\d+)$/;
const DOUBLE = /^([+-]?)(?:(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|(inf|infinity)|nan)$/i;

/**
 * Python 2.7's `int(text)`, of any size; undefined where it raises.
 * @example integerOf(' -007 ') // -7n
 */
export function integerOf(text: string): bigint | undefined {
  const found = INTEGER.exec(inAscii(text)?.trim() ?? '');
  if (found === null) return undefined;
  const [, sign, digits = ''] = found;
  const size = BigInt(digits);
  return sign === '-' ? -size : size;
}

/**
 * Python 2.7's `float(text)`: infinity for what is too large, and `inf`, `infinity` and `nan` in any case.
 * @throws PythonError UnicodeEncodeError for a character that can stand in no number, else ValueError
 */
export function doubleOf(text: string): number {
  const ascii = inAscii(text);
  if (ascii === undefined) {
    throw new PythonError('UnicodeEncodeError', 'a character cannot stand in a decimal number');
  }
  const found = DOUBLE.exec(ascii.trim());
  if (found === null) throw new PythonError('ValueError', 'the text is no number');
  const [, sign, finite, infinite] = found;
  const size = finite !== undefined ? Number(finite) : infinite !== undefined ? Infinity : NaN;
  return sign === '-' ? -size : size;
}

/** Nothing but ASCII, so nothing that has to be looked at more closely. NUL is left out: Python refuses it as well. */
const PLAIN = /^[\x01-\x1b!-~ ]*$/;

/**
 * Digits and white space of all scripts as ASCII, other Latin-1 as it is; undefined where any other character is met.
 * Source: CPython 2.7.18, behaviour of the codec `decimal`
 */
function inAscii(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  let ascii = '';
  for (const character of text) {
    if (isSpace(character)) ascii += ' ';
    else {
      const digit = digitOf(character) ?? (character > '\0' && character <= '\xff' ? character : undefined);
      if (digit === undefined) return undefined;
      ascii += digit;
    }
  }
  return ascii;
}
