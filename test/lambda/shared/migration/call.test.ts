import callFile from '../../../../sql/events/call.sql';
import {
  bury,
  followCall,
  makeCall,
  settle,
  stopCall,
  type CallStatus,
} from '../../../../lambda/shared/migration/call';
import { identifier, integer } from '../../../../lambda/shared/sql/identifiers';
import { statement } from '../../../../lambda/shared/sql/statement';
import { TOKEN_LIFE_MS, type Attempt } from '../../../../lambda/shared/unit';
import { CallBench, PID } from '../../support/call-bench';
import { NOW_MS, ROOT } from '../../support/fixtures';

const SQL = statement(callFile, { schema: identifier('app1'), days: integer(5) });
const TIMED_OUT = 'ERROR: Query (1) cancelled by WLM abort action of Query Monitoring Rule "slow".';
const CANCELLED = "ERROR: Query (1) canceled on user's request";
const MINUTE_MS = 60_000;

const bench = new CallBench();
beforeAll(() => bench.open());
beforeEach(() => bench.reset());
afterAll(() => bench.close());

/** A pass of this attempt that looks at the last call. */
const follow = (attempt: Partial<Attempt> = {}, laterMs = 0): Promise<CallStatus> =>
  followCall(bench.context(attempt, laterMs));

/** A pass that makes a call after having looked. */
async function call(attempt: Partial<Attempt> = {}, laterMs = 0): Promise<void> {
  const context = bench.context(attempt, laterMs);
  const status = await followCall(context);
  if (status.is !== 'free') throw new Error(`Expected a free unit, it is ${status.is}`);
  await makeCall(context, status.record, SQL, '2026-01-31T10:00:00.000Z', { days: 5 });
}

async function running(attempt: Partial<Attempt> = {}, laterMs = 0): Promise<Extract<CallStatus, { is: 'running' }>> {
  const status = await follow(attempt, laterMs);
  if (status.is !== 'running') throw new Error(`Expected a running call, it is ${status.is}`);
  return status;
}

const errorOf = (status: CallStatus): unknown => (status.is === 'dead' ? status.error.report : status.is);

describe('A call', () => {
  test('is made once, with a token that its record and its comment carry, and then runs', async () => {
    await call();
    const record = await bench.record();
    expect(record).toMatchObject({ state: 'alive', root: ROOT, timeOuts: 0, facts: { days: 5 } });
    expect(bench.warehouse.calls.map(({ sqls }) => sqls)).toEqual([
      [`/* clickstream-upgrade events/call ${record.token} */ CALL "app1".sp_migrate_event_to_v2(5)`],
    ]);
    expect(await running()).toMatchObject({ state: { pid: PID, id: record.id } });
  });

  test('that finished waits for the step to judge it, and is not made again once it is settled', async () => {
    await call();
    await bench.warehouse.end();
    const status = await follow();
    expect(status.is).toBe('finished');
    if (status.is === 'finished') await settle(bench.context(), status.record);
    expect(await follow()).toMatchObject({ is: 'free', record: { state: 'done' } });
    expect(bench.warehouse.calls).toHaveLength(1);
  });

  test('asks for the limits that may end it only when it has ended early', async () => {
    const limits = jest.fn(() => Promise.resolve({ maxQueryExecutionMs: 60_000 }));
    await call();
    await followCall({ ...bench.context(), limits });
    expect(limits).not.toHaveBeenCalled();
    await bench.warehouse.end({ status: 'FAILED', error: CANCELLED, durationMs: 60_000 });
    // The limit is what tells this wording from a person's cancel.
    expect(errorOf(await followCall({ ...bench.context(), limits }))).toMatchObject({ code: 'StatementTimedOut' });
    expect(limits).toHaveBeenCalledTimes(1);
  });

  test('is made by one of two writers only', async () => {
    const make = (): Promise<unknown> => makeCall(bench.context(), undefined, SQL, '2026-01-31', {});
    const results = await Promise.allSettled([make(), make()]);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(refused).toEqual([expect.objectContaining({ name: 'JournalConflict' })]);
    expect(bench.warehouse.calls).toHaveLength(1);
  });
});

describe('A call whose answer was lost', () => {
  const lose = (effect: 'lose-answer' | 'drop'): Promise<unknown> => {
    bench.account.faults.add({ match: ({ operation }) => operation === 'ExecuteStatement', times: 1, effect });
    return call().catch((error: unknown) => error);
  };

  test.each(['lose-answer', 'drop'] as const)(
    '(%s) is asked for again with its token: it is one statement',
    async (effect) => {
      await expect(lose(effect)).resolves.toBeInstanceOf(Error);
      expect(await bench.record()).toMatchObject({ state: 'open' });
      await running({ redrive: 1 }, MINUTE_MS);
      expect(bench.warehouse.calls).toHaveLength(1);
      expect(await bench.record()).toMatchObject({ state: 'alive' });
    },
  );

  describe('so long ago that its token is forgotten', () => {
    const late = TOKEN_LIFE_MS + 1;
    const COLUMNS = ['status', 'error_message', 'elapsed_ms', 'session_id'].map((name) => ({
      name,
      typeName: 'varchar',
    }));
    const history = (...row: string[]): void => {
      bench.warehouse.answer = { columns: COLUMNS, rows: row.length === 0 ? [] : [row] };
    };
    beforeEach(() => lose('lose-answer'));

    test.each([
      ['success', '', 'finished'],
      ['running', '', 'running'],
      ['queued', '', 'running'],
    ])('and that the query history shows as %s', async (status, error, is) => {
      history(status, error, '60000', '99');
      expect((await follow({}, late)).is).toBe(is);
    });

    test.each([
      ['failed', 'ERROR: permission denied', 'StatementFailed'],
      ['canceled', CANCELLED, 'StatementCancelled'],
      ['canceled', TIMED_OUT, 'StatementTimedOut'],
    ])('and that the query history shows as %s: %s', async (status, error, code) => {
      history(status, error, '60000', '99');
      expect(errorOf(await follow({}, late))).toMatchObject({ code, why: error });
    });

    test('and that nobody knows any more: it counts as ended by a time-out', async () => {
      history();
      expect(errorOf(await follow({}, late))).toMatchObject({ code: 'StatementTimedOut' });
      expect(await bench.record()).toMatchObject({ state: 'dead', cause: 'lost', timeOuts: 1 });
    });

    test('is looked for by its token', async () => {
      history('running', '', '1', '99');
      await follow({}, late);
      const { token } = await bench.record();
      expect(bench.warehouse.others.at(-1)?.parameters).toEqual([{ name: 'pattern', value: `%${token}%` }]);
      expect(bench.warehouse.calls).toHaveLength(1);
    });
  });
});

describe('A call that a time-out ended', () => {
  const timeOut = (): Promise<void> => bench.warehouse.end({ status: 'FAILED', error: TIMED_OUT });

  test('is dead once, permitted by the machine’s retry, and made again after a pause', async () => {
    await call();
    await timeOut();
    expect(errorOf(await follow())).toMatchObject({ code: 'StatementTimedOut', why: TIMED_OUT });
    expect(await follow({ retry: 1 })).toMatchObject({ is: 'pausing', waitSeconds: 60 });
    // The state was left, so the machine counts its retries anew.
    expect(await follow({}, MINUTE_MS - 1)).toMatchObject({ is: 'pausing', waitSeconds: 1 });
    await call({}, MINUTE_MS);
    expect(bench.warehouse.calls).toHaveLength(2);
    expect(await bench.record()).toMatchObject({ state: 'alive', timeOuts: 1 });
  });

  test('is permitted by a retry after the one that noticed its death, whichever made it', async () => {
    await call({ retry: 1 });
    await timeOut();
    expect((await follow()).is).toBe('dead');
    expect((await follow({ retry: 1 })).is).toBe('pausing');
  });

  test('is not permitted by the retry that noticed its death', async () => {
    await call();
    await timeOut();
    expect((await follow({ retry: 1 })).is).toBe('dead');
    expect((await follow({ retry: 1 })).is).toBe('dead');
    expect((await follow({ retry: 2 })).is).toBe('pausing');
  });

  test('five times is reported as too often, until a person redrives', async () => {
    let now = 0;
    for (let round = 1; round <= 5; round += 1) {
      await call({}, now);
      await timeOut();
      expect(errorOf(await follow({}, now))).toMatchObject({ code: 'StatementTimedOut' });
      if (round < 5) await follow({ retry: 1 }, now);
      now += 20 * MINUTE_MS;
    }
    expect(errorOf(await follow({ retry: 1 }, now))).toMatchObject({
      code: 'StatementTimedOutTooOften',
      redrive: 'yes',
    });
    await call({ redrive: 1 }, now);
    expect(await bench.record()).toMatchObject({ state: 'alive', redrive: 1, timeOuts: 0 });
    expect(new Set(bench.warehouse.calls.map(({ sqls }) => sqls[0])).size).toBe(6);
  });
});

describe('A call that died for a reason that a retry cannot mend', () => {
  test.each([
    ['ERROR: permission denied for relation event', 'StatementFailed'],
    [CANCELLED, 'StatementCancelled'],
  ])('(%s) waits for a redrive', async (error, code) => {
    await call();
    await bench.warehouse.end({ status: 'FAILED', error });
    expect(errorOf(await follow())).toMatchObject({ code, ids: { appId: 'app1', unit: 'events' } });
    expect(errorOf(await follow({ retry: 1 }))).toMatchObject({ code });
    expect((await follow({ redrive: 1 })).is).toBe('free');
    expect(bench.warehouse.calls).toHaveLength(1);
  });

  test('because it ended normally without doing its work, is dead with what the step found', async () => {
    await call();
    await bench.warehouse.end();
    const status = await follow();
    if (status.is !== 'finished') throw new Error(status.is);
    await bury(bench.context(), status.record, 'logged-error', 'value too long');
    expect(errorOf(await follow())).toMatchObject({ code: 'ProcedureFailed', why: 'value too long' });
    expect((await follow({ root: `${ROOT}-again` })).is).toBe('free');
  });
});

describe('A running call', () => {
  test('is lifted to whoever waits for it: dying later, it needs a still newer redrive', async () => {
    await call();
    await running({ redrive: 1 });
    expect(await bench.record()).toMatchObject({ redrive: 1, timeOuts: 0 });
    await bench.warehouse.end({ status: 'FAILED', error: CANCELLED });
    expect(errorOf(await follow({ redrive: 1 }))).toMatchObject({ code: 'StatementCancelled' });
    expect((await follow({ redrive: 2 })).is).toBe('free');
  });

  test('begins to count its time-outs anew under the redrive that waits for it', async () => {
    await call();
    await bench.warehouse.end({ status: 'FAILED', error: TIMED_OUT });
    await follow();
    await follow({ retry: 1 });
    await call({}, MINUTE_MS);
    expect(await bench.record()).toMatchObject({ timeOuts: 1 });
    await running({ redrive: 1 }, MINUTE_MS);
    expect(await bench.record()).toMatchObject({ redrive: 1, timeOuts: 0 });
  });

  test('is taken over by another execution instead of being doubled', async () => {
    await call();
    await running({ root: `${ROOT}-again` });
    expect(await bench.record()).toMatchObject({ root: `${ROOT}-again`, state: 'alive' });
    expect(bench.warehouse.calls).toHaveLength(1);
  });

  test('that is stuck is asked to end, then made to end, and is dead for that reason', async () => {
    await call();
    const sent = (): unknown[] =>
      bench.warehouse.others.map(({ sqls, parameters }) => [/pg_\w+/.exec(sqls[0] ?? '')?.[0], parameters[0]?.value]);
    const cancel = ['pg_cancel_backend', String(PID)];
    const terminate = ['pg_terminate_backend', String(PID)];
    for (const [laterMs, expected] of [
      [0, [cancel]],
      [2 * MINUTE_MS, [cancel]],
      [2 * MINUTE_MS + 1, [cancel, terminate]],
      [9 * MINUTE_MS, [cancel, terminate]],
    ] as const) {
      await stopCall(bench.context({}, laterMs), await running({}, laterMs), 'It inserts nothing.');
      expect(sent()).toEqual(expected);
    }
    await bench.warehouse.end({ status: 'FAILED', error: CANCELLED });
    expect(errorOf(await follow({}, 10 * MINUTE_MS))).toMatchObject({
      code: 'MigrationStuck',
      what: expect.stringContaining('was cancelled') as string,
      why: 'It inserts nothing.',
    });
    expect(await bench.record()).toMatchObject({ stop: { atMs: NOW_MS, terminated: true } });
  });
});
