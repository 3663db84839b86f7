import { toPostgres } from '../../../rehearsal/warehouse/postgres/dialect';

describe('SQL of the common subset', () => {
  it.each([
    `/* clickstream-upgrade events/call 1f */ CALL "app1".sp_migrate_event_to_v2(12)`,
    `SELECT e.event_id FROM "app1".event e WHERE e.event_timestamp >= CAST(:cutoff_ms AS bigint) -- "Quoted" stays`,
    `SELECT TIMESTAMP 'epoch' + (event_time_msec / 1000) * INTERVAL '1 second' FROM "app1".event_v2`,
    `REFRESH MATERIALIZED VIEW "app1".user_m_view`,
    `SELECT $$ e.items AS item, DATEADD(day $$`,
    `SELECT a.x IS DISTINCT FROM b.x, c.items AS items FROM a, b, c`,
    `GRANT USAGE ON SCHEMA "app1" TO "IAMR:ClickstreamRole"`,
  ])('passes untouched: %s', (sql) => {
    expect(toPostgres(sql)).toBe(sql);
  });
});

describe('SUPER', () => {
  it('un-nests an array in FROM and navigates its elements', () => {
    const sql = `SELECT DISTINCT e.event_id, item.id::varchar AS item_id
FROM "app1".event AS e, e.items AS item
WHERE item.id IS NOT NULL
  AND EXISTS (SELECT 1 FROM "app1".item i WHERE i.id = item.id::varchar)`;
    expect(toPostgres(sql)).toBe(`SELECT DISTINCT e.event_id, (item.value #>> '{"id"}')::varchar AS item_id
FROM "app1".event AS e, LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(e.items) = 'array' THEN e.items END) AS item
WHERE (item.value #>> '{"id"}') IS NOT NULL
  AND EXISTS (SELECT 1 FROM "app1".item i WHERE i.id = (item.value #>> '{"id"}')::varchar)`);
  });

  it('un-nests behind LEFT JOIN and without AS', () => {
    expect(toPostgres('SELECT i.price FROM "a".event e LEFT JOIN e.items i ON true')).toBe(
      `SELECT (i.value #> '{"price"}') FROM "a".event e LEFT JOIN LATERAL ` +
        `jsonb_array_elements(CASE WHEN jsonb_typeof(e.items) = 'array' THEN e.items END) i ON true`,
    );
  });

  it('gives the whole element where it stands alone', () => {
    expect(toPostgres('SELECT json_serialize(item) FROM "a".event e, e.items item')).toContain(
      'SELECT "json_serialize"(item.value) FROM',
    );
  });

  it('navigates a column, to text before a cast or a comparison with a literal and to SUPER elsewhere', () => {
    expect(toPostgres(`SELECT e.app_info.app_id::varchar, e.geo.country FROM "a".event e WHERE e.geo.city = 'x'`)).toBe(
      `SELECT (e.app_info #>> '{"app_id"}')::varchar, (e.geo #> '{"country"}') FROM "a".event e WHERE (e.geo #>> '{"city"}') = 'x'`,
    );
  });

  it('leaves a table alone that is named like a SUPER column or an element', () => {
    const sql = 'SELECT items.id FROM items JOIN "a".item item ON item.id = items.id';
    expect(toPostgres(sql)).toBe(sql);
  });

  it('casts to SUPER', () => {
    expect(toPostgres(`SELECT x::super, CAST(y AS SUPER) FROM t`)).toBe('SELECT x::jsonb, CAST(y AS jsonb) FROM t');
  });

  it('refuses the index of an element', () => {
    expect(() => toPostgres('SELECT n FROM "a".event e, e.items AS item AT n')).toThrow(/AT, the index/);
  });
});

describe('functions', () => {
  it('writes the part of DATEADD and DATEDIFF as a literal', () => {
    expect(toPostgres('SELECT DATEADD(DAY, -1, getdate()), datediff( hour, a, b)')).toBe(
      `SELECT DATEADD('day', -1, getdate()), datediff( 'hour', a, b)`,
    );
  });

  it('orders LISTAGG inside its parentheses', () => {
    expect(toPostgres(`SELECT LISTAGG(lower(a), ',') WITHIN GROUP (ORDER BY b DESC) FROM t`)).toMatch(
      /^SELECT LISTAGG\(lower\(a\), ','\s+ORDER BY b DESC\) FROM t$/,
    );
  });

  it('reads NVL as COALESCE', () => {
    expect(toPostgres('SELECT NVL(a, 0) FROM t')).toBe('SELECT coalesce(a, 0) FROM t');
  });
});

describe('names and literals', () => {
  it('folds quoted identifiers to lower case, as Redshift does by default', () => {
    expect(toPostgres('SELECT 1 AS "eventCount"')).toBe('SELECT 1 AS "eventcount"');
  });

  it('reads a backslash in a literal as an escape', () => {
    expect(toPostgres(String.raw`SELECT a ~ '\\d+', 'it\'s'`)).toBe(String.raw`SELECT a ~ E'\\d+', E'it\'s'`);
  });
});

describe('what is not simulated', () => {
  it.each([
    ["UNLOAD ('SELECT 1') TO 's3://x'", 'UNLOAD'],
    ['CREATE TABLE t (a int) DISTSTYLE EVEN', 'DISTSTYLE'],
    ['MERGE INTO t USING s ON t.a = s.a REMOVE DUPLICATES', 'REMOVE DUPLICATES'],
    ['SELECT TOP 5 a FROM t', 'SELECT TOP'],
  ])('is refused by name: %s', (sql, feature) => {
    expect(() => toPostgres(sql)).toThrow(`${feature} is not simulated by the rehearsal's warehouse`);
  });

  it('says what Redshift says of a new Python function', () => {
    expect(() => toPostgres('CREATE FUNCTION f() RETURNS int STABLE AS $$ return 1 $$ LANGUAGE plpythonu')).toThrow(
      'Create function is not supported for language plpythonu anymore.',
    );
  });

  it.each(['PROCEDURE', 'FUNCTION'])('refuses IF EXISTS in DROP %s, which Redshift does not know there', (kind) => {
    expect(() => toPostgres(`DROP ${kind} IF EXISTS "a".x(integer)`)).toThrow('syntax error');
    expect(toPostgres(`DROP ${kind} "a".x(integer)`)).toBe(`DROP ${kind} "a".x(integer)`);
    expect(toPostgres('DROP TABLE IF EXISTS "a".x')).toBe('DROP TABLE IF EXISTS "a".x');
  });

  it('refuses a quote that never closes', () => {
    expect(() => toPostgres("SELECT 'abc")).toThrow(/unterminated quoted string/);
  });
});
