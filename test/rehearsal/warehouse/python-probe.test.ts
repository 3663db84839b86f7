import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonStateOf } from '../../../lambda/inspect-and-plan/python-probe';
import { identifier } from '../../../lambda/shared/sql/identifiers';
import { statement } from '../../../lambda/shared/sql/statement';
import { VirtualClock } from '../../../rehearsal/clock';
import { createLegacySchema } from '../../../rehearsal/warehouse/legacy/schema';
import { evenHistogram, ModelledWarehouse } from '../../../rehearsal/warehouse/modelled';
import { PostgresWarehouse } from '../../../rehearsal/warehouse/postgres/statements';
import type { ResultSet, RunningStatement, StatementRequest, Warehouse } from '../../../rehearsal/warehouse/warehouse';
import { openTestDatabase, OWNER, PROJECT, type TestDatabase } from './support/database';

const START_MS = Date.UTC(2026, 5, 15);
const SQL = join(__dirname, '..', '..', '..', 'sql', 'inspect');
const file = (name: string): string => readFileSync(join(SQL, `${name}.sql`), 'utf8');

const names = { schema: identifier('app1'), name: identifier('clickstream_upgrade_probe_1') };
const PROBE = [
  statement(file('python-create'), names),
  statement(file('python-call'), names),
  statement(file('python-undo'), {}),
];

let database: TestDatabase;
let clock: VirtualClock;

beforeAll(async () => {
  database = await openTestDatabase();
  await createLegacySchema(database.client, { schema: 'app1', owner: OWNER });
}, 60_000);

afterAll(() => database.stop());

beforeEach(() => {
  clock = new VirtualClock(START_MS);
});

afterEach(() => clock.close());

function request(
  sqls: string[],
  mode: StatementRequest['mode'],
  parameters: Record<string, string> = {},
): StatementRequest {
  const values = Object.entries(parameters).map(([name, value]) => ({ name, value }));
  return { id: 'probe', database: PROJECT, dbUser: OWNER, sqls, mode, parameters: values };
}

async function ended(running: RunningStatement): Promise<{ status: string; error: string | undefined }[]> {
  const { status, error } = await running.outcome;
  expect(status).toBe('FAILED');
  expect(error).toMatch(/^ERROR: /);
  return (running.parts ?? []).map((part) => ({ status: part.status, error: part.error }));
}

const probe = (warehouse: Warehouse): Promise<{ status: string; error: string | undefined }[]> =>
  ended(
    warehouse.begin(
      request(
        PROBE.map(({ text }) => text),
        'transaction',
      ),
    ),
  );

function modelled(pythonUdfs: 'alive' | 'gone'): ModelledWarehouse {
  const warehouse = new ModelledWarehouse({ clock, pythonUdfs });
  warehouse.addApp(PROJECT, 'app1', evenHistogram(100, 1, START_MS));
  return warehouse;
}

describe('The probe of Python functions', () => {
  it.each(['alive', 'gone'] as const)('tells that they are %s, of PostgreSQL and of the model', async (pythonUdfs) => {
    const real = new PostgresWarehouse({ server: database.server, clock, pythonUdfs });
    try {
      for (const warehouse of [real, modelled(pythonUdfs)]) {
        const parts = await probe(warehouse);
        expect(parts.map(({ status }) => status)).toEqual(
          pythonUdfs === 'alive' ? ['FINISHED', 'FINISHED', 'FAILED'] : ['FAILED', 'ABORTED', 'ABORTED'],
        );
        expect(pythonStateOf(parts, undefined).is).toBe(pythonUdfs);
      }
    } finally {
      await real.close();
    }
  });

  it('leaves nothing behind', async () => {
    const real = new PostgresWarehouse({ server: database.server, clock });
    try {
      await probe(real);
      const left = await real.inspect(PROJECT, `SELECT proname FROM pg_proc WHERE proname LIKE 'clickstream_upgrade%'`);
      expect(left).toEqual([]);
    } finally {
      await real.close();
    }
  });

  it('is the only batch that the model answers', async () => {
    const running = modelled('alive').begin(request(['SELECT 1', 'SELECT 2'], 'transaction'));
    expect((await running.outcome).error).toContain('not modelled');
  });
});

describe('The lists of an inspection', () => {
  const ask = async (name: string, of: Warehouse): Promise<ResultSet | null | undefined> => {
    const { text, parameters } = statement(file(name), {}, name === 'objects' ? {} : { schemas: ',app1,' });
    const { error, results } = await of.begin(request([text], 'single', parameters)).outcome;
    expect(error).toBeUndefined();
    return results[0];
  };
  let real: PostgresWarehouse;

  beforeEach(() => {
    real = new PostgresWarehouse({ server: database.server, clock });
  });

  afterEach(() => real.close());

  it('name the views that stand on legacy tables, and who owns what is not ours', async () => {
    await database.client.query('CREATE SCHEMA reports');
    await database.client.query('CREATE VIEW reports.daily AS SELECT event_date, count(*) FROM app1.event GROUP BY 1');
    await database.client.query('CREATE VIEW app1.mine AS SELECT * FROM app1.item');
    expect((await ask('dependants', real))?.rows).toEqual(
      expect.arrayContaining([
        ['reports', 'daily', 'app1.event'],
        ['app1', 'mine', 'app1.item'],
      ]),
    );
    expect((await ask('foreign-objects', real))?.rows).toEqual([['app1', 'mine', 'postgres']]);
    expect((await ask('objects', real))?.rows).toEqual(
      expect.arrayContaining([
        ['app1', 'event'],
        ['app1', 'user'],
      ]),
    );
  });

  it.each(['objects', 'dependants', 'foreign-objects'])('%s has the same columns in the model', async (name) => {
    expect((await ask(name, modelled('alive')))?.columns).toEqual((await ask(name, real))?.columns);
  });
});
