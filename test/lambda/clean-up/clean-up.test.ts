import '../support/silence';
import { handler as cleanUp } from '../../../lambda/clean-up';
import { readCleanUp } from '../../../lambda/shared/clean-up-record';
import { parityVerdict, parityVerdictKey } from '../../../lambda/shared/parity-verdict';
import { appPlanKey } from '../../../lambda/shared/plan/app-plan';
import { handler as verifyParity } from '../../../lambda/verify-parity';
import { RedshiftDataService } from '../../../rehearsal/aws/redshift-data';
import { Sts } from '../../../rehearsal/aws/sts/sts';
import { generateLegacyData } from '../../../rehearsal/warehouse/generator/legacy-data';
import { plantCustomerView, plantFirstRelease } from '../../../rehearsal/warehouse/legacy/leftovers';
import { createLegacySchema } from '../../../rehearsal/warehouse/legacy/schema';
import { PostgresWarehouse } from '../../../rehearsal/warehouse/postgres/statements';
import { createV2Schema } from '../../../rehearsal/warehouse/v2';
import { ACCOUNT, allow, REGION, ROLE, START_MS, trustedBy } from '../../rehearsal/aws/door-harness';
import {
  column,
  number,
  openTestDatabase,
  OWNER,
  PROJECT,
  type TestDatabase,
} from '../../rehearsal/warehouse/support/database';
import { appPlan } from '../support/fixtures';
import { plan } from '../support/plans';
import { PLAN_KEY, rootArn, StepBench } from '../support/step-bench';

jest.setTimeout(120_000);

const DATA_ROLE = `arn:aws:iam::${ACCOUNT}:role/ClickstreamDataApi`;
const DAYS = 10;
const DAY_MS = 86_400_000;
const CUTOFF_MS = START_MS - DAYS * DAY_MS;

const bench = new StepBench();
const { clock } = bench.account;
let database: TestDatabase;
let warehouse: PostgresWarehouse;
const sent: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  warehouse = new PostgresWarehouse({ server: database.server, clock });
  warehouse.onStatement(({ sql }) => void sent.push(sql));
  const redshift = new RedshiftDataService({ clock });
  redshift.targets.add({ region: REGION, accountId: ACCOUNT, kind: 'workgroup', name: 'wg', warehouse });
  bench.account.iam.registerRole({
    roleArn: DATA_ROLE,
    trustPolicy: trustedBy({ AWS: ROLE }),
    policies: [{ name: 'all', document: allow('*') }],
  });
  await bench.open(redshift, new Sts(bench.account.credentials));
});
afterAll(async () => {
  await bench.close();
  await warehouse.close();
  await database.stop();
});

const dropsSent = (): string[] => sent.filter((sql) => /\bDROP\b/.test(sql));

/** A query of somebody's holds up the drop of this table until the warehouse ends it: they are in each other's way. */
async function whileDropConflicts<T>(table: string, act: () => Promise<T>): Promise<T> {
  const { client } = database;
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${table} IN ACCESS SHARE MODE`);
  const remove = warehouse.onStatement((statement) => {
    if (!statement.sql.includes('DROP TABLE')) return;
    remove();
    setImmediate(() => void statement.abort({ kind: 'text', text: 'Serializable isolation violation on table - 1' }));
  });
  try {
    return await act();
  } finally {
    remove();
    await client.query('COMMIT');
  }
}

/** An app whose legacy data have been migrated and proved, days ago. */
async function migratedApp(appId: string): Promise<{ region: string; projectId: string; appId: string }> {
  const { client } = database;
  await createLegacySchema(client, { schema: appId, owner: OWNER });
  await generateLegacyData(client, {
    schema: appId,
    projectId: PROJECT,
    seed: 3,
    events: 800,
    endMs: START_MS,
    days: DAYS,
  });
  await createV2Schema(client, { schema: appId, owner: OWNER });
  await client.query(`SET ROLE "${OWNER}"`);
  // The procedures count their window back from the real clock.
  const days = Math.ceil((Date.now() - CUTOFF_MS) / DAY_MS) + 1;
  for (const call of [
    `event_to_v2(${String(days)})`,
    'user_to_v2()',
    `item_to_v2(${String(days)})`,
    'session_to_v2()',
  ]) {
    await client.query(`CALL ${appId}.sp_migrate_${call}`);
  }
  await client.query('RESET ROLE');
  const target = { region: REGION, projectId: PROJECT, appId };
  bench.write(PLAN_KEY, plan({ kind: 'cleanup' }));
  const warehouseRef = { kind: 'serverless' as const, region: REGION, name: 'wg', roleArn: DATA_ROLE };
  bench.write(
    appPlanKey(PLAN_KEY, target),
    appPlan({
      appId,
      projectId: PROJECT,
      database: PROJECT,
      warehouse: warehouseRef,
      cutoffMs: CUTOFF_MS,
      retentionDays: 365,
      stackPrefix: 'Clickstream',
      pipelineId: 'p1',
    }),
  );
  await bench.table.put(parityVerdictKey(target), {
    v: 1,
    revision: 1,
    projectId: PROJECT,
    appId,
    state: 'proved',
    cutoffMs: CUTOFF_MS,
    legacyEvents: 1,
    counts: {},
    atMs: 1,
    warehouseAtMs: 1,
    root: 'the-upgrade',
    execution: 'the-upgrade',
  });
  return target;
}

const reprove = (target: object, root = 'root') =>
  bench.untilDone(verifyParity, { target: { ...target, act: 'reprove' }, root });
const drop = (target: object, root = 'root') => bench.untilDone(cleanUp, { target: { ...target }, root });

/** Routines of the new data model that are named like old ones, or are needed by it. */
const NEW_ROUTINES = ['convert_json_list', 'sp_clear_expired_data', 'sp_scan_metadata'];

/** Names that are left of the old data model, and those that have to stay. */
async function left(appId: string): Promise<unknown[]> {
  return column(
    database.client,
    `SELECT relname::text FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'm', 'v')
       AND (relname IN ('event', 'event_parameter', 'user', 'item', 'ods_events') OR relname ~ '_m_view$|^tmp_|^clickstream_log$')
     UNION ALL
     SELECT proname::text FROM pg_proc WHERE pronamespace = $1::regnamespace AND proname ~ '^sp_(migrate|clear|scan)|json_list|props$|utm'
     ORDER BY 1`,
    [appId],
  );
}

describe('A clean-up', () => {
  test('proves the app again, drops everything of the old data model once, and finds nothing the next time', async () => {
    const target = await migratedApp('shop1');
    const { client } = database;
    const before = await number(client, 'SELECT count(*) FROM shop1.event_v2');
    await client.query('DROP PROCEDURE shop1.sp_scan_metadata(numeric, timestamp, timestamp)');
    await expect(drop(target)).rejects.toMatchObject({
      name: 'CleanUpRefused',
      report: { problems: [{ message: 'its data were not proved to be migrated by this execution' }] },
    });

    const proved = await reprove(target);
    expect(proved.at(-1)?.summary).toMatch(
      /^shop1: all \d+ legacy events since \d{4}-\d\d-\d\d are in the new tables$/,
    );
    expect(await bench.table.get(parityVerdictKey(target), parityVerdict)).toMatchObject({
      state: 'proved',
      revision: 2,
      root: rootArn('root'),
      cutoffMs: CUTOFF_MS,
      legacyEvents: 1,
    });
    expect(dropsSent()).toEqual([]);

    const done = (await drop(target)).at(-1);
    // Without the overload that the new pipeline brings, the old scan is all that the daily scan has.
    expect(await left('shop1')).toEqual(NEW_ROUTINES);
    expect(done).toMatchObject({ result: { dropped: 21 } });
    expect(done?.summary).toBe('shop1: 21 legacy objects dropped; kept sp_scan_metadata(numeric, date, date)');
    expect(dropsSent()).toHaveLength(21);
    expect(await number(client, 'SELECT count(*) FROM shop1.event_v2')).toBe(before);
    expect(await readCleanUp(bench.table, target)).toMatchObject({ state: 'done', root: rootArn('root') });

    expect((await reprove(target, 'second')).at(-1)?.summary).toBe('shop1: its legacy tables are gone');
    expect((await drop(target, 'second')).at(-1)).toMatchObject({ result: { dropped: 0 } });
    expect(dropsSent()).toHaveLength(21);
  });

  test('stops before views of customers, bound or late-binding, and takes the bound ones along when it is told to', async () => {
    const target = await migratedApp('shop2');
    const { client } = database;
    await plantCustomerView(client, { schema: 'shop2' });
    await plantCustomerView(client, { schema: 'shop2', view: { schema: 'reports', name: 'late' }, lateBinding: true });
    await reprove(target);
    const drops = dropsSent().length;
    await expect(drop(target)).rejects.toMatchObject({
      name: 'CleanUpRefused',
      report: { problems: [{ path: 'reports.daily_events' }, { path: 'reports.late' }] },
    });
    expect(dropsSent()).toHaveLength(drops);
    expect(await readCleanUp(bench.table, target)).toBeUndefined();

    bench.write(PLAN_KEY, plan({ kind: 'cleanup', cascade: true }));
    const done = (await drop(target)).at(-1);
    expect(done?.status).toBe('DONE');
    expect(await column(client, `SELECT viewname::text FROM pg_views WHERE schemaname = 'reports'`)).toEqual(['late']);
    expect(await left('shop2')).toEqual(NEW_ROUTINES);
  });

  test('goes on where it stopped, and never asks for a proof that can no longer be given', async () => {
    const target = await migratedApp('shop3');
    await reprove(target);
    await whileDropConflicts('shop3.event_parameter', () =>
      expect(drop(target)).rejects.toMatchObject({ name: 'StatementConflicted' }),
    );
    const half = await left('shop3');
    expect(half.length).toBeGreaterThan(NEW_ROUTINES.length);
    expect(half.length).toBeLessThan(12);

    expect((await reprove(target, 'another-root')).at(-1)?.summary).toContain('was proved before its clean-up began');
    expect((await drop(target, 'another-root')).at(-1)?.status).toBe('DONE');
    expect(await left('shop3')).toEqual(NEW_ROUTINES);
  });

  test('looks again before it drops what it has no time for in a pass', async () => {
    const target = await migratedApp('shop8');
    await reprove(target);
    await bench.pass(cleanUp, { target });
    let late = 0;
    const real = performance.now.bind(performance);
    const spied = jest.spyOn(performance, 'now').mockImplementation(() => real() + late);
    const remove = warehouse.onStatement(({ sql }) => {
      if (sql.includes('DROP')) late += 13_000;
    });
    const answer = await bench.pass(cleanUp, { target });
    remove();
    spied.mockRestore();
    expect(answer).toMatchObject({ status: 'IN_PROGRESS', summary: 'shop8: 2 legacy objects dropped, 20 left' });
  });

  test('drops the old scan beside a newer one, and keeps events of 1.0 that no proof covers', async () => {
    const target = await migratedApp('shop4');
    const { client } = database;
    await plantFirstRelease(client, { schema: 'shop4', rows: 3 });
    await reprove(target);
    expect((await drop(target)).at(-1)?.summary).toBe('shop4: 22 legacy objects dropped; kept ods_events');
    expect(await left('shop4')).toEqual(['ods_events', ...NEW_ROUTINES].sort());
    await client.query('DELETE FROM shop4.ods_events');
    expect((await drop(target, 'later')).at(-1)).toMatchObject({ result: { dropped: 1 } });
    expect(await left('shop4')).toEqual(NEW_ROUTINES);
  });

  test('is refused while a batch is open or an object is somebody else’s', async () => {
    const target = await migratedApp('shop5');
    const { client } = database;
    await client.query(`UPDATE shop5.tmp_backfill_trace SET status = 'start'`);
    await client.query('ALTER TABLE shop5.item OWNER TO CURRENT_USER');
    await client.query(`GRANT SELECT ON shop5.item TO "${OWNER}"`);
    await reprove(target);
    await expect(drop(target)).rejects.toMatchObject({
      name: 'CleanUpRefused',
      report: { problems: [{ path: 'shop5.tmp_backfill_trace' }, { path: 'shop5.item' }] },
    });
  });

  test('does not begin where the new tables have lost something, nor without a verdict', async () => {
    const target = await migratedApp('shop6');
    await database.client.query(
      'DELETE FROM shop6.event_v2 WHERE event_id = (SELECT min(event_id) FROM shop6.event WHERE event_timestamp >= $1)',
      [CUTOFF_MS],
    );
    await expect(reprove(target)).rejects.toMatchObject({
      name: 'ParityFailed',
      report: { why: expect.stringContaining('1 legacy events are missing in event_v2') as string },
    });
    await expect(drop(target)).rejects.toMatchObject({ name: 'CleanUpRefused' });
    await bench.table.put(parityVerdictKey(target), {
      ...(await bench.table.get(parityVerdictKey(target), parityVerdict)),
      revision: 2,
      state: 'open',
    });
    await expect(reprove(target)).rejects.toMatchObject({ name: 'CleanUpRefused' });
  });

  test('waits for a drop that somebody’s query holds up, and tells a failed one until it may be begun again', async () => {
    const target = await migratedApp('shop7');
    await reprove(target);
    await bench.pass(cleanUp, { target });
    const waiting = await whileDropConflicts('shop7.event_parameter', () =>
      bench.pass(cleanUp, { target, nowMs: START_MS + 100 }),
    );
    expect(waiting).toMatchObject({
      status: 'IN_PROGRESS',
      summary: 'shop7: 16 legacy objects dropped, dropping event_parameter, 5 left after it',
    });
    const progress = waiting.status === 'IN_PROGRESS' ? waiting.progress : undefined;
    const again = { target, progress, nowMs: START_MS + 200 };
    await expect(bench.pass(cleanUp, again)).rejects.toMatchObject({ name: 'StatementConflicted' });
    await expect(bench.pass(cleanUp, again)).rejects.toMatchObject({ name: 'StatementConflicted' });
    expect(await bench.pass(cleanUp, { ...again, retry: 1 })).toMatchObject({
      summary: 'shop7: 6 legacy objects dropped, 0 left',
    });
    expect((await drop(target)).at(-1)?.status).toBe('DONE');
    expect(await left('shop7')).toEqual(NEW_ROUTINES);
  });
});
