import '../../../lambda/support/silence';
import { setPythonUdfs } from '../../../../rehearsal/warehouse/v2';
import { disagreements, recordedCalls } from '../../../../rehearsal/warehouse/udf/proof';
import { OWNER, TestWarehouse } from '../v2/support';

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.start();
}, 60_000);
afterAll(() => warehouse.stop());

const ARITY = {
  combine_json_list: 1,
  parse_utm_from_url: 3,
  rm_object_props: 2,
  transform_event_custom_props: 1,
  transform_user_custom_props: 1,
};

describe('A migration by external functions', () => {
  test('ends as one by functions in Python does, and each call is one to which the handler answers the same', async () => {
    const app = await warehouse.app({ events: 300 });
    const procedures = ['sp_migrate_event_to_v2(30)', 'sp_migrate_user_to_v2()', 'sp_migrate_item_to_v2(30)'];
    for (const procedure of procedures) await app.call(procedure);
    const byPython = await app.counts();

    for (const table of Object.keys(byPython)) await app.run(`truncate $s.${table}`);
    await setPythonUdfs(warehouse.admin, { schema: app.schema, state: 'missing' });
    await warehouse.admin.query(`INSERT INTO rehearsal.external_gate VALUES ('udf', 'role', NULL, 0)`);
    await warehouse.admin.query(`GRANT USAGE ON LANGUAGE exfunc TO "${OWNER}"`);
    for (const [name, arity] of Object.entries(ARITY)) {
      await warehouse.admin.query(
        'CALL rehearsal.create_external_function(true, $1, $2, $3, $4, 65535, $5, $6, $7, 0, 2000, 262144)',
        [app.schema, name, Array.from({ length: arity }, () => 'varchar'), 'varchar', 'stable', 'udf', 'role'],
      );
    }
    for (const procedure of procedures) await app.call(procedure);
    expect(await app.counts()).toEqual(byPython);
    expect(await app.log(`log_level = 'error'`)).toEqual([]);

    const calls = await recordedCalls({ inspect: (_database, sql) => app.rows(sql) }, 'shop');
    expect(new Set(calls.map(({ functionName }) => functionName))).toEqual(new Set(Object.keys(ARITY)));
    expect(disagreements(calls)).toEqual([]);
  }, 60_000);
});
