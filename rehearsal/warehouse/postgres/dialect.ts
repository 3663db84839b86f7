import { createSql, parseExternalFunction } from '../udf/external-function';
import { dropRoleKeywords, systemPermissionSql } from '../udf/grants';
import { type SqlToken, identifierOf, isSignificant, tokenize } from './sql-tokens';
import { navigateSuper } from './super-navigation';

/**
 * Rewrites the few Redshift constructs our statements use into PostgreSQL; SQL of the common subset passes untouched,
 * comments included.
 *
 * - SUPER navigation and un-nesting: see `super-navigation.ts`; the type `super` is `jsonb`
 * - `DATEADD(day, …)`, `DATEDIFF(day, …)`: the part becomes a literal; `NVL` becomes `COALESCE`
 * - `LISTAGG(x, y) WITHIN GROUP (ORDER BY z)` becomes an ordered aggregate
 * - `CURRENT_SETTING` shows times as plain milliseconds
 * - quoted identifiers fold to lower case, as with Redshift's default `enable_case_sensitive_identifier = false`, except
 *   user names such as `"IAMR:…"`
 * - a backslash in a plain literal escapes
 * - external functions and system permissions are those of `udf/sql/catalog.sql`, which PG_PROC shows
 *
 * @throws NotSimulatedError for Redshift constructs that nothing of ours needs
 */
export function toPostgres(sql: string, { pythonUdfs = 'gone' }: { pythonUdfs?: PythonUdfs } = {}): string {
  const tokens = tokenize(sql);
  const external = parseExternalFunction(tokens);
  if (external !== undefined) return createSql(external);
  const permissions = systemPermissionSql(tokens);
  if (permissions !== undefined) return permissions;
  dropRoleKeywords(tokens);
  refuseUnsupported(tokens);
  rewritePython(tokens, pythonUdfs);
  rewriteWords(tokens);
  return navigateSuper(tokens)
    .map((token) => token.text)
    .join('');
}

/** Whether the warehouse still takes new functions in Python. */
export type PythonUdfs = 'alive' | 'gone';

/** A Redshift feature that the rehearsal's warehouse does not have: the statement is refused rather than misread. */
export class NotSimulatedError extends Error {
  override readonly name = 'NotSimulatedError';
  constructor(feature: string) {
    super(`${feature} is not simulated by the rehearsal's warehouse`);
  }
}

/** Word sequences that only Redshift understands and that nothing of ours sends. */
const UNSUPPORTED: readonly (readonly string[])[] = [
  ['unload'],
  ['copy'],
  ['vacuum'],
  ['unpivot'],
  ['pivot'],
  ['qualify'],
  ['approximate'],
  ['distkey'],
  ['diststyle'],
  ['sortkey'],
  ['object_transform'],
  ['sysdate'],
  ['remove', 'duplicates'],
  ['auto', 'refresh'],
  ['group', 'by', 'all'],
  ['select', 'top'],
];

function refuseUnsupported(tokens: SqlToken[]): void {
  const words = tokens.filter(isSignificant).map((token) => (token.kind === 'word' ? token.text.toLowerCase() : ''));
  for (const sequence of UNSUPPORTED) {
    const found = words.some((_, at) => sequence.every((word, offset) => words[at + offset] === word));
    if (found) throw new NotSimulatedError(sequence.join(' ').toUpperCase());
  }
  for (const kind of ['procedure', 'function']) {
    // Source: Redshift Developer Guide, DROP PROCEDURE and DROP FUNCTION: neither knows IF EXISTS, as tables and views do.
    const found = words.some((_, at) =>
      ['drop', kind, 'if', 'exists'].every((word, offset) => words[at + offset] === word),
    );
    if (found) throw new Error('syntax error at or near "exists"');
  }
}

/** A Python function that returns a literal becomes one of PL/pgSQL; Python itself is not played. */
function rewritePython(tokens: SqlToken[], pythonUdfs: PythonUdfs): void {
  const language = tokens.find((token) => identifierOf(token) === 'plpythonu');
  if (language === undefined) return;
  if (pythonUdfs === 'gone') {
    // Source: public reports of the message after the end of Python UDFs; AWS documents none.
    throw new Error('Create function is not supported for language plpythonu anymore.');
  }
  const body = tokens.find(({ kind, text }) => kind === 'string' && text.startsWith('$'));
  const literal = /^\$(\w*)\$\s*return ('[^'\\]*')\s*\$\1\$$/.exec(body?.text ?? '')?.[2];
  if (body === undefined || literal === undefined)
    throw new NotSimulatedError('a Python function of more than a literal');
  // The language of that name reads PL/pgSQL here.
  body.text = `$$ begin return ${literal}; end $$`;
}

/** Replacements of single tokens and their neighbours, in place; no token is added or removed. */
function rewriteWords(tokens: SqlToken[]): void {
  const significant = tokens.filter(isSignificant);
  for (const [at, token] of significant.entries()) {
    const next = significant[at + 1];
    if (token.kind === 'string' && token.text.startsWith("'") && token.text.includes('\\')) {
      token.text = `E${token.text}`;
    } else if (token.kind === 'quoted') {
      if (!/^"IAMR?:/.test(token.text)) token.text = token.text.toLowerCase();
    } else if (token.kind === 'word' && /^nonatomic$/i.test(token.text) && identifierOf(next) === 'as') {
      // Of a procedure that commits nothing itself, PostgreSQL makes no difference.
      token.text = '';
    } else if (token.kind === 'word' && next?.text === '(') {
      rewriteCall(significant, at);
    } else if (token.kind === 'word' && token.text.toLowerCase() === 'super' && isTypePosition(significant, at)) {
      token.text = 'jsonb';
    } else if (token.kind === 'word' && token.text.toLowerCase() === 'pg_proc') {
      showOwnCatalogue(significant, at);
    }
  }
}

/** PG_PROC with the languages of Redshift. */
function showOwnCatalogue(tokens: SqlToken[], at: number): void {
  const [schema, dot] = tokens.slice(Math.max(0, at - 2), at);
  const table = tokens[at];
  if (table === undefined) return;
  if (tokens[at - 1]?.text !== '.') table.text = 'rehearsal.pg_proc';
  else if (dot?.text === '.' && schema !== undefined && identifierOf(schema) === 'pg_catalog')
    schema.text = 'rehearsal';
}

function rewriteCall(tokens: SqlToken[], at: number): void {
  const name = tokens[at];
  const argument = tokens[at + 2];
  if (name === undefined || argument === undefined) return;
  switch (name.text.toLowerCase()) {
    case 'nvl':
      name.text = 'coalesce';
      return;
    case 'json_serialize':
      // Unquoted it is a keyword of PostgreSQL 17 and later, with NULL for NULL.
      name.text = '"json_serialize"';
      return;
    case 'current_setting':
      name.text = 'redshift_setting';
      return;
    case 'dateadd':
    case 'datediff':
    case 'date_diff':
      if (name.text.toLowerCase() === 'date_diff') name.text = 'datediff';
      if (argument.kind === 'word') argument.text = `'${argument.text.toLowerCase()}'`;
      return;
    case 'listagg':
      orderInside(tokens, at + 1);
      return;
    default:
      return;
  }
}

/** Moves `WITHIN GROUP (ORDER BY …)` before the closing parenthesis of the aggregate's arguments. */
function orderInside(tokens: SqlToken[], open: number): void {
  const close = closingParenthesis(tokens, open);
  const [within, group, paren] = tokens.slice(close + 1, close + 4);
  if (identifierOf(within) !== 'within' || identifierOf(group) !== 'group' || paren?.text !== '(') return;
  const closing = tokens[close];
  // The second parenthesis now closes the call: `listagg(a, b` + ` ` + `order by c` + `)`.
  if (closing === undefined || within === undefined || group === undefined) return;
  closing.text = '';
  within.text = '';
  group.text = '';
  paren.text = ' ';
}

/** Index of the parenthesis that closes the one at `open`; the last token when none does. */
function closingParenthesis(tokens: readonly SqlToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    if (tokens[at]?.text === '(') depth += 1;
    if (tokens[at]?.text === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length - 1;
}

function isTypePosition(tokens: SqlToken[], at: number): boolean {
  const before = tokens[at - 1];
  return before?.text === '::' || identifierOf(before) === 'as';
}
