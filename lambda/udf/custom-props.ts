import { typeName, type JsonObject, type JsonValue } from './json/value';
import { Deviation, type Mode } from './mode';
import { PythonError } from './python/error';
import { doubleOf, integerOf } from './python/number-text';

/** How a text of type `boolean` is read: the two functions differ in what they do with one that is not ASCII. */
export type ReadBoolean = (value: JsonValue) => boolean;

/** The members of an object of objects; what is converted is `type`, `value` and so on of each. */
export function propertiesOf(json: JsonValue): JsonObject {
  if (json instanceof Map) return json;
  throw new PythonError('AttributeError', `'${typeName(json)}' object has no attribute 'items'`);
}

/**
 * The value of a property in its own type: a number for `number`, true or false for `boolean`, else as it is.
 * Lenient: a value that cannot be converted stays as it is, and is null where there is none (D1).
 */
export function convertedValue(property: JsonValue, readBoolean: ReadBoolean, mode: Mode): JsonValue {
  return mode.attempt(
    () => {
      const type = memberOf(property, 'type');
      const value = memberOf(property, 'value');
      if (type === 'number') return numberOf(value);
      if (type === 'boolean') return readBoolean(value);
      return value;
    },
    Deviation.MemberKept,
    () => (property instanceof Map ? (property.get('value') ?? null) : property),
  );
}

/** @throws PythonError KeyError where there is no such member, TypeError for what is no object */
export function memberOf(property: JsonValue, name: string): JsonValue {
  if (!(property instanceof Map)) {
    throw new PythonError('TypeError', `'${typeName(property)}' object has no member ${name}`);
  }
  const member = property.get(name);
  if (member === undefined) throw new PythonError('KeyError', name);
  return member;
}

/** @throws PythonError AttributeError for what is no text */
export function isTrue(value: JsonValue): boolean {
  if (typeof value === 'string') return /^true$/i.test(value);
  throw new PythonError('AttributeError', `'${typeName(value)}' object has no attribute 'lower'`);
}

/** Python's `int()`, and where that refuses a value, its `float()`. */
function numberOf(value: JsonValue): JsonValue {
  if (typeof value === 'string') return integerOf(value) ?? doubleOf(value);
  if (typeof value === 'bigint' || Number.isNaN(value)) return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value !== 'number') throw new PythonError('TypeError', `'${typeName(value)}' is no number`);
  if (Number.isFinite(value)) return BigInt(Math.trunc(value));
  throw new PythonError('OverflowError', 'cannot convert float infinity to integer');
}
