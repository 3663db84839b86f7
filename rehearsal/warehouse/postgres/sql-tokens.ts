/** A piece of SQL text. Joined again, the texts of all tokens are the original. */
export interface SqlToken {
  kind: 'space' | 'comment' | 'string' | 'quoted' | 'word' | 'number' | 'parameter' | 'symbol';
  text: string;
}

/**
 * Cuts SQL into tokens as far as PostgreSQL's and Redshift's lexical rules agree: nested block comments, dollar
 * quotes, `''` and `""` inside quotes, `::` as one symbol, `:name` as a parameter.
 *
 * @throws SyntaxError on a quote or comment that is never closed
 */
export function tokenize(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < sql.length) {
    const token = tokenAt(sql, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

/** Does the token mean something, or is it only there for the reader? */
export function isSignificant(token: SqlToken): boolean {
  return token.kind !== 'space' && token.kind !== 'comment';
}

/** The name that a word or quoted identifier stands for; undefined for other tokens. Both fold to lower case in Redshift. */
export function identifierOf(token: SqlToken | undefined): string | undefined {
  if (token?.kind === 'word') return token.text.toLowerCase();
  if (token?.kind === 'quoted') return token.text.slice(1, -1).replaceAll('""', '"').toLowerCase();
  return undefined;
}

const PATTERNS: [SqlToken['kind'], RegExp][] = [
  ['space', /\s+/y],
  ['comment', /--[^\n]*/y],
  ['string', /\$([A-Za-z_][A-Za-z_0-9]*)?\$[\s\S]*?\$\1\$/y],
  ['string', /[eE]'(?:[^'\\]|''|\\[\s\S])*'/y],
  // Redshift reads a backslash in an ordinary literal as an escape, so it also keeps the quote after it from closing.
  ['string', /'(?:[^'\\]|''|\\[\s\S])*'/y],
  ['quoted', /"(?:[^"]|"")*"/y],
  ['word', /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ['symbol', /::/y],
  ['parameter', /:[A-Za-z_][A-Za-z_0-9]*/y],
];

function tokenAt(sql: string, at: number): SqlToken {
  if (sql.startsWith('/*', at)) return { kind: 'comment', text: blockCommentAt(sql, at) };
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) return { kind, text };
  }
  const character = sql[at] ?? '';
  if (character === "'" || character === '"') {
    throw new SyntaxError(`unterminated quoted string at or near "${sql.slice(at, at + 40)}"`);
  }
  return { kind: 'symbol', text: character };
}

function blockCommentAt(sql: string, start: number): string {
  let depth = 0;
  for (const mark of sql.slice(start).matchAll(/\/\*|\*\//g)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return sql.slice(start, start + mark.index + 2);
  }
  throw new SyntaxError(`unterminated /* comment at or near "${sql.slice(start, start + 40)}"`);
}
