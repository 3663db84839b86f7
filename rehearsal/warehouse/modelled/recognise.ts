import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One of our own statements, taken apart. */
export interface OwnStatement {
  /** Its file under `sql/`, without ending. */
  name: string;
  /** What stands in the text for each `{{…}}` of the file. */
  fragments: Record<string, string>;
}

/** Where the statement files are: at the repository's root. */
const SQL_FOLDER = join(__dirname, '..', '..', '..', 'sql');

const HEAD = /^\/\* clickstream-upgrade ([a-z0-9-]+(?:\/[a-z0-9-]+)*)(?: (\S+))? \*\/ /;

const patterns = new Map<string, RegExp>();

/**
 * Takes one of our statements apart by the comment at its head. Its text has to be that of the file it names: a model that
 * answers another question than the one that was asked is worse than none.
 *
 * @returns undefined for a statement without such a comment
 * @throws Error when the file does not exist or reads otherwise
 */
export function ownStatement(sql: string): OwnStatement | undefined {
  const head = HEAD.exec(sql);
  const name = head?.[1];
  if (head === null || name === undefined) return undefined;
  const match = patternOf(name).exec(sql.slice(head[0].length));
  if (match === null) throw new Error(`the text of the statement ${name} is not that of its file`);
  return { name, fragments: { ...match.groups } };
}

function patternOf(name: string): RegExp {
  let pattern = patterns.get(name);
  if (pattern === undefined) {
    pattern = patternFrom(name);
    patterns.set(name, pattern);
  }
  return pattern;
}

function patternFrom(name: string): RegExp {
  const path = join(SQL_FOLDER, `${name}.sql`);
  if (!existsSync(path)) throw new Error(`there is no statement file ${name}`);
  const body = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .trim()
    .replace(/;$/, '');
  const seen = new Set<string>();
  const source = body
    .split(/\{\{(\w+)\}\}/)
    .map((piece, index) => {
      if (index % 2 === 0) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      if (seen.has(piece)) return `\\k<${piece}>`;
      seen.add(piece);
      return `(?<${piece}>.+?)`;
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}
