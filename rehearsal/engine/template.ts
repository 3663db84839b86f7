import type jsonata from 'jsonata';
import type { Json, JsonObject } from './data';
import { StateFailure } from './errors';

/** A field's value with its `{% … %}` strings compiled; parts without any are constants. */
export type Template =
  | { readonly kind: 'constant'; readonly value: Json }
  | {
      readonly kind: 'expression';
      readonly source: string;
      /** Named relative to the state, for example `Arguments/Payload/now`. */
      readonly field: string;
      readonly expression: jsonata.Expression;
    }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] }
  | { readonly kind: 'array'; readonly items: readonly Template[] };

/** What an expression sees: `$states`, and the workflow's variables under their names. */
export type Bindings = Readonly<Record<string, unknown>>;

/**
 * Evaluates a field to plain JSON that shares nothing with what it was made from.
 * @throws StateFailure States.QueryEvaluationError, also for an expression that returns nothing or a function
 */
export async function evaluate(template: Template, bindings: Bindings): Promise<Json> {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'expression':
      return evaluateExpression(template, bindings);
    case 'object': {
      const object: JsonObject = {};
      for (const [key, value] of template.entries) object[key] = await evaluate(value, bindings);
      return object;
    }
    case 'array': {
      const items: Json[] = [];
      for (const item of template.items) items.push(await evaluate(item, bindings));
      return items;
    }
  }
}

type TypeName = 'string' | 'number' | 'boolean' | 'array' | 'object';
type Typed<N extends TypeName> = N extends 'string'
  ? string
  : N extends 'number'
    ? number
    : N extends 'boolean'
      ? boolean
      : N extends 'array'
        ? Json[]
        : JsonObject;

/** Evaluates a field that must be of one type. @throws StateFailure States.QueryEvaluationError */
export async function evaluateAs<N extends TypeName>(
  template: Template,
  type: N,
  field: string,
  bindings: Bindings,
): Promise<Typed<N>> {
  const value = await evaluate(template, bindings);
  if (typeOf(value) !== type) {
    const subject = template.kind === 'expression' ? `JSONata expression '${template.source}' specified` : 'value';
    throw new StateFailure(
      'States.QueryEvaluationError',
      `The ${subject} for the field '${field}' returned an unexpected result type. Expected '${type}', but was '${typeOf(value)}'.`,
      field,
    );
  }
  return value as Typed<N>;
}

function typeOf(value: Json): TypeName | 'null' {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : (typeof value as TypeName);
}

async function evaluateExpression(
  template: Extract<Template, { kind: 'expression' }>,
  bindings: Bindings,
): Promise<Json> {
  const { source, field, expression } = template;
  const fail = (what: string): never => {
    throw new StateFailure(
      'States.QueryEvaluationError',
      `The JSONata expression '${source}' specified for the field '${field}' ${what}`,
      field,
    );
  };
  let result: unknown;
  try {
    result = await expression.evaluate(undefined, bindings);
  } catch (error) {
    return fail(`threw an error during evaluation. ${describeJsonataError(error)}`);
  }
  if (result === undefined) return fail('returned nothing (undefined).');
  const plain = detach(result);
  return plain === undefined ? fail('returned a function, which is not JSON data.') : plain;
}

function describeJsonataError(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : String(error);
  return typeof code === 'string' ? `${code}: ${text}` : text;
}

/** A plain copy without the marks JSONata leaves on its arrays; undefined if there is a function anywhere. */
function detach(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value) {
      const copy = item === undefined ? null : detach(item);
      if (copy === undefined) return undefined;
      items.push(copy);
    }
    return items;
  }
  if (typeof value !== 'object' || '_jsonata_lambda' in value || '_jsonata_function' in value) return undefined;
  const object: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const copy = detach(member);
    if (copy === undefined) return undefined;
    object[key] = copy;
  }
  return object;
}
