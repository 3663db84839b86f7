import { repairList, type ListEntry } from '../../../lambda/repair-schema/repaired-list';
import { REPLACED_FUNCTIONS, REPLACED_NAMES } from '../../../lambda/shared/udf/functions';

const UDF = {
  functionName: 'ClickstreamUpgrade-udf',
  roleArn: 'arn:aws:iam::111122223333:role/ClickstreamUpgrade-udf-us-east-1',
};
const SCAN = 'CREATE OR REPLACE PROCEDURE Shop.sp_scan_metadata() AS $$ BEGIN NULL; END; $$ LANGUAGE plpgsql;';

function python(name: string): string {
  const arity = REPLACED_FUNCTIONS[name]?.arity ?? 1;
  const parameters = Array.from({ length: arity }, (_, index) => `p${String(index)} varchar(65535)`).join(', ');
  return `CREATE OR REPLACE FUNCTION Shop.${name}(${parameters}) RETURNS varchar(65535) STABLE AS $$ return '' $$ LANGUAGE plpythonu;`;
}

/** A list as the solution writes it: one function shares its object with a procedure. */
function list(names: readonly string[] = REPLACED_NAMES): ListEntry[] {
  const texts = [
    'CREATE SCHEMA IF NOT EXISTS Shop',
    ...names.map((name) => (name === 'convert_json_list' ? `${python(name)}\n${SCAN}` : python(name))),
    'CREATE OR REPLACE VIEW Shop.a AS SELECT 1',
  ];
  return texts.map((text, index) => ({ entry: `s3://bucket/tmp/p/sqls/Shop-1/${String(index)}.sql`, text }));
}

const repaired = (entries: readonly ListEntry[], present: readonly string[] = []): ReturnType<typeof repairList> =>
  repairList(entries, { appId: 'Shop', udf: UDF, present });

describe('A list whose Python functions are replaced', () => {
  test('has every other entry as it was, and in its place', () => {
    const result = repaired(list());
    if (result.is !== 'repaired') throw new Error(result.is);
    const kept = result.entries.flatMap((entry) => ('keep' in entry ? [entry.keep] : []));
    expect(kept).toEqual(['s3://bucket/tmp/p/sqls/Shop-1/0.sql', 's3://bucket/tmp/p/sqls/Shop-1/7.sql']);
    expect([result.entries[0], result.entries.at(-1)]).toEqual(kept.map((keep) => ({ keep })));
    expect(result.replaced).toEqual(REPLACED_NAMES);
  });

  test('declares each as a Lambda UDF, and the procedure behind one after it', () => {
    const result = repaired(list());
    if (result.is !== 'repaired') throw new Error(result.is);
    const written = result.entries.flatMap((entry) => ('write' in entry ? [entry.write] : []));
    expect(written).toHaveLength(7);
    expect(written.filter((text) => text.includes('CREATE OR REPLACE EXTERNAL FUNCTION "shop".'))).toHaveLength(6);
    expect(written[1]).toBe(SCAN);
    for (const text of written.filter((each) => each !== SCAN)) {
      expect(text).not.toContain('plpythonu');
      expect(text).toContain("LAMBDA 'ClickstreamUpgrade-udf'");
      expect(text).toContain(`IAM_ROLE '${UDF.roleArn}'`);
    }
    const urls = written.find((text) =>
      text.includes('"parse_utm_from_url" (varchar(65535), varchar(65535), varchar(65535))'),
    );
    expect(urls).toContain('MAX_BATCH_ROWS 2000 MAX_BATCH_SIZE 128 KB');
  });

  test('drops only those that are there, right before', () => {
    const result = repaired(list(), ['rm_object_props']);
    if (result.is !== 'repaired') throw new Error(result.is);
    const written = result.entries.map((entry) => ('write' in entry ? entry.write : ''));
    const drops = written.flatMap((text, index) => (text.includes('DROP FUNCTION') ? [index] : []));
    expect(drops).toHaveLength(1);
    expect(written[drops[0] ?? -1]).toContain('"shop"."rm_object_props"(varchar(65535), varchar(65535))');
    expect(written[(drops[0] ?? -1) + 1]).toContain('EXTERNAL FUNCTION "shop"."rm_object_props"');
  });

  test('is none where there is no Python in it', () => {
    expect(repaired(list([]))).toEqual({ is: 'without python' });
  });

  test.each([
    ['a seventh function', [...list(), { entry: 's3://b/k', text: python('seventh') }], 'seventh'],
    ['one that is missing', list(REPLACED_NAMES.slice(1)), 'convert_json_list'],
    ['one that is there twice', [...list(), { entry: 's3://b/k', text: python('rm_object_props') }], 'more than once'],
  ])('is refused with %s', (_, entries, word) => {
    const result = repaired(entries);
    expect(result.is === 'not recognised' ? result.found.join() : result.is).toContain(word);
  });
});
