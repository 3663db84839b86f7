import { type SqlToken, tokenize } from './sql-tokens';

/**
 * Binds the Data API's named parameters: every `:name` becomes a placeholder of its own (`$1`, `$2`, …), so that the
 * database infers the type of each place by itself, as Redshift does.
 * Source: Redshift Management Guide, "Parameterizing SQL statements" (values only, given as text).
 *
 * @throws RangeError for a `:name` without value
 */
export function bindParameters(
  sql: string,
  parameters: readonly { name: string; value: string }[],
): { text: string; values: string[] } {
  const byName = new Map(parameters.map(({ name, value }) => [name, value]));
  const values: string[] = [];
  const text = tokenize(sql).map((token) => {
    if (token.kind !== 'parameter') return token.text;
    const value = byName.get(token.text.slice(1));
    if (value === undefined) throw new RangeError(`syntax error at or near ":" (no value for ${token.text})`);
    values.push(value);
    return `$${values.length}`;
  });
  return { text: text.join(''), values };
}

/** Names of the parameters that occur in a statement. */
export function parameterNames(sql: string): Set<string> {
  return new Set(
    tokenize(sql)
      .filter((token: SqlToken) => token.kind === 'parameter')
      .map((token) => token.text.slice(1)),
  );
}
