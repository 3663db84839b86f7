import { syntaxError, type TokenReader } from './token-reader';

/** A type of an external function's arguments and answer. */
export interface RedshiftType {
  /** PostgreSQL keeps no lengths in signatures. */
  postgres: string;
  /** Bytes of a text that fits; undefined for what is no text. */
  bytes: number | undefined;
}

const MOST_VARCHAR = 65_535;
/** Source: Redshift Developer Guide, character types: a VARCHAR without length in DDL, and a CHAR */
const DEFAULT_VARCHAR = 256;

/** Those of the guide's list, by Redshift's names and their aliases. Source: Redshift Developer Guide, scalar Lambda UDFs */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ...['smallint', 'int2'].map((name): [string, string] => [name, 'smallint']),
  ...['integer', 'int', 'int4'].map((name): [string, string] => [name, 'integer']),
  ...['bigint', 'int8'].map((name): [string, string] => [name, 'bigint']),
  ...['decimal', 'numeric'].map((name): [string, string] => [name, 'numeric']),
  ...['real', 'float4'].map((name): [string, string] => [name, 'real']),
  ...['float8', 'float'].map((name): [string, string] => [name, 'double precision']),
  ...['boolean', 'bool'].map((name): [string, string] => [name, 'boolean']),
  ['date', 'date'],
  ['timestamp', 'timestamp'],
]);
const TEXT = new Set(['varchar', 'nvarchar', 'text']);
const FIXED = new Set(['char', 'character', 'nchar', 'bpchar']);
/** Types of Redshift that no external function has. */
const UNSUPPORTED = new Set([
  'super',
  'varbyte',
  'varbinary',
  'geometry',
  'geography',
  'hllsketch',
  'time',
  'timetz',
  'timestamptz',
]);

const AFTER_RETURNS = new Set(['volatile', 'stable', 'immutable']);

/** @throws Error for a type that Redshift does not have, or does not send to a Lambda; the latter in our wording */
export function readType(reader: TokenReader): RedshiftType {
  const token = reader.peek();
  const name = reader.identifier();
  if (name === 'character' && reader.took('varying'))
    return { postgres: 'varchar', bytes: length(reader, DEFAULT_VARCHAR) };
  if (TEXT.has(name)) return { postgres: 'varchar', bytes: length(reader, DEFAULT_VARCHAR) };
  if (FIXED.has(name)) return { postgres: 'char', bytes: length(reader, 1) };
  if (name === 'double') {
    reader.take('precision');
    return { postgres: 'double precision', bytes: undefined };
  }
  const plain = PLAIN.get(name);
  if (plain !== undefined) {
    if (plain === 'numeric') precision(reader);
    return { postgres: plain, bytes: undefined };
  }
  if (UNSUPPORTED.has(name)) throw new Error(`External functions do not support the data type ${name}`);
  // A name in front of a type: the statement takes types only.
  const next = reader.peek();
  if (next?.kind === 'word' && !AFTER_RETURNS.has(next.text.toLowerCase())) throw syntaxError(next);
  throw new Error(`type "${token?.text ?? name}" does not exist`);
}

function length(reader: TokenReader, byDefault: number): number {
  if (!reader.took('(')) return byDefault;
  const bytes = reader.took('max') ? MOST_VARCHAR : reader.number();
  reader.take(')');
  if (bytes < 1 || bytes > MOST_VARCHAR) throw new Error(`length for type varchar cannot exceed ${MOST_VARCHAR}`);
  return bytes;
}

function precision(reader: TokenReader): void {
  if (!reader.took('(')) return;
  reader.number();
  if (reader.took(',')) reader.number();
  reader.take(')');
}
