import { convertedValue, isTrue, memberOf, propertiesOf } from './custom-props';
import { fitted } from './fit';
import { readJson } from './json/read';
import type { JsonObject, JsonValue } from './json/value';
import { writeJson } from './json/write';
import { Deviation, type Mode } from './mode';
import { PythonError } from './python/error';

/**
 * Properties of a user, `{name: {type, value, set_time_msec}}`, as `{name: {value, set_time_msec}}` with values in their own
 * types. Lenient: values that cannot be converted stay as they are, a time that is missing is null (D1).
 * @throws PythonError for what is no object; in strict mode also for a property that cannot be converted
 * @example transformUserCustomProps(['{"age":{"value":"33","type":"number","set_time_msec":1708282081550}}'], mode)
 * // '{"age": {"value": 33, "set_time_msec": 1708282081550}}'
 */
export function transformUserCustomProps([json = null]: readonly (string | null)[], mode: Mode): string | null {
  const converted: JsonObject = new Map();
  for (const [name, property] of propertiesOf(readJson(json))) {
    converted.set(name, convertedProperty(property, mode));
  }
  return fitted((style) => writeJson(converted, style), mode);
}

function convertedProperty(property: JsonValue, mode: Mode): JsonValue {
  const value = convertedValue(property, isTrueInAscii, mode);
  // What is no property at all stays as it was given.
  if (!(property instanceof Map) && !mode.strict) return value;
  const time = mode.attempt(
    () => memberOf(property, 'set_time_msec'),
    Deviation.MemberKept,
    () => null,
  );
  return new Map<string, JsonValue>([
    ['value', value],
    ['set_time_msec', time],
  ]);
}

/** Also the two letters whose lower case is ASCII. */
const ASCII_IN_LOWER_CASE = /^[\0-\x7f\u0130\u212a]*$/;

/** @throws PythonError as `isTrue`, and UnicodeEncodeError for a text that is not ASCII */
function isTrueInAscii(value: JsonValue): boolean {
  if (typeof value === 'string' && !ASCII_IN_LOWER_CASE.test(value)) {
    throw new PythonError('UnicodeEncodeError', 'a boolean is not ASCII');
  }
  return isTrue(value);
}
