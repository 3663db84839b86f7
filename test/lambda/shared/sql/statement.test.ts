import { identifier, integer, timestamp } from '../../../../lambda/shared/sql/identifiers';
import { marked, statement } from '../../../../lambda/shared/sql/statement';

const FILE = `-- name: folder/file
-- purpose: an example
SELECT a::bigint, ':no' AS b
FROM {{schema}}.event
-- said in between
WHERE a >= CAST(:from_ms AS bigint) AND c = :from_ms;
`;
const SCHEMA = { schema: identifier('app1') };

describe('A statement file', () => {
  test('is filled in, without its comments, and says in a comment what it is', () => {
    expect(statement(FILE, SCHEMA, { from_ms: 5 })).toEqual({
      name: 'folder/file',
      text:
        '/* clickstream-upgrade folder/file */ SELECT a::bigint, \':no\' AS b\nFROM "app1".event\n' +
        'WHERE a >= CAST(:from_ms AS bigint) AND c = :from_ms',
      parameters: { from_ms: '5' },
    });
  });

  test.each([
    ['without a name in its header', 'SELECT 1', {}, {}, 'name'],
    ['with a fragment that is not given', FILE, {}, { from_ms: 5 }, '{{schema}}'],
    ['with a fragment that does not occur', FILE, { ...SCHEMA, days: integer(1) }, { from_ms: 5 }, '{{days}}'],
    ['with a parameter that is not given', FILE, SCHEMA, {}, ':from_ms'],
    ['with a parameter that does not occur', FILE, SCHEMA, { from_ms: 5, to_ms: 6 }, ':to_ms'],
    ['with a parameter that is the beginning of another', FILE, SCHEMA, { from_ms: 5, from: 6 }, ':from '],
    ['with an empty value, which the Data API does not take', FILE, SCHEMA, { from_ms: '' }, 'must not be empty'],
  ] as const)('is refused %s', (_, file, fragments, parameters, why) => {
    expect(() => statement(file, fragments, parameters)).toThrow(RangeError);
    expect(() => statement(file, fragments, parameters)).toThrow(why);
  });

  test('is not refused for the colons of a time', () => {
    const file = '-- name: a\nCALL {{schema}}.p({{from}})';
    expect(statement(file, { ...SCHEMA, from: timestamp(0) }).text).toContain("TIMESTAMP '1970-01-01 00:00:00'");
  });

  test('does not read values as replacement patterns or as further places to fill', () => {
    const file = '-- name: a\nSELECT :v, {{schema}}';
    expect(statement(file, SCHEMA, { v: '$& {{schema}} :v' })).toMatchObject({ parameters: { v: '$& {{schema}} :v' } });
  });

  test('can be found in the query history by the token it is marked with', () => {
    const sql = statement(FILE, SCHEMA, { from_ms: 5 });
    const token = 'f'.repeat(64);
    expect(marked(sql, token).text).toContain(`/* clickstream-upgrade folder/file ${token} */ SELECT`);
    expect(marked(sql, token)).toEqual({ ...sql, text: sql.text.replace(' */', ` ${token} */`) });
  });
});
