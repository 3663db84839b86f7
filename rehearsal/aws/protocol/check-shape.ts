import type { NormalizedSchema } from '@smithy/core/schema';

/**
 * Refuses an answer that the service's model does not describe. The SDK's serializers drop unknown members
 * silently, so a misspelt member of a simulated service would otherwise just be missing.
 *
 * @throws Error naming the path of the first member that does not fit
 */
export function checkShape(schema: NormalizedSchema, value: unknown, path: string): void {
  if (value === undefined || value === null || schema.isUnitSchema() || schema.isStreaming()) return;
  if (schema.isStructSchema()) {
    checkStruct(schema, value, path);
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw misfit(path, 'a list', value);
    const member = schema.getValueSchema();
    for (let i = 0; i < value.length; i++) checkShape(member, value[i], `${path}[${i}]`);
  } else if (schema.isMapSchema()) {
    if (typeof value !== 'object') throw misfit(path, 'a map', value);
    const member = schema.getValueSchema();
    for (const [key, item] of Object.entries(value)) checkShape(member, item, `${path}.${key}`);
  } else {
    checkScalar(schema, value, path);
  }
}

function checkStruct(schema: NormalizedSchema, value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw misfit(path, 'a structure', value);
  const members = membersOf(schema);
  for (const [name, item] of Object.entries(value)) {
    const member = members.get(name);
    if (member !== undefined) checkShape(member, item, `${path}.${name}`);
    else if (item !== undefined && name !== '$metadata') {
      throw new Error(`${path} has no member "${name}" in the service's model`);
    }
  }
}

function checkScalar(schema: NormalizedSchema, value: unknown, path: string): void {
  if (schema.isStringSchema() && typeof value !== 'string') throw misfit(path, 'a string', value);
  if (schema.isBooleanSchema() && typeof value !== 'boolean') throw misfit(path, 'a boolean', value);
  if (schema.isNumericSchema() && typeof value !== 'number') throw misfit(path, 'a number', value);
  if (schema.isTimestampSchema() && !(value instanceof Date)) throw misfit(path, 'a Date', value);
  if (schema.isBlobSchema() && !(value instanceof Uint8Array)) throw misfit(path, 'bytes', value);
}

const memberCache = new WeakMap<NormalizedSchema, ReadonlyMap<string, NormalizedSchema>>();

function membersOf(schema: NormalizedSchema): ReadonlyMap<string, NormalizedSchema> {
  let members = memberCache.get(schema);
  if (members === undefined) {
    members = new Map(schema.structIterator());
    memberCache.set(schema, members);
  }
  return members;
}

function misfit(path: string, expected: string, value: unknown): Error {
  return new Error(`${path} must be ${expected}, not ${Array.isArray(value) ? 'a list' : typeof value}`);
}
