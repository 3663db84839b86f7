import { fitted, MAX_BYTES } from './fit';
import { readJson } from './json/read';
import { typeName, type JsonValue } from './json/value';
import { COMPACT, writeJson } from './json/write';
import { Deviation, type Mode } from './mode';
import { PythonError } from './python/error';

/** Characters, or elements of a list, that are kept of a value. */
const MAX_VALUE_LENGTH = 100;

/**
 * An object of objects as a list of `key`, `value` and `type`; members without a value are left out, values are cut to 100
 * characters (code points: a pair is never split).
 * Lenient: members that cannot be converted are left out (D1); of an answer too long for its column, the last elements (D5).
 * @throws PythonError for what is no object; in strict mode also for a member that cannot be converted
 * @example convertJsonList(['{"plan":{"value":"gold","type":"string"}}'], mode)
 * // '[{"key": "plan", "value": "gold", "type": "string"}]'
 */
export function convertJsonList([json = null]: readonly (string | null)[], mode: Mode): string | null {
  const members = readJson(json);
  if (!(members instanceof Map)) {
    throw new PythonError('AttributeError', `${typeName(members)} object has no attribute 'items'`);
  }
  const list: JsonValue[] = [];
  for (const [key, member] of members) {
    const element = mode.attempt(
      () => elementOf(key, member),
      Deviation.MemberSkipped,
      () => undefined,
    );
    if (element !== undefined) list.push(element);
  }
  return fitted(
    (style) => writeJson(list, style),
    mode,
    () => firstThatFit(list),
  );
}

function elementOf(key: string, member: JsonValue): JsonValue | undefined {
  if (!hasValue(member)) return undefined;
  if (!(member instanceof Map)) throw new PythonError('TypeError', `${typeName(member)} indices must be integers`);
  const value = cut(member.get('value') ?? null);
  const type = member.get('type');
  if (type === undefined) throw new PythonError('KeyError', 'type');
  return new Map<string, JsonValue>([
    ['key', key],
    ['value', value],
    ['type', type],
  ]);
}

/** Python's `"value" in member`: a name of an object, an element of a list, a part of a text. */
function hasValue(member: JsonValue): boolean {
  if (member instanceof Map) return member.has('value');
  if (Array.isArray(member) || typeof member === 'string') return member.includes('value');
  throw new PythonError('TypeError', `argument of type '${typeName(member)}' is not iterable`);
}

function cut(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.slice(0, MAX_VALUE_LENGTH);
  if (typeof value !== 'string') throw new PythonError('TypeError', `'${typeName(value)}' cannot be sliced`);
  if (value.length <= MAX_VALUE_LENGTH) return value;
  return Array.from(value.slice(0, 2 * MAX_VALUE_LENGTH))
    .slice(0, MAX_VALUE_LENGTH)
    .join('');
}

function firstThatFit(list: readonly JsonValue[]): string {
  const elements: string[] = [];
  // The brackets; each element has its comma, the last one's stands for nothing.
  let bytes = 2;
  for (const element of list) {
    const text = writeJson(element, COMPACT);
    bytes += Buffer.byteLength(text) + (elements.length > 0 ? 1 : 0);
    if (bytes > MAX_BYTES) break;
    elements.push(text);
  }
  return `[${elements.join(',')}]`;
}
