import { reprOf } from '../python/repr';
import type { JsonValue } from './value';

/** How JSON is written. */
export interface JsonStyle {
  readonly comma: string;
  readonly colon: string;
  readonly string: (text: string) => string;
  /** NaN, Infinity and -Infinity, for which JSON has no text. */
  readonly notFinite: (value: number) => string;
}

/** As Python 2.7's `json.dumps` writes it: nothing but printable ASCII, a space after each comma and colon. */
export const AS_PYTHON: JsonStyle = { comma: ', ', colon: ': ', string: asciiString, notFinite: reprOf };

/** The same value in fewer bytes: no spaces, and no escapes but those that JSON asks for. */
export const COMPACT: JsonStyle = { comma: ',', colon: ':', string: JSON.stringify, notFinite: () => 'null' };

/** Members in the order they have; it recurses as deep as its value, which `readJson` limits. */
export function writeJson(value: JsonValue, style: JsonStyle): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map((element) => writeJson(element, style)).join(style.comma)}]`;
  if (value instanceof Map) {
    const members = Array.from(value, ([name, member]) => style.string(name) + style.colon + writeJson(member, style));
    return `{${members.join(style.comma)}}`;
  }
  if (typeof value === 'string') return style.string(value);
  if (typeof value !== 'number') return String(value);
  return Number.isFinite(value) ? reprOf(value) : style.notFinite(value);
}

const NEEDS_NO_ESCAPE = /^[ !#-[\]-~]*$/;
const ESCAPED = /[^ !#-[\]-~]/g;
const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\b', '\\b'],
  ['\f', '\\f'],
]);

/**
 * A string in printable ASCII. DEL is escaped as well, hexadecimal digits are lower-case, characters beyond the basic plane are
 * the two escapes of their pair.
 */
export function asciiString(text: string): string {
  return NEEDS_NO_ESCAPE.test(text) ? `"${text}"` : `"${text.replace(ESCAPED, escaped)}"`;
}

function escaped(character: string): string {
  return SHORT_ESCAPES.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
