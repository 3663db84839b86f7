/**
 * SQL text that is safe to send: it was made by a function of this file, never taken from input as it is.
 */
export type SqlFragment = string & { readonly __brand: 'SqlFragment' };

/** The solution's own pattern for app ids, which are schema names. Source: the web console's app id validation. */
export const IDENTIFIER = /^[a-zA-Z][a-zA-Z0-9_]{0,126}$/;

/** Quotes an identifier; anything that is not one is refused, so nothing can be smuggled in by quotes. */
export function identifier(name: string): SqlFragment {
  if (!IDENTIFIER.test(name)) throw new RangeError(`Not an identifier: ${JSON.stringify(name)}`);
  return `"${name}"` as SqlFragment;
}

/** Database user of an IAM role, as Redshift names it. Source: Redshift Management Guide, GetCredentials */
export function roleUser(roleName: string): SqlFragment {
  if (!/^[\w+=,.@-]{1,64}$/.test(roleName)) throw new RangeError(`Not the name of a role: ${JSON.stringify(roleName)}`);
  return `"IAMR:${roleName}"` as SqlFragment;
}

/** The name of a function of AWS Lambda or an ARN, as a literal. */
export function nameLiteral(text: string): SqlFragment {
  if (!/^[\w+=,.@:/-]{1,512}$/.test(text)) throw new RangeError(`Neither a name nor an ARN: ${JSON.stringify(text)}`);
  return `'${text}'` as SqlFragment;
}

/** A whole number. The Data API's parameters are not documented for CALL, so arguments of calls are written out. */
export function integer(value: number): SqlFragment {
  if (!Number.isSafeInteger(value)) throw new RangeError(`Not a whole number: ${String(value)}`);
  return String(value) as SqlFragment;
}

/** A UTC timestamp of whole seconds, as a literal. */
export function timestamp(epochMs: number): SqlFragment {
  if (!Number.isSafeInteger(epochMs)) throw new RangeError(`Not a point in time: ${String(epochMs)}`);
  return `TIMESTAMP '${timestampText(epochMs)}'` as SqlFragment;
}

/** `2024-05-10 00:00:00`, as Redshift prints a timestamp of whole seconds. */
export function timestampText(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** Types of arguments by which procedures and functions of the solution are told apart. */
export const ARGUMENT_TYPES = ['integer', 'numeric', 'varchar', 'date', 'timestamp'] as const;
export type ArgumentType = (typeof ARGUMENT_TYPES)[number];

/** The arguments of a procedure or function, as the statement that drops it names them. */
export function argumentTypes(types: readonly ArgumentType[]): SqlFragment {
  const unknown = types.find((type) => !ARGUMENT_TYPES.includes(type));
  if (unknown !== undefined) throw new RangeError(`Not a type of an argument: ${JSON.stringify(unknown)}`);
  return types.join(', ') as SqlFragment;
}
