/** JSON as Python reads it: integers are exact (`bigint`), all other numbers doubles (`number`), members keep their order. */
export type JsonValue = null | boolean | string | bigint | number | JsonValue[] | JsonObject;

/** A Map, because a plain object puts `"1"` before `"a"` and has its own mind of `__proto__`. */
export type JsonObject = Map<string, JsonValue>;

/** What Python calls the type, for messages. */
export function typeName(value: JsonValue): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Map) return 'dict';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'unicode';
  return typeof value === 'bigint' ? 'int' : 'float';
}
