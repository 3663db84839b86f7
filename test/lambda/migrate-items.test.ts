import fc from 'fast-check';
import { decide, type ItemsObservation } from '../../lambda/migrate-items/migrate-items';
import { DAY_MS, type AppPlan } from '../../lambda/shared/plan/app-plan';
import { appPlan, callStatus, CUTOFF_MS, DEAD_ERROR, EVERY_STATUS, NOW_MS } from './support/fixtures';
import { entriesOf, eventsPass, itemsPass, start, type Line } from './support/log-lines';

const PLAN = appPlan();
const DOCUMENTED = appPlan({ strategy: 'documented' });
const ERROR = 'relation "item" does not exist';
/** Where a pass of so many days, begun now, looks from. */
const back = (days: number): number => NOW_MS - days * DAY_MS;
const WHOLE = back(31);

const seen = (
  is: (typeof EVERY_STATUS)[number],
  lines: readonly Line[],
  rest: Partial<ItemsObservation> = { unfinished: 0 },
): ItemsObservation => ({ call: callStatus(is), nowMs: NOW_MS, log: entriesOf([...eventsPass(9), ...lines]), ...rest });

const nextDays = (plan: AppPlan, lines: readonly Line[]): number => {
  const action = decide(plan, seen('free', lines));
  if (action.do !== 'call') throw new Error(`Expected a call, got ${action.do}`);
  return action.call.days;
};

describe('Migrate items', () => {
  test('is done when a pass that reached the cutoff found nothing left', () => {
    const lines = [...itemsPass(4, WHOLE), ...itemsPass(0, WHOLE)];
    expect(decide(PLAN, seen('finished', lines))).toEqual({ do: 'done' });
    expect(decide(PLAN, seen('dead', lines))).toEqual({ do: 'done' });
  });

  test('is not done after a pass that reached the cutoff and moved something: only an empty one proves', () => {
    expect(decide(PLAN, seen('finished', itemsPass(4, WHOLE)))).toEqual({ do: 'call', call: { days: 31 } });
  });

  test('is not done by an empty pass that stopped short of the cutoff', () => {
    expect(decide(PLAN, seen('finished', itemsPass(0, CUTOFF_MS + 1)))).toMatchObject({ do: 'call' });
    expect(decide(PLAN, seen('finished', itemsPass(0, CUTOFF_MS)))).toEqual({ do: 'done' });
  });

  test('is not done by a pass that the events have overtaken', () => {
    const lines = [...itemsPass(0, WHOLE), ...eventsPass(3)];
    expect(decide(PLAN, seen('free', lines))).toMatchObject({ do: 'call' });
  });

  test('is not done by an empty pass before one that moved something', () => {
    const lines = [...itemsPass(0, WHOLE), ...itemsPass(2, WHOLE)];
    expect(decide(PLAN, seen('free', lines))).toEqual({ do: 'call', call: { days: 31 } });
  });

  test('is not done while rows are half done', () => {
    expect(decide(PLAN, seen('free', itemsPass(0, WHOLE), { unfinished: 1 }))).toEqual({
      do: 'call',
      call: { days: 31 },
    });
  });

  test('waits for a running call and for a pause, and fails with the error of a dead one', () => {
    const running = [['items', start(WHOLE)]] as const;
    expect(decide(PLAN, seen('running', running, {}))).toEqual({ do: 'wait', waitSeconds: 300 });
    expect(decide(PLAN, seen('pausing', [], {}))).toEqual({ do: 'wait', waitSeconds: 60 });
    expect(decide(PLAN, seen('dead', []))).toEqual({ do: 'throw', error: DEAD_ERROR });
  });

  test('stops a call that fails in the same way again and again', () => {
    const failing: Line[] = [
      ['items', start(WHOLE)],
      ['items', `!${ERROR}`],
    ];
    const action = decide(PLAN, seen('running', [...failing, ...failing, ...failing], {}));
    expect(action).toEqual({ do: 'stop', reason: `It fails again and again with: ${ERROR}` });
  });

  test('reports an error that was logged, and a call that ended without a word', () => {
    const failed: Line[] = [
      ['items', start(WHOLE)],
      ['items', `!${ERROR}`],
    ];
    expect(decide(PLAN, seen('finished', failed))).toEqual({ do: 'fail', because: 'logged-error', why: ERROR });
    expect(decide(PLAN, seen('finished', []))).toMatchObject({ do: 'fail', because: 'logged-error' });
  });

  test('reports items that are inserted again and again', () => {
    const lines = [...itemsPass(4, WHOLE), ...itemsPass(4, WHOLE)];
    expect(decide(PLAN, seen('finished', lines))).toMatchObject({ do: 'fail', because: 'stuck' });
    expect(decide(PLAN, seen('finished', [...itemsPass(4, WHOLE), ...itemsPass(3, WHOLE)]))).toMatchObject({
      do: 'call',
    });
  });

  test('calls windows that grow as for the events, and the whole at last', () => {
    const days: number[] = [];
    const lines: Line[] = [];
    for (let last = 0; last < 31; last = days.at(-1) ?? 31) {
      days.push(nextDays(PLAN, lines));
      lines.push(...itemsPass(1, back(days.at(-1) ?? 0)));
    }
    expect(days).toEqual([5, 9, 13, 17, 21, 25, 29, 31]);
    expect(nextDays(PLAN, lines)).toBe(31);
  });

  test('reaches for the cutoff at once under the documented strategy', () => {
    expect(nextDays(DOCUMENTED, [])).toBe(31);
  });

  test('never calls while a call runs or a pause lasts, and reaches further with every call until it is done', () => {
    const pass = fc.record({ days: fc.constantFrom(1, 5, 30, 31, 32), count: fc.nat(3) });
    const worlds = fc.record({
      is: fc.constantFrom(...EVERY_STATUS),
      passes: fc.array(pass, { maxLength: 6 }),
      unfinished: fc.nat(1),
    });
    fc.assert(
      fc.property(worlds, ({ is, passes, unfinished }) => {
        const idle = is !== 'running' && is !== 'pausing';
        const lines = passes.flatMap(({ days, count }) => itemsPass(count, back(days)));
        const action = decide(PLAN, seen(is, lines, idle ? { unfinished } : {}));
        const last = passes.findLast(({ days }) => days >= 31);
        if (action.do === 'call') {
          expect(['free', 'finished']).toContain(is);
          const reached = Math.max(0, ...passes.map(({ days }) => days));
          expect(action.call.days).toBeGreaterThanOrEqual(Math.min(31, reached + 1));
        }
        if (action.do === 'done')
          expect({ idle, unfinished, left: last?.count }).toEqual({ idle: true, unfinished: 0, left: 0 });
      }),
    );
  });
});
