import { type SqlToken, identifierOf, isSignificant } from './sql-tokens';

/**
 * PartiQL on SUPER columns, as far as our statements use it, on PostgreSQL's jsonb:
 *
 * - `FROM "app".event AS e, e.items AS item` (or `LEFT JOIN e.items AS item ON true`) un-nests an array; what is not an
 *   array has no elements
 * - `item.id`, `e.app_info.app_id` navigate: to text where a cast or a NULL test follows (JSON null is NULL then, as in
 *   Redshift), else to SUPER; `item` alone is the element
 *
 * Source: Redshift Developer Guide, "Querying semistructured data" (navigation, un-nesting, lax semantics).
 */
export function navigateSuper(tokens: SqlToken[]): SqlToken[] {
  const elements = unnest(tokens);
  const result: SqlToken[] = [];
  let at = 0;
  while (at < tokens.length) {
    const path = readPath(tokens, at);
    if (path === undefined) {
      result.push(...tokens.slice(at, at + 1));
      at += 1;
      continue;
    }
    result.push({ kind: 'symbol', text: rewritePath(path, elements, tokens, at) });
    at = path.end;
  }
  return result;
}

/** The SUPER columns of the solution's tables, legacy and v2. */
const SUPER_COLUMNS = new Set([
  'device',
  'geo',
  'traffic_source',
  'app_info',
  'items',
  'user_properties',
  'user_ltv',
  'device_id_list',
  'properties',
  'device_ua',
  'page_view_page_url_query_parameters',
  'custom_parameters',
  'process_info',
]);

/** Words that end a FROM clause at the same depth of parentheses. */
const AFTER_FROM = new Set([
  ...['where', 'group', 'order', 'having', 'limit', 'union', 'intersect', 'except', 'minus', 'select', 'set', 'values'],
]);

/** Words that may stand after a table in FROM and are therefore not its alias. */
const NOT_AN_ALIAS = new Set([
  ...AFTER_FROM,
  'on',
  'using',
  'join',
  'left',
  'right',
  'inner',
  'outer',
  'full',
  'cross',
  'at',
]);

interface Path {
  names: string[];
  /** The identifiers as written. */
  texts: string[];
  /** Index after the last token. */
  end: number;
}

/** Identifiers joined by dots, beginning at a token that is not itself behind a dot. */
function readPath(tokens: readonly SqlToken[], at: number): Path | undefined {
  const first = identifierOf(tokens[at]);
  if (first === undefined || tokens[at - 1]?.text === '.') return undefined;
  const names = [first];
  const texts = [tokens[at]?.text ?? ''];
  let end = at + 1;
  for (;;) {
    const name = tokens[end]?.text === '.' ? identifierOf(tokens[end + 1]) : undefined;
    if (name === undefined) return { names, texts, end };
    names.push(name);
    texts.push(tokens[end + 1]?.text ?? '');
    end += 2;
  }
}

function rewritePath(path: Path, elements: Set<string>, tokens: readonly SqlToken[], at: number): string {
  const [first, second] = path.names;
  const previous = lastSignificant(tokens, at);
  const asWritten = path.texts.join('.');
  if (nextSignificant(tokens, path.end)?.text === '(' || namesSomething(previous)) return asWritten;
  if (first !== undefined && elements.has(first)) {
    const element = `${path.texts[0] ?? ''}.value`;
    return path.names.length === 1 ? element : navigation(element, path.names.slice(1), tokens, path.end);
  }
  if (path.names.length >= 3 && second !== undefined && SUPER_COLUMNS.has(second)) {
    return navigation(path.texts.slice(0, 2).join('.'), path.names.slice(2), tokens, path.end);
  }
  return asWritten;
}

/** Behind these stands the name of a table or an alias, never a value. */
function namesSomething(previous: SqlToken | undefined): boolean {
  const word = identifierOf(previous);
  return (
    previous?.text.startsWith(LATERAL) === true ||
    (word !== undefined && ['as', 'from', 'join', 'update', 'into', 'table', 'view', 'call'].includes(word))
  );
}

const LATERAL = 'LATERAL ';

function navigation(base: string, keys: string[], tokens: readonly SqlToken[], end: number): string {
  const next = nextSignificant(tokens, end);
  if (next?.text === '[') throw new SyntaxError('Array subscripts on SUPER are not simulated by the rehearsal');
  const asText = next?.text === '::' ? !isCastToSuper(tokens, end) : isTest(next) || isComparedWithText(tokens, end);
  const path = keys.map((key) => `"${key.replaceAll('"', '\\"')}"`).join(',');
  return `(${base} ${asText ? '#>>' : '#>'} '{${path}}')`;
}

function isCastToSuper(tokens: readonly SqlToken[], end: number): boolean {
  return identifierOf(nextSignificant(tokens, end, 1)) === 'jsonb';
}

function isTest(token: SqlToken | undefined): boolean {
  const word = identifierOf(token);
  return word !== undefined && ['is', 'in', 'like', 'ilike', 'not'].includes(word);
}

/** SUPER compares with a literal by the literal's type. */
function isComparedWithText(tokens: readonly SqlToken[], end: number): boolean {
  let skip = 0;
  while (['=', '<', '>', '!'].includes(nextSignificant(tokens, end, skip)?.text ?? '')) skip += 1;
  const operand = nextSignificant(tokens, end, skip);
  return skip > 0 && (operand?.kind === 'string' || operand?.kind === 'parameter');
}

/**
 * Rewrites un-nested arrays in FROM clauses, in place.
 *
 * @returns the aliases of their elements
 */
function unnest(tokens: SqlToken[]): Set<string> {
  const elements = new Set<string>();
  const inFrom = [false];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || !isSignificant(token)) continue;
    const word = token.kind === 'word' ? token.text.toLowerCase() : token.text;
    if (word === '(') inFrom.push(false);
    else if (word === ')') inFrom.pop();
    else if (word === 'from') inFrom[inFrom.length - 1] = identifierOf(lastSignificant(tokens, at)) !== 'distinct';
    else if (AFTER_FROM.has(word)) inFrom[inFrom.length - 1] = false;
    else if ((word === ',' || word === 'join') && inFrom.at(-1) === true) unnestAfter(tokens, at, elements);
  }
  return elements;
}

function unnestAfter(tokens: SqlToken[], comma: number, elements: Set<string>): void {
  const start = skipInsignificant(tokens, comma + 1);
  const path = readPath(tokens, start);
  if (path?.names.length !== 2 || !SUPER_COLUMNS.has(path.names[1] ?? '')) return;
  let aliasAt = skipInsignificant(tokens, path.end);
  if (identifierOf(tokens[aliasAt]) === 'as') aliasAt = skipInsignificant(tokens, aliasAt + 1);
  const alias = identifierOf(tokens[aliasAt]);
  if (alias === undefined || NOT_AN_ALIAS.has(alias)) throw new SyntaxError(`${path.texts.join('.')} needs an alias`);
  if (identifierOf(nextSignificant(tokens, aliasAt + 1)) === 'at') {
    throw new SyntaxError('AT, the index of an un-nested array, is not simulated by the rehearsal');
  }
  elements.add(alias);
  const array = path.texts.join('.');
  const source = `${LATERAL}jsonb_array_elements(CASE WHEN jsonb_typeof(${array}) = 'array' THEN ${array} END)`;
  // The tokens of the path become one that is no identifier, so that no later rule reads it again.
  tokens.splice(start, path.end - start, { kind: 'symbol', text: source });
}

function skipInsignificant(tokens: readonly SqlToken[], from: number): number {
  let at = from;
  for (let token = tokens[at]; token !== undefined && !isSignificant(token); token = tokens[at]) at += 1;
  return at;
}

function nextSignificant(tokens: readonly SqlToken[], from: number, skip = 0): SqlToken | undefined {
  let at = skipInsignificant(tokens, from);
  for (let left = skip; left > 0; left -= 1) at = skipInsignificant(tokens, at + 1);
  return tokens[at];
}

function lastSignificant(tokens: readonly SqlToken[], before: number): SqlToken | undefined {
  for (let at = before - 1; at >= 0; at -= 1) {
    const token = tokens[at];
    if (token !== undefined && isSignificant(token)) return token;
  }
  return undefined;
}
