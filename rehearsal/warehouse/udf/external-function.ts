import { escapeLiteral } from 'pg';
import { type SqlToken, identifierOf, isSignificant } from '../postgres/sql-tokens';
import { readType, type RedshiftType } from './types';
import { TokenReader } from './token-reader';

/** What CREATE EXTERNAL FUNCTION says. */
export interface ExternalFunction {
  replace: boolean;
  /** Lower case; the current one where it is left out. */
  schema: string | undefined;
  name: string;
  arguments: RedshiftType[];
  returns: RedshiftType;
  volatility: 'volatile' | 'stable';
  lambdaName: string;
  /** `default` for the warehouse's default role. */
  roleArn: string;
  retryTimeoutMs: number;
  maxBatchRows: number;
  maxBatchBytes: number;
}

const DEFAULT_RETRY_TIMEOUT_MS = 20_000;
const MOST_ROWS = 2_147_483_647;
const KB = 1024;
const LEAST_BYTES = KB;
const MOST_BYTES = 5 * KB * KB;
const UNITS = new Map([
  ['kb', KB],
  ['mb', KB * KB],
]);

/**
 * Takes a CREATE [OR REPLACE] EXTERNAL FUNCTION apart; undefined for every other statement.
 * Source: Redshift Developer Guide, CREATE EXTERNAL FUNCTION: types without names, no IMMUTABLE, the options optional and in
 * this order, a size without unit in KB. The texts about limits are ours.
 *
 * @throws Error as Redshift refuses the statement
 */
export function parseExternalFunction(tokens: readonly SqlToken[]): ExternalFunction | undefined {
  const reader = new TokenReader(tokens.filter(isSignificant));
  if (!reader.took('create')) return undefined;
  const replace = reader.tookAll('or', 'replace');
  if (!reader.tookAll('external', 'function')) return undefined;
  const { schema, name } = readName(reader);
  const parsed: ExternalFunction = {
    replace,
    schema,
    name,
    arguments: readArguments(reader),
    returns: readReturns(reader),
    volatility: readVolatility(reader),
    lambdaName: readLambda(reader),
    roleArn: readRole(reader),
    retryTimeoutMs: reader.took('retry_timeout')
      ? numberUpTo(reader, 'RETRY_TIMEOUT', 0, MOST_ROWS)
      : DEFAULT_RETRY_TIMEOUT_MS,
    maxBatchRows: reader.took('max_batch_rows') ? numberUpTo(reader, 'MAX_BATCH_ROWS', 1, MOST_ROWS) : MOST_ROWS,
    maxBatchBytes: reader.took('max_batch_size') ? readSize(reader) : MOST_BYTES,
  };
  reader.took(';');
  reader.end();
  return parsed;
}

/** The statement as the stand-in takes it. */
export function createSql(fn: ExternalFunction): string {
  const literals = [
    fn.replace,
    fn.schema,
    fn.name,
    fn.arguments.map(({ postgres }) => postgres),
    fn.returns.postgres,
    fn.returns.bytes,
    fn.volatility,
    fn.lambdaName,
    fn.roleArn,
    fn.retryTimeoutMs,
    fn.maxBatchRows,
    fn.maxBatchBytes,
  ].map(literalOf);
  return `CALL rehearsal.create_external_function(${literals.join(', ')})`;
}

function literalOf(value: boolean | number | string | undefined | readonly string[]): string {
  if (value === undefined) return 'NULL';
  if (typeof value === 'string') return escapeLiteral(value);
  if (typeof value === 'object') return `ARRAY[${value.map((text) => escapeLiteral(text)).join(', ')}]::text[]`;
  return String(value);
}

function readName(reader: TokenReader): { schema: string | undefined; name: string } {
  const first = reader.identifier();
  return reader.took('.') ? { schema: first, name: reader.identifier() } : { schema: undefined, name: first };
}

function readArguments(reader: TokenReader): RedshiftType[] {
  reader.take('(');
  const types: RedshiftType[] = [];
  if (reader.took(')')) return types;
  do types.push(readType(reader));
  while (reader.took(','));
  reader.take(')');
  return types;
}

function readReturns(reader: TokenReader): RedshiftType {
  reader.take('returns');
  return readType(reader);
}

function readVolatility(reader: TokenReader): ExternalFunction['volatility'] {
  if (reader.took('volatile')) return 'volatile';
  reader.take('stable');
  return 'stable';
}

/** Source: Lambda API Reference, FunctionName; an ARN or an alias in its place is documented nowhere. */
function readLambda(reader: TokenReader): string {
  reader.take('lambda');
  const name = reader.text();
  if (!/^[\w-]{1,64}$/.test(name)) throw new Error(`Invalid Lambda function name: ${name}`);
  return name;
}

function readRole(reader: TokenReader): string {
  reader.take('iam_role');
  if (reader.took('default')) return 'default';
  const arn = reader.text();
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn)) throw new Error(`Invalid IAM role: ${arn}`);
  return arn;
}

function readSize(reader: TokenReader): number {
  const size = reader.number();
  const factor = UNITS.get(identifierOf(reader.peek()) ?? '');
  if (factor !== undefined) reader.next();
  const bytes = size * (factor ?? KB);
  if (bytes < LEAST_BYTES || bytes > MOST_BYTES) throw new Error('MAX_BATCH_SIZE must be between 1 KB and 5 MB');
  return bytes;
}

function numberUpTo(reader: TokenReader, option: string, least: number, most: number): number {
  const found = reader.number();
  if (found < least || found > most) throw new Error(`${option} must be between ${least} and ${most}`);
  return found;
}
