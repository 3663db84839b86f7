import '../support/silence';
import { handler as releaseLock } from '../../../lambda/release-lock';
import { lockRecord } from '../../../lambda/shared/lock';
import { handler as takeLock } from '../../../lambda/take-lock';
import { StatesApi } from '../../../rehearsal/aws/states/states-api';
import { StepFunctionsEngine } from '../../../rehearsal/engine';
import { ACCOUNT, REGION } from '../../rehearsal/aws/door-harness';
import { plan } from '../support/plans';
import { PLAN_KEY, StepBench } from '../support/step-bench';

const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:Upgrade`;
const KEY = 'lock/eu-west-1/clickstream';
const DAY_MS = 86_400_000;

const bench = new StepBench('free');
const { clock } = bench.account;
const engine = new StepFunctionsEngine({
  clock,
  accountId: ACCOUNT,
  partition: 'aws',
  invokeLambda: () => Promise.resolve({}),
  putObject: () => Promise.resolve(),
});
let hold: () => void;

beforeAll(async () => {
  // Time stands still unless a test lets it go.
  hold = clock.hold();
  engine.registerForeignMachine({
    arn: MACHINE,
    name: 'Upgrade',
    run: async (input, { signal }) => {
      const { fail, days = 0 } = input as { fail?: boolean; days?: number };
      const resume = clock.park();
      if (days > 0) await clock.sleep(days * DAY_MS, signal).finally(resume);
      else resume();
      if (fail === true) throw Object.assign(new Error('failed'), { error: 'Failed', cause: 'failed' });
      return {};
    },
  });
  await bench.open(new StatesApi(engine, { now: () => clock.now() }));
  bench.write(PLAN_KEY, plan());
});
afterAll(async () => {
  hold();
  await bench.close();
});

async function execution(name: string, input: { fail?: boolean; days?: number }): Promise<string> {
  const { executionArn } = engine.startExecution({ stateMachineArn: MACHINE, name, input: JSON.stringify(input) });
  if (input.days === undefined) await engine.waitForEnd(executionArn);
  return executionArn;
}

const owner = async (): Promise<unknown> => {
  const record = await bench.table.get(KEY, lockRecord);
  return record === undefined ? undefined : [record.owner, record.state];
};

describe('Take the lock and Release the lock', () => {
  test('give each console to one execution after the other', async () => {
    const [first, second] = [await execution('first', { days: 30 }), await execution('second', { days: 30 })];
    expect(await bench.pass(takeLock, { root: first })).toMatchObject({ status: 'DONE' });
    expect(await bench.pass(takeLock, { root: first, redrive: 1 })).toMatchObject({ status: 'DONE' });
    await expect(bench.pass(takeLock, { root: second })).rejects.toMatchObject({
      name: 'LockTaken',
      report: { ids: { owner: first, console: 'clickstream', region: 'eu-west-1' } },
    });
    await bench.pass(releaseLock, { root: second });
    expect(await owner()).toEqual([first, 'held']);
    expect(await bench.pass(releaseLock, { root: first })).toMatchObject({
      summary: 'the lock of clickstream is free',
    });
    expect(await bench.pass(releaseLock, { root: first })).toMatchObject({ status: 'DONE' });
    expect(await bench.pass(takeLock, { root: second })).toMatchObject({ status: 'DONE' });
    expect(await owner()).toEqual([second, 'held']);
    await bench.pass(releaseLock, { root: second });
  });

  test('keep the lock for a failed execution until it cannot be redriven any more', async () => {
    const failed = await execution('failed', { fail: true });
    await bench.pass(takeLock, { root: failed });
    const other = await execution('other', { days: 30 });
    await expect(bench.pass(takeLock, { root: other })).rejects.toMatchObject({
      name: 'LockTaken',
      report: { why: expect.stringContaining('can still be redriven') as string },
    });
    expect(await owner()).toEqual([failed, 'held']);

    const later = clock.sleep(15 * DAY_MS);
    hold();
    await later;
    hold = clock.hold();
    expect(await bench.pass(takeLock, { root: other })).toMatchObject({
      status: 'DONE',
      summary: expect.stringContaining(`taken over from ${failed}`) as string,
    });
    expect(await owner()).toEqual([other, 'held']);
    await bench.pass(releaseLock, { root: other });
  });

  test('take over from an execution that succeeded without giving back, and from one nobody knows any more', async () => {
    const succeeded = await execution('succeeded', {});
    await bench.pass(takeLock, { root: succeeded });
    const forgotten = `${MACHINE.replace(':stateMachine:', ':execution:')}:forgotten`;
    expect(await bench.pass(takeLock, { root: forgotten })).toMatchObject({ status: 'DONE' });
    const next = await execution('next', { days: 1 });
    expect(await bench.pass(takeLock, { root: next })).toMatchObject({ status: 'DONE' });
    expect(await owner()).toEqual([next, 'held']);
  });

  test('let one of two executions win that come at once', async () => {
    await bench.pass(releaseLock, { root: (await bench.table.get(KEY, lockRecord))?.owner ?? '' });
    const [one, two] = [await execution('one', { days: 5 }), await execution('two', { days: 5 })];
    const outcomes = await Promise.allSettled([
      bench.pass(takeLock, { root: one }),
      bench.pass(takeLock, { root: two }),
    ]);
    const [lost] = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    // The loser observes anew: the machine retries a conflict, and then it is told whose the lock is.
    expect(['JournalConflict', 'LockTaken']).toContain((lost?.reason as Error).name);
  });
});
