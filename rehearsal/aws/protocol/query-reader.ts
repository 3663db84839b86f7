import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { DATE_TIME } from './schema-numbers';

/** One level of a dotted parameter name: `Parameters.member.1.ParameterKey`. */
interface Node {
  value?: string;
  children: Map<string, Node>;
}

const scalars = new FromStringShapeDeserializer({
  timestampFormat: { useTrait: true, default: DATE_TIME },
  httpBindings: false,
});

/**
 * Reads the flattened parameters of the query protocol back into the structure they were written from.
 * Source: Smithy 2.0, AWS query protocol, "Query key resolution".
 */
export function readQueryParameters(schema: NormalizedSchema, parameters: URLSearchParams): Record<string, unknown> {
  const root: Node = { children: new Map() };
  for (const [key, value] of parameters) {
    let node = root;
    for (const part of key.split('.')) {
      let child = node.children.get(part);
      if (child === undefined) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return readStruct(schema, root);
}

function read(schema: NormalizedSchema, node: Node): unknown {
  if (schema.isStructSchema()) return readStruct(schema, node);
  if (schema.isListSchema()) return readList(schema, node);
  if (schema.isMapSchema()) return readMap(schema, node);
  return scalars.read(schema, node.value ?? '') as unknown;
}

function readStruct(schema: NormalizedSchema, node: Node): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(wireName(member, name));
    if (child !== undefined) result[name] = read(member, child);
  }
  return result;
}

function readList(schema: NormalizedSchema, node: Node): unknown[] {
  const member = schema.getValueSchema();
  const items = isFlat(schema) ? node : node.children.get(wireName(member, 'member'));
  return numbered(items).map((item) => read(member, item));
}

function readMap(schema: NormalizedSchema, node: Node): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const keyName = wireName(schema.getKeySchema(), 'key');
  const valueName = wireName(schema.getValueSchema(), 'value');
  for (const entry of numbered(isFlat(schema) ? node : node.children.get('entry'))) {
    const value = entry.children.get(valueName);
    if (value !== undefined) result[entry.children.get(keyName)?.value ?? ''] = read(schema.getValueSchema(), value);
  }
  return result;
}

/** An empty list arrives as the bare name with an empty value: no children. */
function numbered(node: Node | undefined): Node[] {
  return [...(node?.children ?? [])].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}

function wireName(schema: NormalizedSchema, fallback: string): string {
  return (schema.getMergedTraits() as { xmlName?: string }).xmlName ?? fallback;
}

function isFlat(schema: NormalizedSchema): boolean {
  return Boolean((schema.getMergedTraits() as { xmlFlattened?: number }).xmlFlattened);
}
