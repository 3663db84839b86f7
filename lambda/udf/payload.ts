import * as z from 'zod';
import { Deviation, type Mode } from './mode';
import type { Arguments } from './functions';

/**
 * What Redshift calls a Lambda UDF with; more members come with it, and not all of them always.
 * Source: Redshift Database Developer Guide, udf-creating-a-lambda-sql-udf
 */
export const payload = z.object({
  external_function: z.string(),
  /** One record a row. */
  arguments: z.array(z.unknown()),
  num_records: z.number().optional(),
  // For the log alone: no batch fails because of them.
  request_id: z.string().optional().catch(undefined),
  query_id: z.union([z.number(), z.string()]).optional().catch(undefined),
});

/**
 * The name after the schema's, as it is stored.
 * @example functionNameOf('dev."app1"."Rm_Object_Props"') // 'rm_object_props'
 */
export function functionNameOf(externalFunction: string): string {
  const [last = ''] = externalFunction.split('.').slice(-1);
  return last
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .toLowerCase();
}

/**
 * The arguments of one record. A record is a list, or the argument itself where there is only one, or null where all of them
 * are NULL. What is missing, and what is no text, is NULL.
 */
export function argumentsOf(record: unknown, arity: number, mode: Mode): Arguments {
  const given: readonly unknown[] = Array.isArray(record) ? record : [record];
  if (given.length === arity && given.every(isArgument)) return given;
  if (record !== null) mode.count(Deviation.WrongArguments);
  return Array.from({ length: arity }, (_, at) => {
    const argument = given[at];
    return isArgument(argument) ? argument : null;
  });
}

function isArgument(value: unknown): value is string | null {
  return typeof value === 'string' || value === null;
}
