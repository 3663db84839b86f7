import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { identifier, type SqlFragment } from '../../lambda/shared/sql/identifiers';
import { statement } from '../../lambda/shared/sql/statement';
import { parameterNames } from '../../rehearsal/warehouse/postgres/parameters';
import { tokenize } from '../../rehearsal/warehouse/postgres/sql-tokens';

const ROOT = join(__dirname, '..', '..');
const SQL = join(ROOT, 'sql');

const filesUnder = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();

const HEADER_LINES = ['name', 'purpose', 'parameters', 'source'];

interface StatementFile {
  name: string;
  text: string;
  /** Header lines by their word, continuation lines joined. */
  header: Map<string, string>;
  body: string;
}

function readStatementFile(path: string): StatementFile {
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  const header = new Map<string, string>();
  let word = '';
  for (const line of lines.slice(0, end)) {
    const match = /^-- (\w+): (.+)$/.exec(line);
    if (match?.[1] !== undefined && HEADER_LINES.includes(match[1])) word = match[1];
    header.set(
      word,
      `${header.get(word) ?? ''} ${match?.[1] === word ? (match[2] ?? '') : line.slice(2).trim()}`.trim(),
    );
  }
  return { name: relative(SQL, path).replace(/\.sql$/, ''), text, header, body: lines.slice(end).join('\n') };
}

/** What the header says has to be filled in. */
function declared(parameters: string): string[] {
  if (parameters === 'none') return [];
  return parameters
    .replaceAll(/\([^)]*\)/g, '')
    .split(',')
    .map((part) => /^\s*(\{\{\w+\}\}|\w+)/.exec(part)?.[1] ?? part)
    .sort();
}

const FILES = filesUnder(SQL, '.sql').map(readStatementFile);
const TABLE = FILES.map((file): [string, StatementFile] => [file.name, file]);

describe('Every statement', () => {
  test('is in a file under sql/, and there are some', () => {
    expect(FILES.length).toBeGreaterThan(30);
  });

  test.each(TABLE)(
    '%s has a header of name, purpose, parameters and source, and its name is its path',
    (name, file) => {
      expect([...file.header.keys()]).toEqual(HEADER_LINES);
      expect([...file.header.values()].every((text) => text.length > 0)).toBe(true);
      expect(file.header.get('name')).toBe(name);
    },
  );

  test.each(TABLE)('%s says in its header exactly what has to be filled in', (_, { header, body }) => {
    const places = [...new Set(body.match(/\{\{\w+\}\}/g) ?? [])];
    const filled = body.replaceAll(/\{\{\w+\}\}/g, 'x');
    expect(declared(header.get('parameters') ?? '')).toEqual([...places, ...parameterNames(filled)].sort());
  });

  test.each(TABLE)('%s can be filled in, and then nothing is left open', (_, { text, header }) => {
    const fragments: Record<string, SqlFragment> = {};
    const parameters: Record<string, string> = {};
    for (const place of declared(header.get('parameters') ?? '')) {
      if (place.startsWith('{{')) fragments[place.slice(2, -2)] = identifier('app1');
      else parameters[place] = '1';
    }
    const sql = statement(text, fragments, parameters);
    expect(sql.text).not.toContain('{{');
    expect([...parameterNames(sql.text)].sort()).toEqual(Object.keys(sql.parameters).sort());
  });

  test.each(TABLE)('%s is one statement: the Data API takes one', (_, { body }) => {
    const open = tokenize(
      body
        .trim()
        .replaceAll(/\{\{\w+\}\}/g, 'x')
        .replace(/;$/, ''),
    );
    expect(open.some(({ kind, text }) => kind !== 'string' && kind !== 'comment' && text.includes(';'))).toBe(false);
  });

  test('is used by a step, and none that a step uses is missing', () => {
    const used = filesUnder(join(ROOT, 'lambda'), '.ts').flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/from '([^']+\.sql)'/g)].map(([, imported]) =>
        relative(SQL, resolve(dirname(path), imported ?? '')).replace(/\.sql$/, ''),
      ),
    );
    expect([...new Set(used)].sort()).toEqual(FILES.map(({ name }) => name).sort());
  });

  test('is written in sql/, not in a step', () => {
    const written = filesUnder(join(ROOT, 'lambda'), '.ts').filter((path) =>
      /[`'"]\s*(?:SELECT\s|CALL\s|REFRESH MATERIALIZED|DELETE FROM|DROP (?:TABLE|VIEW))/.test(
        readFileSync(path, 'utf8'),
      ),
    );
    expect(written).toEqual([]);
  });
});
