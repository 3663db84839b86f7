import fc from 'fast-check';
import {
  LONG_POLL_SECONDS,
  LONGEST_STATEMENT_SECONDS,
  passesForStatement,
  pollGapSeconds,
} from '../../../lambda/shared/polling';
import {
  EVENTS_PER_PASS,
  EVENTS_PER_REDRIVE,
  EVENTS_PER_RETRY,
  HISTORY_PASSES,
  MOST_EVENTS,
  passesToLeave,
  type BudgetedStep,
} from '../../../lib/workflow/history-budget';

/** A look at a running statement that did not see its end, and how long the next one was put off. */
interface Look {
  elapsedSeconds: number;
  gapSeconds: number;
}

interface Loop {
  step: BudgetedStep;
  /** Durations of its statements, one after the other, in seconds. */
  statements: number[];
}

/** From the answer of the pass that submits to the next pass. */
const AFTER_SUBMIT_SECONDS = 1;

/**
 * Goes through an app child pass by pass, as the machine and the steps do: a pass submits, the following ones long-poll
 * and put off the next one by the polling functions; the pass that sees an end submits the next statement.
 */
function simulate(loops: Loop[]): { passes: number; looks: Look[]; unnoticed: string[] } {
  let passes = 0;
  const looks: Look[] = [];
  const unnoticed: string[] = [];
  for (const { step, statements } of loops) {
    const limit = HISTORY_PASSES - passesToLeave(step);
    statements.forEach((durationSeconds, index) => {
      const startedAt = passes;
      passes += 1;
      let elapsedSeconds = AFTER_SUBMIT_SECONDS;
      while (passes < limit) {
        // The pass that sees the end submits what comes next: it is counted there.
        if (durationSeconds <= elapsedSeconds + LONG_POLL_SECONDS) return;
        const spent = passes - startedAt;
        passes += 1;
        const share = passesForStatement(limit - startedAt, statements.length - index - 1);
        const gapSeconds = pollGapSeconds(elapsedSeconds, share - spent);
        looks.push({ elapsedSeconds, gapSeconds });
        elapsedSeconds += LONG_POLL_SECONDS + gapSeconds;
      }
      unnoticed.push(`${step} ${index}: ${durationSeconds} s`);
    });
    // The pass that sees the last end, and proves the goal.
    passes += 1;
  }
  return { passes, looks, unnoticed };
}

const short = fc.integer({ min: 1, max: 600 });

/** An app child as the design has it: up to 400 days, 200 windows, and three statements of up to a day. */
const wholeChild = fc
  .record({
    windows: fc.array(short, { minLength: 1, maxLength: 200, size: 'max' }),
    users: short,
    items: fc.array(short, { minLength: 1, maxLength: 200, size: 'max' }),
    sessions: short,
    days: fc.array(short, { minLength: 1, maxLength: 400, size: 'max' }),
    metrics: short,
    long: fc.array(
      fc.record({
        loop: fc.constantFrom('windows', 'users', 'items', 'sessions', 'days', 'metrics' as const),
        at: fc.nat(),
        seconds: fc.integer({ min: 600, max: LONGEST_STATEMENT_SECONDS }),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ windows, users, items, sessions, days, metrics, long }) => {
    const durations = { windows, users: [users], items, sessions: [sessions], days, metrics: [metrics] };
    for (const { loop, at, seconds } of long) durations[loop][at % durations[loop].length] = seconds;
    return childOf(durations);
  });

function childOf(durations: Record<'windows' | 'users' | 'items' | 'sessions' | 'days' | 'metrics', number[]>): Loop[] {
  return [
    { step: 'check', statements: [20] },
    { step: 'migrate-events', statements: durations.windows },
    { step: 'migrate-users', statements: durations.users },
    { step: 'migrate-items', statements: durations.items },
    { step: 'migrate-sessions', statements: durations.sessions },
    { step: 'refresh-base-view', statements: durations.days },
    { step: 'recalculate-metrics', statements: durations.metrics },
    { step: 'verify-parity', statements: [60] },
  ];
}

const upTo = (minutes: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: minutes * 60 });

/** What the guide's benchmark looks like, and up to twice as many days: 20 minutes a window, 40 seconds a day. */
const moderateChild = fc
  .record({
    windows: fc.array(upTo(20), { minLength: 1, maxLength: 10 }),
    users: fc.tuple(upTo(20)),
    items: fc.array(upTo(3), { minLength: 1, maxLength: 10 }),
    sessions: fc.tuple(upTo(20)),
    days: fc.array(upTo(3), { minLength: 1, maxLength: 60, size: 'max' }),
    metrics: fc.tuple(upTo(180)),
  })
  .map(childOf);

describe('The history budget', () => {
  test('is kept by every app child, redrives and retries included, and every end is noticed', () => {
    fc.assert(
      fc.property(wholeChild, fc.nat({ max: 3 }), fc.nat({ max: 60 }), (child, redrives, retries) => {
        const { passes, unnoticed } = simulate(child);
        const events = 2 + passes * EVENTS_PER_PASS + redrives * EVENTS_PER_REDRIVE + retries * EVENTS_PER_RETRY;
        expect(unnoticed).toEqual([]);
        expect(events).toBeLessThan(MOST_EVENTS);
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });

  test('holds for the largest child there is', () => {
    const day = LONGEST_STATEMENT_SECONDS;
    const largest = childOf({
      windows: [day, ...Array<number>(199).fill(600)],
      users: [day],
      items: Array<number>(200).fill(600),
      sessions: [600],
      days: [day, ...Array<number>(399).fill(600)],
      metrics: [600],
    });
    const { passes, unnoticed } = simulate(largest);
    expect(unnoticed).toEqual([]);
    expect(passes).toBeLessThanOrEqual(HISTORY_PASSES);
  });

  test('leaves the looks at a moderate child as close as they should be', () => {
    fc.assert(
      fc.property(moderateChild, (child) => {
        const tooLate = simulate(child).looks.filter(
          ({ elapsedSeconds, gapSeconds }) =>
            gapSeconds > (elapsedSeconds < 600 ? 2 : Math.min(60, Math.max(2, 0.02 * elapsedSeconds))),
        );
        expect(tooLate).toEqual([]);
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });

  test('has room for the passes in 20,000 events', () => {
    expect(HISTORY_PASSES * EVENTS_PER_PASS).toBeLessThan(MOST_EVENTS - 500);
  });

  test('gives each loop of an app less to leave than the one before it', () => {
    const loops = childOf({ windows: [], users: [], items: [], sessions: [], days: [], metrics: [] });
    const left = loops.map(({ step }) => passesToLeave(step));
    expect(left).toEqual([...left].sort((a, b) => b - a));
    expect(left.at(-1)).toBe(0);
    expect(new Set(left).size).toBe(left.length);
    expect(left[0]).toBeLessThan(HISTORY_PASSES - 100);
  });
});

describe('The gap between two looks', () => {
  test('never lets a statement of 24 hours take more than four passes beyond its share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), (share) => {
        let left = share;
        for (let elapsed = 1; elapsed + LONG_POLL_SECONDS < LONGEST_STATEMENT_SECONDS; left -= 1) {
          elapsed += LONG_POLL_SECONDS + pollGapSeconds(elapsed, left);
        }
        expect(left).toBeGreaterThanOrEqual(-4);
      }),
    );
  });

  test('is a whole number of seconds, never negative, and never beyond the 24 hours', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.double({ min: -10, max: 3_000, noNaN: true }),
        (elapsed, left) => {
          const gap = pollGapSeconds(elapsed, left);
          expect(Number.isInteger(gap)).toBe(true);
          expect(gap).toBeGreaterThanOrEqual(0);
          const end = Math.max(elapsed + 60, LONGEST_STATEMENT_SECONDS);
          expect(Math.max(elapsed, LONG_POLL_SECONDS) + gap).toBeLessThanOrEqual(end);
        },
      ),
    );
  });

  test('of statements whose share is too small to look every minute is still short while they are young', () => {
    expect(pollGapSeconds(20, 20)).toBeLessThanOrEqual(2);
    expect(pollGapSeconds(20, 2)).toBeLessThan(120);
  });
});
