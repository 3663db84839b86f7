import { type SqlToken, identifierOf, isSignificant, tokenize } from './sql-tokens';

/** A `CALL "schema".procedure(arguments)`, taken apart. Names in lower case, as Redshift folds them. */
export interface ProcedureCall {
  schema: string;
  procedure: string;
  /** SQL text of each argument. */
  arguments: string[];
}

/** Takes a CALL apart, comments before it ignored; undefined for every other statement. */
export function parseCall(sql: string): ProcedureCall | undefined {
  let tokens: SqlToken[];
  try {
    tokens = tokenize(sql).filter((token) => token.kind !== 'comment');
  } catch {
    // Not even tokens: the database will say what is wrong with it.
    return undefined;
  }
  const significant = tokens.filter(isSignificant);
  if (identifierOf(significant[0]) !== 'call') return undefined;
  const open = significant.findIndex((token) => token.text === '(');
  const names = significant.slice(1, open).filter((token) => token.text !== '.');
  const procedure = identifierOf(names.at(-1));
  if (open === -1 || procedure === undefined) return undefined;
  return {
    schema: identifierOf(names.at(-2)) ?? 'public',
    procedure,
    arguments: splitArguments(tokens.slice(tokens.findIndex((token) => token.text === '(') + 1)),
  };
}

function splitArguments(tokens: SqlToken[]): string[] {
  const found: string[] = [];
  let depth = 0;
  let current = '';
  for (const token of tokens) {
    if (token.text === ')' && depth === 0) break;
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (token.text === ',' && depth === 0) {
      found.push(current.trim());
      current = '';
    } else {
      current += token.text;
    }
  }
  if (current.trim() !== '') found.push(current.trim());
  return found;
}
