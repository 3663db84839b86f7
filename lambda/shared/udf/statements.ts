import createFile from '../../../sql/udf/create-function.sql';
import dropFile from '../../../sql/udf/drop-function.sql';
import { identifier, nameLiteral, type SqlFragment } from '../sql/identifiers';
import { statement, type SqlStatement } from '../sql/statement';
import { declarationOf, type LambdaUdf } from './functions';

/** Declares the replacement of a function, whether there is one already or not. */
export function createFunction(schema: string, name: string, { functionName, roleArn }: LambdaUdf): SqlStatement {
  const { batch } = declarationOf(name);
  return statement(createFile, {
    schema: identifier(schema),
    name: identifier(name),
    arguments: argumentsOf(name),
    function: nameLiteral(functionName),
    role: nameLiteral(roleArn),
    batch: batch as SqlFragment,
  });
}

/** Drops a function that is there: Redshift has no IF EXISTS for them. */
export function dropFunction(schema: string, name: string): SqlStatement {
  return statement(dropFile, { schema: identifier(schema), name: identifier(name), arguments: argumentsOf(name) });
}

function argumentsOf(name: string): SqlFragment {
  return Array.from({ length: declarationOf(name).arity }, () => 'varchar(65535)').join(', ') as SqlFragment;
}
