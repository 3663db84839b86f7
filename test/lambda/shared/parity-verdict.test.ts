import { parityVerdict, stillHolds, type ParityVerdict } from '../../../lambda/shared/parity-verdict';
import type { DayCount } from '../../../lambda/shared/plan/app-plan';
import { CUTOFF_MS, NOW_MS, ROOT } from '../support/fixtures';

const verdict = (changes: Partial<ParityVerdict> = {}): ParityVerdict => ({
  v: 1,
  revision: 1,
  projectId: 'project1',
  appId: 'app1',
  state: 'proved',
  cutoffMs: CUTOFF_MS,
  legacyEvents: 30,
  counts: {},
  atMs: NOW_MS,
  warehouseAtMs: NOW_MS,
  root: ROOT,
  execution: ROOT,
  ...changes,
});
const events = (...counts: number[]): DayCount[] => counts.map((count, day) => [CUTOFF_MS + day, count]);

describe('A verdict on an app', () => {
  test.each([
    ['there is one, and the legacy events are as many as then', verdict(), events(10, 20), true],
    ['a person accepted the differences', verdict({ state: 'accepted' }), events(30), true],
    ['there was nothing to migrate', verdict({ legacyEvents: 0 }), [], true],
    ['it covers more than what is asked', verdict({ cutoffMs: CUTOFF_MS - 1 }), events(12), true],
  ] as const)('holds when %s', (_, given, histogram, holds) => {
    expect(stillHolds(parityVerdict.parse(given), CUTOFF_MS, histogram)).toBe(holds);
  });

  test.each([
    ['there is none', undefined, events(30)],
    ['it waits for a person', verdict({ state: 'open' }), events(30)],
    ['it covers less than what is asked', verdict({ cutoffMs: CUTOFF_MS + 1 }), events(30)],
    ['legacy events have come', verdict(), events(10, 21)],
    ['legacy events have gone', verdict(), events(10, 19)],
    ['there are more events now than in the longer time then', verdict({ cutoffMs: CUTOFF_MS - 1 }), events(31)],
  ] as const)('does not hold when %s', (_, given, histogram) => {
    expect(stillHolds(given, CUTOFF_MS, histogram)).toBe(false);
  });
});
