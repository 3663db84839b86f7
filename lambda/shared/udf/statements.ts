import createFile from '../../../sql/udf/create-function.sql';
import dropFile from '../../../sql/udf/drop-function.sql';
import { identifier, nameLiteral, type SqlFragment } from '../sql/identifiers';
import { statement, type SqlStatement } from '../sql/statement';
import { declarationOf, type LambdaUdf } from './functions';

/**
 * Declares the replacement of a function. Only superusers may replace one that is there: whoever is not drops it first.
 * Source: Redshift Developer Guide, CREATE EXTERNAL FUNCTION, OR REPLACE
 */
export function createFunction(schema: string, name: string, { functionName, roleArn }: LambdaUdf): SqlStatement {
  const { batch } = declarationOf(name);
  return statement(createFile, {
    ...signature(schema, name),
    function: nameLiteral(functionName),
    role: nameLiteral(roleArn),
    batch: batch as SqlFragment,
  });
}

/** Drops a function that is there: Redshift has no IF EXISTS for them. */
export function dropFunction(schema: string, name: string): SqlStatement {
  return statement(dropFile, signature(schema, name));
}

/**
 * The schema is folded to lower case as the solution's own, which it never quotes: quoted capitals would be another one where
 * `enable_case_sensitive_identifier` is on.
 */
function signature(schema: string, name: string): Record<'schema' | 'name' | 'arguments', SqlFragment> {
  const types = Array.from({ length: declarationOf(name).arity }, () => 'varchar(65535)').join(', ');
  return { schema: identifier(schema.toLowerCase()), name: identifier(name), arguments: types as SqlFragment };
}
