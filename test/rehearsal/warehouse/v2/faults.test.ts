import { plantProcedureFault, PROCEDURE_STEPS } from '../../../../rehearsal/warehouse/v2';
import { TestWarehouse } from './support';

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.start();
}, 60_000);
afterAll(async () => {
  await warehouse.stop();
});

test('every step of every procedure can be made to fail, and says so in the log', async () => {
  const app = await warehouse.app({ events: 200 });
  await app.call('sp_migrate_event_to_v2(10)');
  const parameters = (procedure: string): string => {
    if (/_(user|session)_to_v2$/.test(procedure)) return '()';
    if (procedure.startsWith('sp_')) return '(30)';
    if (procedure === 'clickstream_event_base_view_sp') return `(now()::timestamp, now()::timestamp, 1)`;
    return `('2026-01-01', 'UTC', 1)`;
  };
  const planted: string[] = [];
  for (const [procedure, steps] of Object.entries(PROCEDURE_STEPS)) {
    // Its callees repeat what fails; it has a test of its own below.
    if (procedure === 'sp_migrate_data_to_v2') continue;
    for (let step = 1; step <= steps.length; step += 1) {
      const message = `${procedure}/${step}`;
      planted.push(`error message:${message}`);
      await plantProcedureFault(warehouse.admin, {
        schema: app.schema,
        procedure,
        step,
        kind: 'error',
        message,
        times: 1,
      });
      const call = app.call(procedure + parameters(procedure));
      await (procedure.startsWith('sp_') ? call : expect(call).rejects.toThrow(message));
    }
  }
  expect((await app.log(`log_level = 'error'`)).map((row) => row.log_msg)).toEqual(planted);
}, 120_000);

test.each([1, 2, 3, 4])(
  'the orchestrator ends without its final line when its step %i fails',
  async (step) => {
    const app = await warehouse.app({ events: 100 });
    await plantProcedureFault(warehouse.admin, {
      schema: app.schema,
      procedure: 'sp_migrate_data_to_v2',
      step,
      kind: 'error',
      times: 1,
    });
    await app.call('sp_migrate_data_to_v2(30)');
    expect((await app.messages('sp_migrate_data_to_v2')).at(-1)).toBe(
      `error message:planted fault at step ${step} of sp_migrate_data_to_v2`,
    );
  },
  60_000,
);

test('a fault strikes as often as it was planted for, in its own schema only', async () => {
  const [struck, spared] = [await warehouse.app({ events: 100 }), await warehouse.app({ events: 100 })];
  await plantProcedureFault(warehouse.admin, {
    schema: struck.schema,
    procedure: 'sp_migrate_user_to_v2',
    step: 1,
    kind: 'error',
    times: 2,
  });
  for (const app of [spared, struck, struck, struck]) await app.call('sp_migrate_user_to_v2()');
  expect(await struck.log(`log_level = 'error'`)).toHaveLength(2);
  expect(await struck.messages('sp_migrate_user_to_v2')).toContain('backfill is done ---- user_v2');
  expect(await spared.log(`log_level = 'error'`)).toEqual([]);
}, 60_000);

test('a fault where no step is, is refused', async () => {
  const fault = { schema: 'app1', kind: 'error', times: 1 } as const;
  await expect(
    plantProcedureFault(warehouse.admin, { ...fault, procedure: 'sp_migrate_everything', step: 1 }),
  ).rejects.toThrow('No procedure "sp_migrate_everything"');
  await expect(
    plantProcedureFault(warehouse.admin, { ...fault, procedure: 'sp_migrate_user_to_v2', step: 8 }),
  ).rejects.toThrow('has steps 1 to 7, not 8');
  await expect(
    plantProcedureFault(warehouse.admin, { ...fault, kind: 'sleep', procedure: 'sp_migrate_user_to_v2', step: 1 }),
  ).rejects.toThrow('A sleep needs seconds');
});
