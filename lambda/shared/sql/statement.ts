import type { SqlFragment } from './identifiers';

/** A statement ready to be sent: text with everything filled in, and values the Data API binds. */
export interface SqlStatement {
  /** Name of the file under `sql/`, without ending: what the statement is called in logs and reports. */
  name: string;
  text: string;
  /** Values for `:name` in the text. The Data API takes text only, and neither NULL nor the empty string. */
  parameters: Record<string, string>;
}

const NAME_LINE = /^-- name: ([a-z0-9-]+(?:\/[a-z0-9-]+)*)$/m;

/**
 * Fills a statement file in.
 *
 * @param file text of a file under `sql/`; its header must have a line `-- name: folder/file`
 * @param fragments a value for every `{{name}}` in the file, no more and no fewer
 * @throws RangeError when file, fragments and parameters do not fit
 */
export function statement(
  file: string,
  fragments: Record<string, SqlFragment>,
  parameters: Record<string, string | number> = {},
): SqlStatement {
  const name = NAME_LINE.exec(file)?.[1];
  if (name === undefined) throw new RangeError('A statement file needs a line "-- name: …" in its header');
  const used = new Set<string>();
  const body = file
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => {
      const fragment = fragments[key];
      if (fragment === undefined) throw new RangeError(`${name}: nothing given for {{${key}}}`);
      used.add(key);
      return fragment;
    })
    .trim()
    .replace(/;$/, '');
  for (const key of Object.keys(fragments)) {
    if (!used.has(key)) throw new RangeError(`${name}: {{${key}}} does not occur`);
  }
  const bound: Record<string, string> = {};
  for (const [key, value] of Object.entries(parameters)) {
    if (!new RegExp(`:${key}\\b`).test(body)) throw new RangeError(`${name}: :${key} does not occur`);
    bound[key] = String(value);
    if (bound[key] === '') throw new RangeError(`${name}: :${key} must not be empty`);
  }
  for (const [, key] of withoutLiterals(body).matchAll(/(?<![:\w]):([a-zA-Z_]\w*)/g)) {
    if (key !== undefined && bound[key] === undefined) throw new RangeError(`${name}: nothing given for :${key}`);
  }
  return { name, text: `/* clickstream-upgrade ${name} */ ${body}`, parameters: bound };
}

/** What may hold a `:name` that is none: texts. */
function withoutLiterals(body: string): string {
  return body.replaceAll(/'(?:[^']|'')*'/g, "''");
}

/** The same statement, marked with the token of its journal record so that it can be found again in the query history. */
export function marked(sql: SqlStatement, token: string): SqlStatement {
  const head = `/* clickstream-upgrade ${sql.name} */`;
  return { ...sql, text: sql.text.replace(head, `/* clickstream-upgrade ${sql.name} ${token} */`) };
}
