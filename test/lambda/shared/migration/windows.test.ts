import fc from 'fast-check';
import {
  CALL_MARGIN_MS,
  daysToCutoff,
  nextWindow,
  planWindows,
  type Window,
} from '../../../../lambda/shared/migration/windows';
import { DAY_MS, type DayCount } from '../../../../lambda/shared/plan/app-plan';

const EPOCH_DAY = Date.UTC(2026, 0, 1);

/** Events of some UTC days as moments, from the cutoff on; some days are empty, some are heavy. */
const world = fc
  .record({
    days: fc.integer({ min: 1, max: 45 }),
    heaviest: fc.integer({ min: 1, max: 12 }),
    /** How long after the last whole day the plan is made. */
    sinceMidnightMs: fc.integer({ min: 0, max: DAY_MS - 1 }),
    eventsPerWindow: fc.integer({ min: 1, max: 60 }),
  })
  .chain(({ days, heaviest, sinceMidnightMs, eventsPerWindow }) =>
    fc
      .array(fc.array(fc.integer({ min: 0, max: DAY_MS - 1 }), { maxLength: heaviest }), {
        minLength: days,
        maxLength: days,
      })
      .map((perDay) => ({
        cutoffMs: EPOCH_DAY,
        nowMs: EPOCH_DAY + days * DAY_MS + sinceMidnightMs,
        eventsPerWindow,
        events: perDay.flatMap((times, day) => times.map((time) => EPOCH_DAY + day * DAY_MS + time)),
      })),
  );

const withinMargin = fc.integer({ min: 0, max: CALL_MARGIN_MS });

/** What `inspect/histogram` and `events/remaining` answer. */
function histogramOf(events: readonly number[]): DayCount[] {
  const counts = new Map<number, number>();
  for (const time of events) {
    const dayMs = Math.floor(time / DAY_MS) * DAY_MS;
    counts.set(dayMs, (counts.get(dayMs) ?? 0) + 1);
  }
  return [...counts];
}

/** What a call of so many days moves, when nothing was moved before. */
const reachedBy = (events: readonly number[], days: number, callMs: number): number[] =>
  events.filter((time) => time >= callMs - days * DAY_MS);

describe('Windows', () => {
  test('strictly grow and end where the cutoff is reached', () => {
    fc.assert(
      fc.property(world, ({ events, nowMs, cutoffMs, eventsPerWindow }) => {
        const windows = planWindows(histogramOf(events), nowMs, cutoffMs, eventsPerWindow);
        const days = windows.map((window) => window.days);
        expect(days.every((value, index) => value > (days[index - 1] ?? 0))).toBe(true);
        expect(days.at(-1)).toBe(daysToCutoff(cutoffMs, nowMs));
      }),
    );
  });

  test('reach every event from the cutoff on, however late within fourteen days and the call margin they are called', () => {
    const later = fc.integer({ min: 0, max: 14 * DAY_MS });
    fc.assert(
      fc.property(world, later, withinMargin, ({ events, nowMs, cutoffMs, eventsPerWindow }, laterMs, marginMs) => {
        const plannedMs = nowMs + laterMs;
        const last = planWindows(histogramOf(events), plannedMs, cutoffMs, eventsPerWindow).at(-1)?.days ?? 0;
        expect(plannedMs + marginMs - last * DAY_MS).toBeLessThanOrEqual(cutoffMs);
        expect(reachedBy(events, last, plannedMs + marginMs)).toHaveLength(events.length);
      }),
    );
  });

  test('reach the cutoff also at the last moment of the call margin, and no further than they must', () => {
    const onTheEdge = EPOCH_DAY + 3 * DAY_MS - CALL_MARGIN_MS;
    expect(daysToCutoff(EPOCH_DAY, onTheEdge)).toBe(3);
    expect(daysToCutoff(EPOCH_DAY, onTheEdge + 1)).toBe(4);
  });

  test('reach at least one day back, also for a cutoff that is now or in the future', () => {
    expect(planWindows([], EPOCH_DAY, EPOCH_DAY + 5 * DAY_MS, 10)).toEqual([{ days: 1, events: 0 }]);
  });

  test('add at most the wanted number of events a step, whatever the time of the call, except where a step is one day', () => {
    fc.assert(
      fc.property(world, withinMargin, ({ events, nowMs, cutoffMs, eventsPerWindow }, marginMs) => {
        let from = 0;
        for (const { days } of planWindows(histogramOf(events), nowMs, cutoffMs, eventsPerWindow)) {
          const before = reachedBy(events, from, nowMs + marginMs).length * (from === 0 ? 0 : 1);
          const added = reachedBy(events, days, nowMs + marginMs).length - before;
          if (days - from > 1) expect(added).toBeLessThanOrEqual(eventsPerWindow);
          from = days;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('tell of all events of the histogram, each in one window', () => {
    fc.assert(
      fc.property(world, ({ events, nowMs, cutoffMs, eventsPerWindow }) => {
        const windows = planWindows(histogramOf(events), nowMs, cutoffMs, eventsPerWindow);
        expect(windows.reduce((sum, window) => sum + window.events, 0)).toBe(events.length);
      }),
    );
  });

  test('count events dated in the future in the first window', () => {
    const tomorrow: DayCount = [EPOCH_DAY + 4 * DAY_MS, 7];
    const [first] = planWindows([tomorrow], EPOCH_DAY + 3 * DAY_MS, EPOCH_DAY, 1);
    expect(first).toEqual({ days: 1, events: 7 });
  });

  test('leave out days before the cutoff and windows that were called before', () => {
    const old: DayCount = [EPOCH_DAY - 5 * DAY_MS, 9];
    const nowMs = EPOCH_DAY + 3 * DAY_MS + 1;
    expect(planWindows([old, [EPOCH_DAY, 2]], nowMs, EPOCH_DAY, 100, 2)).toEqual([{ days: 4, events: 2 }]);
    expect(planWindows([old], nowMs, EPOCH_DAY, 100, 99)).toEqual([{ days: 4, events: 0 }]);
  });

  test('are as wide as the wanted number of events allows', () => {
    const histogram = Array.from({ length: 10 }, (_, day): DayCount => [EPOCH_DAY + day * DAY_MS, 100]);
    const windows = planWindows(histogram, EPOCH_DAY + 10 * DAY_MS, EPOCH_DAY, 400);
    expect(windows.map(({ days }) => days)).toEqual([4, 7, 11]);
  });
});

describe('The next window for what remains', () => {
  test('always moves the newest remaining event, and no more than wanted unless it is one day', () => {
    fc.assert(
      fc.property(world, withinMargin, ({ events, nowMs, cutoffMs, eventsPerWindow }, marginMs) => {
        fc.pre(events.length > 0);
        const newestMs = Math.max(...events);
        const { days } = nextWindow(histogramOf(events), newestMs, nowMs, cutoffMs, eventsPerWindow);
        const moved = reachedBy(events, days, nowMs + marginMs);
        expect(moved).toContain(newestMs);
        const fewest = Math.ceil((nowMs + CALL_MARGIN_MS - newestMs) / DAY_MS);
        if (days > Math.max(1, fewest)) expect(moved.length).toBeLessThanOrEqual(eventsPerWindow);
      }),
      { numRuns: 300 },
    );
  });

  test('called again and again while time passes, moves everything, and its days strictly grow', () => {
    const delays = fc.infiniteStream(
      fc.record({ callMs: withinMargin, afterwardsMs: fc.integer({ min: 0, max: 36 * 3_600_000 }) }),
    );
    fc.assert(
      fc.property(world, delays, ({ events, nowMs, cutoffMs, eventsPerWindow }, pauses) => {
        let remaining = events;
        let now = nowMs;
        let last: Window = { days: 0, events: 0 };
        for (let calls = 0; remaining.length > 0; calls += 1) {
          expect(calls).toBeLessThanOrEqual(events.length);
          const { callMs, afterwardsMs } = pauses.next().value as { callMs: number; afterwardsMs: number };
          const newestMs = Math.max(...remaining);
          const window = nextWindow(histogramOf(remaining), newestMs, now, cutoffMs, eventsPerWindow);
          expect(window.days).toBeGreaterThan(last.days);
          last = window;
          const reach = now + callMs - window.days * DAY_MS;
          remaining = remaining.filter((time) => time < reach);
          now += callMs + afterwardsMs;
        }
      }),
    );
  });
});
