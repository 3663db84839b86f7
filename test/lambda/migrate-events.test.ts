import fc from 'fast-check';
import { decide, type EventsObservation } from '../../lambda/migrate-events/migrate-events';
import type { CallStatus } from '../../lambda/shared/migration/call';
import { CALL_MARGIN_MS } from '../../lambda/shared/migration/windows';
import { DAY_MS, type AppPlan, type DayCount } from '../../lambda/shared/plan/app-plan';
import { appPlan, callStatus, CUTOFF_MS, DEAD_ERROR, EVERY_STATUS, NOW_MS } from './support/fixtures';
import {
  emptyEventsPass,
  entriesOf,
  eventsPass,
  failingEventsPass,
  inserted,
  start,
  wholeRun,
  candidates,
  EVENTS_DONE_LINE,
  type Line,
} from './support/log-lines';

const WINDOWED = appPlan();
const DOCUMENTED = appPlan({ strategy: 'documented' });
const BOTH = [WINDOWED, DOCUMENTED] as const;

/** What remains, when so many events of each of the oldest `days` days do. */
function remaining(days: number, each = 1_000): NonNullable<EventsObservation['remaining']> {
  const byDay = Array.from({ length: days }, (_, day): DayCount => [CUTOFF_MS + day * DAY_MS, each]);
  return { byDay, newestMs: CUTOFF_MS + days * DAY_MS - 1, total: days * each };
}
const NOTHING = { byDay: [], newestMs: 0, total: 0 };

const seen = (
  call: CallStatus,
  lines: readonly Line[] = [],
  rest: Partial<EventsObservation> = {},
): EventsObservation => ({
  call,
  moment: { nowMs: NOW_MS, limits: {}, traceExists: true },
  log: entriesOf(lines),
  trace: { openRows: 0 },
  ...rest,
});

/** Facts of a call that began with so much left. */
const began = (left: number, openRows = 0): Record<string, number> => ({ days: 5, remaining: left, openRows });
const ERROR = 'value too long for type character varying(255)';

describe.each([
  ['windowed', WINDOWED],
  ['documented', DOCUMENTED],
] as const)('Migrate events, %s', (_, plan) => {
  test.each(['free', 'finished', 'dead'] as const)(
    'is done when nothing remains and no batch is open, however the last call stands (%s)',
    (is) => {
      expect(decide(plan, seen(callStatus(is, began(5)), [], { remaining: NOTHING }))).toEqual({ do: 'done' });
    },
  );

  test('calls again when nothing remains but a batch is still open: its parameters may be missing', () => {
    const open = { remaining: NOTHING, trace: { openRows: 1 } };
    expect(decide(plan, seen(callStatus('free'), [], open))).toEqual({ do: 'call', call: { days: 31 } });
  });

  test('waits while a pause is not over', () => {
    expect(decide(plan, seen(callStatus('pausing')))).toEqual({ do: 'wait', waitSeconds: 60 });
  });

  test('fails with the error of a dead call', () => {
    const dead = seen(callStatus('dead'), [], { remaining: remaining(3) });
    expect(decide(plan, dead)).toEqual({ do: 'throw', error: DEAD_ERROR });
  });

  test('stops a call that fails in the same way again and again', () => {
    const lines = [...failingEventsPass(ERROR), ...failingEventsPass(ERROR), ...failingEventsPass(ERROR)];
    const action = decide(plan, seen(callStatus('running'), lines, { trace: { openRows: 1 } }));
    expect(action).toEqual({ do: 'stop', reason: `It fails again and again with: ${ERROR}` });
  });

  test('stops a call that finds events and inserts none', () => {
    const pass: Line[] = [
      ['events', start(0)],
      ['events', candidates(2)],
      ['events', inserted(0)],
      ['events', EVENTS_DONE_LINE],
    ];
    const action = decide(plan, seen(callStatus('running'), [...pass, ...pass, ...pass]));
    expect(action).toEqual({ do: 'stop', reason: expect.stringContaining('no event_id') as string });
  });

  test('stops a call that cannot write its log', () => {
    const action = decide(plan, seen(callStatus('running', {}, 601)));
    expect(action).toEqual({ do: 'stop', reason: expect.stringContaining('cannot be written') as string });
  });

  test('reports the logged error of a call that FINISHED', () => {
    const lines: Line[] =
      plan.strategy === 'documented' ? [...failingEventsPass('inner'), ['all', `!${ERROR}`]] : failingEventsPass(ERROR);
    const action = decide(plan, seen(callStatus('finished', began(3_000)), lines, { remaining: remaining(3) }));
    expect(action).toEqual({ do: 'fail', because: 'logged-error', why: ERROR });
  });

  test('reports a call that ended without a word', () => {
    const action = decide(plan, seen(callStatus('finished', began(3_000)), [], { remaining: remaining(3) }));
    expect(action).toMatchObject({
      do: 'fail',
      because: 'logged-error',
      why: expect.stringContaining('without a word') as string,
    });
  });

  test('reports a batch that can never be closed', () => {
    const lines = plan.strategy === 'documented' ? wholeRun({ events: emptyEventsPass() }) : emptyEventsPass();
    const hollow = { remaining: remaining(1), trace: { openRows: 1 } };
    expect(decide(plan, seen(callStatus('finished', began(1_000)), lines, hollow))).toMatchObject({
      do: 'throw',
      error: { name: 'TraceLeftOpen' },
    });
  });

  test('reports a call that moved nothing', () => {
    const lines = plan.strategy === 'documented' ? wholeRun() : eventsPass(5);
    const action = decide(plan, seen(callStatus('finished', began(3_000)), lines, { remaining: remaining(3) }));
    expect(action).toMatchObject({ do: 'fail', because: 'stuck' });
  });

  test('goes on after a call that only closed an open batch', () => {
    const lines = plan.strategy === 'documented' ? wholeRun() : eventsPass(5);
    const closed = seen(callStatus('finished', began(3_000, 1)), lines, { remaining: remaining(3) });
    expect(decide(plan, closed)).toMatchObject({ do: 'call' });
  });

  test('never calls while a call runs or a pause lasts, and is done only by evidence', () => {
    const worlds = fc.record({
      is: fc.constantFrom(...EVERY_STATUS),
      runningSeconds: fc.nat(100_000),
      days: fc.nat(30),
      openRows: fc.nat(2),
      before: fc.nat(40_000),
      openBefore: fc.nat(1),
      lines: fc.constantFrom<Line[][]>([], eventsPass(5), emptyEventsPass(), failingEventsPass(ERROR), wholeRun()),
    });
    fc.assert(
      fc.property(worlds, ({ is, runningSeconds, days, openRows, before, openBefore, lines }) => {
        const call = callStatus(is, began(before, openBefore), runningSeconds);
        const idle = is !== 'running' && is !== 'pausing';
        const rest = { trace: { openRows }, ...(idle ? { remaining: remaining(days) } : {}) };
        const action = decide(plan, seen(call, lines, rest));
        if (action.do === 'call') expect(['free', 'finished']).toContain(is);
        if (action.do === 'stop') expect(is).toBe('running');
        if (action.do === 'done') expect({ idle, days, openRows }).toEqual({ idle: true, days: 0, openRows: 0 });
        if (idle && days === 0 && openRows === 0) expect(action.do).toBe('done');
        if (is === 'dead' && (days > 0 || openRows > 0)) expect(action.do).toBe('throw');
      }),
    );
  });
});

describe('The next call', () => {
  const daysOf = (plan: AppPlan, left: EventsObservation['remaining']): number => {
    const action = decide(plan, seen(callStatus('free'), [], left === undefined ? {} : { remaining: left }));
    if (action.do !== 'call') throw new Error(`Expected a call, got ${action.do}`);
    return action.call.days;
  };

  test('of the documented strategy reaches the cutoff at once', () => {
    expect(daysOf(DOCUMENTED, remaining(30))).toBe(31);
    expect(daysOf(DOCUMENTED, remaining(1))).toBe(31);
  });

  test('of the windowed strategy moves the newest days first, as many as fit', () => {
    // Five days back from ten o'clock touch six days; of today nothing remains, and the oldest counts in full.
    expect(daysOf(WINDOWED, remaining(30))).toBe(5);
    expect(daysOf(appPlan({ eventsPerWindow: 100_000 }), remaining(30))).toBe(31);
    expect(daysOf(appPlan({ eventsPerWindow: 1 }), remaining(30))).toBe(1);
  });

  test('of the windowed strategy reaches the oldest events when only they remain', () => {
    const days = daysOf(WINDOWED, remaining(1));
    expect(days).toBe(31);
    expect(NOW_MS + CALL_MARGIN_MS - days * DAY_MS).toBeLessThanOrEqual(CUTOFF_MS);
  });
});

describe('The wait for a running call', () => {
  test('is at most two minutes under the documented strategy, whose call may never end', () => {
    const lines = wholeRun().slice(0, 5);
    expect(BOTH.map((plan) => decide(plan, seen(callStatus('running'), lines)))).toEqual([
      { do: 'wait', waitSeconds: 300 },
      { do: 'wait', waitSeconds: 120 },
    ]);
  });
});
