import { fitted } from './fit';
import { readJson } from './json/read';
import { typeName, type JsonObject, type JsonValue } from './json/value';
import { writeJson } from './json/write';
import { Deviation, type Mode } from './mode';
import { PythonError } from './python/error';
import { reprOf } from './python/repr';

/**
 * A list of objects as one object: of members with one name the last is taken as it is, nothing is merged deeper. What Python's
 * `dict.update` takes for a dict, a list of pairs or nothing at all, is taken here as well.
 * Lenient: elements that are no object are left out (D1).
 * @throws PythonError for what is no list; in strict mode also for an element that is no object
 * @example combineJsonList(['[{"a":1},{"b":2},{"a":3}]'], mode) // '{"a": 3, "b": 2}'
 */
export function combineJsonList([json = null]: readonly (string | null)[], mode: Mode): string | null {
  const combined: JsonObject = new Map();
  for (const element of elementsOf(readJson(json))) {
    const members = mode.attempt(
      () => membersOf(element),
      Deviation.MemberSkipped,
      () => [],
    );
    for (const [name, value] of members) combined.set(name, value);
  }
  return fitted((style) => writeJson(combined, style), mode);
}

/** Names and characters are what a loop over something else would see, and no dict but the empty one. */
function elementsOf(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  if (iterated(value).every((element) => element === '')) return [];
  throw new PythonError('ValueError', `'${typeName(value)}' object is no sequence of dictionaries`);
}

function membersOf(element: JsonValue): Iterable<[string, JsonValue]> {
  return element instanceof Map ? element : iterated(element).map(pairOf);
}

function pairOf(pair: JsonValue): [string, JsonValue] {
  const [name, value, ...more] = iterated(pair);
  if (name === undefined || value === undefined || more.length > 0) {
    throw new PythonError('ValueError', 'an element of a dictionary update sequence has not the length 2');
  }
  return [nameOf(name), value];
}

/** What Python's loop would see: elements of a list, names of an object, characters of a text. */
function iterated(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.keys()];
  if (typeof value === 'string') return Array.from(value);
  throw new PythonError('TypeError', `'${typeName(value)}' object is not iterable`);
}

/** What Python 2.7 writes for a key of a dict that is no text. */
function nameOf(key: JsonValue): string {
  if (Array.isArray(key) || key instanceof Map)
    throw new PythonError('TypeError', `unhashable type: '${typeName(key)}'`);
  if (key === null) return 'null';
  if (typeof key === 'boolean') return key ? 'True' : 'False';
  return typeof key === 'number' ? reprOf(key) : String(key);
}
