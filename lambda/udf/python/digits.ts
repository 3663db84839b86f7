/**
 * What Python 2.7 takes for digits and white space in the text of a number: Unicode 5.2, where JavaScript's \d knows ten
 * digits and its \p{Nd} far more. Source: CPython 2.7.18, `unicodedata.decimal` and `unicode.isspace`, asked for each code point.
 */

/** Code points of the zeros; the nine digits after each follow it. */
const ZEROS = [
  ...[0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20],
  ...[0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0],
  ...[0xa900, 0xa9d0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6],
];

const DIGITS = new Map<number, string>([
  ...ZEROS.flatMap((zero) => Array.from({ length: 10 }, (_, digit): [number, string] => [zero + digit, String(digit)])),
  // New Tai Lue has a second digit one.
  [0x19da, '1'],
]);

const SPACE = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** The ASCII digit that stands for this character; undefined for what is none. */
export function digitOf(character: string): string | undefined {
  return DIGITS.get(character.codePointAt(0) ?? -1);
}

/** Whether Python 2.7 takes the character for white space. */
export function isSpace(character: string): boolean {
  return SPACE.test(character);
}
