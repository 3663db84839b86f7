import {
  isPython,
  pythonFunction,
  PYTHON_COMMENT,
  schemaList,
  withoutPython,
} from '../../../../rehearsal/warehouse/v2';
import { OWNER, TestWarehouse, type TestApp } from './support';

let warehouse: TestWarehouse;
let app: TestApp;
beforeAll(async () => {
  warehouse = await TestWarehouse.start();
  app = await warehouse.app({ events: 300 });
}, 60_000);
afterAll(async () => {
  await warehouse.stop();
});

/** The functions' languages, as the catalog tells them. */
function languages(): Promise<{ name: string; language: string | null }[]> {
  return app.rows(
    `select p.proname::text as name, obj_description(p.oid, 'pg_proc') as language from pg_proc p
     where p.pronamespace = '$s'::regnamespace and p.prokind = 'f' order by 1`,
  );
}

describe('the list of a schema’s statements', () => {
  test('has Python where the solution’s has it: in the scan’s object and in five of their own', () => {
    const list = schemaList({ schema: 'app9' });
    expect(list.flatMap((sql, index) => (isPython(sql) ? [index] : []))).toEqual([7, 17, 18, 19, 20, 21]);
    expect(list[0]).toBe('create schema if not exists "app9";\n');
    expect(list[7]).toMatch(
      /^CREATE OR REPLACE FUNCTION app9\.convert_json_list\(json_in varchar\(65535\)\) RETURNS varchar\(65535\)\n\/\*[^*]*\*\/\nSTABLE\nAS \$\$[^$]*\$\$ LANGUAGE plpythonu;\n\nCREATE OR REPLACE PROCEDURE/,
    );
    expect(list.map((sql) => sql.slice(0, 7).toLowerCase())).toEqual(list.map(() => 'create '));
  });

  test('can be run again by its owner, who keeps everything', async () => {
    const session = await warehouse.session();
    const relations = `select count(*) from pg_class where relnamespace = '$s'::regnamespace`;
    const before = await app.number(relations);
    for (const sql of schemaList({ schema: app.schema })) await session.query(withoutPython(sql));
    expect(await app.number(relations)).toBe(before);
    const owners = `select distinct proowner::regrole::text as owner from pg_proc where pronamespace = '$s'::regnamespace`;
    expect(await app.rows(owners)).toEqual([{ owner: `"${OWNER}"` }]);
  });
});

describe('Python functions as PostgreSQL gets them', () => {
  test('tell the catalog what they stand for', async () => {
    expect(await languages()).toEqual(
      [
        'combine_json_list',
        'convert_json_list',
        'parse_utm_from_url',
        'rm_object_props',
        'transform_event_custom_props',
        'transform_user_custom_props',
      ].map((name) => ({ name, language: PYTHON_COMMENT })),
    );
  });

  test('answer NULL where nobody knows them, and leave the statements around them alone', async () => {
    const around = `create table if not exists ${app.schema}.noted (n int);`;
    await app.run(withoutPython(`${around}\n${pythonFunction(app.schema, 'mask_ip', ['ip'])}\n${around}`));
    expect(await app.rows(`select $s.mask_ip('10.0.0.1') as answer`)).toEqual([{ answer: null }]);
    await app.run('drop function $s.mask_ip(varchar); drop table $s.noted');
  });
});

describe('the scan of metadata', () => {
  beforeAll(async () => {
    await app.call('sp_migrate_data_to_v2(30)');
  });

  const scan = (start = 'null'): Promise<void> =>
    app.call(`sp_scan_metadata(20, '2100-01-01'::timestamp, ${start}::timestamp)`);

  test('lists the properties of events and users', async () => {
    await scan();
    expect(await app.number('select count(*) from $s.event_parameter_metadata')).toBeGreaterThan(0);
    expect(await app.number('select count(*) from $s.user_attribute_metadata')).toBeGreaterThan(0);
    expect(await app.log(`log_name = 'sp_scan_metadata'`)).toEqual([]);
  });

  test('takes events from its start on', async () => {
    await scan(`'2099-01-01'`);
    expect(await app.number('select count(*) from $s.event_parameter_metadata')).toBe(0);
  });

  test('swallows a function’s error: the scan before it stays, and the log has a row', async () => {
    await scan();
    const before = await app.number('select count(*) from $s.event_parameter_metadata');
    await app.run('drop function $s.convert_json_list(varchar)');
    await scan();
    expect(await app.number('select count(*) from $s.event_parameter_metadata')).toBe(before);
    expect(await app.log(`log_name = 'sp_scan_metadata'`)).toMatchObject([
      { log_level: 'error', log_msg: expect.stringContaining('convert_json_list(text) does not exist') as string },
    ]);
  });
});
