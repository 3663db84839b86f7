import { fitted } from './fit';
import { readJson } from './json/read';
import { typeName, type JsonValue } from './json/value';
import { writeJson } from './json/write';
import type { Mode } from './mode';
import { PythonError } from './python/error';

/**
 * An object without the members whose names are in a list, separated by commas and not trimmed. A name that is not ASCII is
 * never found: Python 2.7 had its bytes in the one hand and characters in the other.
 * A list or a text in which no name occurs passes as it is.
 * @throws PythonError for NULL, and for what can have no members
 * @example rmObjectProps(['{"name":"n","color":"red"}', 'name,price'], mode) // '{"color": "red"}'
 */
export function rmObjectProps([json = null, list = null]: readonly (string | null)[], mode: Mode): string | null {
  const value = readJson(json);
  if (list === null) throw new PythonError('AttributeError', "'NoneType' object has no attribute 'split'");
  for (const name of list.split(',')) remove(value, name);
  return fitted((style) => writeJson(value, style), mode);
}

function remove(from: JsonValue, name: string): void {
  const ascii = isAscii(name);
  if (from instanceof Map) {
    if (ascii) from.delete(name);
    return;
  }
  if (typeof from === 'string' && !ascii) {
    throw new PythonError('UnicodeDecodeError', 'a name is not ASCII');
  }
  if (!Array.isArray(from) && typeof from !== 'string') {
    throw new PythonError('TypeError', `argument of type '${typeName(from)}' is not iterable`);
  }
  if (ascii && from.includes(name)) {
    throw new PythonError('TypeError', `'${typeName(from)}' object does not support the deletion of members by name`);
  }
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
