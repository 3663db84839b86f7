import { convertedValue, isTrue, propertiesOf } from './custom-props';
import { fitted } from './fit';
import { readJson } from './json/read';
import type { JsonObject } from './json/value';
import { writeJson } from './json/write';
import type { Mode } from './mode';

/**
 * Custom parameters of an event, `{name: {type, value}}`, as `{name: value}` with values in their own types.
 * Lenient: values that cannot be converted stay as they are (D1).
 * @throws PythonError for what is no object; in strict mode also for a value that cannot be converted
 * @example transformEventCustomProps(['{"age":{"value":"12","type":"number"}}'], mode) // '{"age": 12}'
 */
export function transformEventCustomProps([json = null]: readonly (string | null)[], mode: Mode): string | null {
  const converted: JsonObject = new Map();
  for (const [name, property] of propertiesOf(readJson(json))) {
    converted.set(name, convertedValue(property, isTrue, mode));
  }
  return fitted((style) => writeJson(converted, style), mode);
}
