import { Deviation, type Mode } from '../mode';
import { PythonError } from '../python/error';

/** Parameters in the order of their first appearance; null for one without a value. */
export type Parameters = ReadonlyMap<string, string | null>;

/**
 * What the replaced function decoded, upper-case hexadecimal digits only. Quotes, %, #, + and everything beyond ASCII stay
 * as they are.
 */
const DECODED: ReadonlyMap<string, string> = new Map([
  ...Array.from('=&?/:,+;<>@[\\]^_`{|}~ ', (character): [string, string] => [
    `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    character,
  ]),
]);
const ENCODED = /%[2-7][0-9A-F]/g;

/** Decoded once and before it is split, so an encoded `&` begins a new parameter. */
export function decodedQuery(query: string): string {
  return query.includes('%') ? query.replace(ENCODED, (code) => DECODED.get(code) ?? code) : query;
}

/**
 * A parameter that comes again is appended with a comma; of `a=b=c` the value is `b`; parameters without a name are left out.
 * Lenient: one that comes again without a value keeps the value it has (D6).
 * @throws PythonError in strict mode, for one that comes again without a value
 */
export function parametersOf(query: string, mode: Mode): Parameters {
  const parameters = new Map<string, string | null>();
  if (query === '') return parameters;
  for (const pair of query.split('&')) {
    const [name, value] = pieces(pair, '=');
    if (name === '') continue;
    const known = parameters.get(name) ?? null;
    parameters.set(name, known === null ? value : joined(known, value, mode));
  }
  return parameters;
}

/** The first two pieces of a text, without making the others: null for the second where there is only one. */
export function pieces(text: string, separator: string): readonly [string, string | null] {
  const end = text.indexOf(separator);
  if (end < 0) return [text, null];
  const begin = end + separator.length;
  const next = text.indexOf(separator, begin);
  return [text.slice(0, end), next < 0 ? text.slice(begin) : text.slice(begin, next)];
}

function joined(known: string, value: string | null, mode: Mode): string {
  return mode.attempt(
    () => {
      if (value === null) throw new PythonError('TypeError', "cannot concatenate 'str' and 'NoneType' objects");
      return `${known},${value}`;
    },
    Deviation.ValueMissing,
    () => known,
  );
}
