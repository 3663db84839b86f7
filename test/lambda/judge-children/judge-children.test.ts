import fc from 'fast-check';
import { decide } from '../../../lambda/judge-children/judge-children';
import type { MapRunObservation } from '../../../lambda/shared/children/map-run';

const seen = (
  counts: Partial<MapRunObservation['counts']> = {},
  listed: Partial<MapRunObservation['listed']> = {},
): MapRunObservation => ({
  counts: { total: 3, succeeded: 2, unfinished: 0, ...counts },
  listed: { total: 3, succeeded: 2, unsuccessful: ['c'], ...listed },
});

describe('The judge of a Map Run', () => {
  test.each([
    ['lets pass when every child succeeded', seen({ succeeded: 3 }), 0, 'pass'],
    ['lets pass without children', seen({ total: 0, succeeded: 0 }), 0, 'pass'],
    [
      'lets pass although the list lags behind, for nothing is taken from it',
      seen({ succeeded: 3 }, { total: 0 }),
      0,
      'pass',
    ],
    ['fails when a child failed', seen(), 0, 'throw'],
    ['runs the unfinished again after a redrive', seen(), 1, 'again'],
    ['waits for children that still run', seen({ unfinished: 1 }), 1, 'wait'],
    ['waits until the list shows every child', seen({}, { total: 2 }), 1, 'wait'],
    ['waits until the list shows every success', seen({}, { succeeded: 1, unsuccessful: ['b', 'c'] }), 0, 'wait'],
  ] as const)('%s', (_, observation, redrive, action) => {
    expect(decide(observation, redrive, 0)).toEqual({ do: action });
  });

  test('never runs children again without a redrive newer than the Map', () => {
    fc.assert(
      fc.property(fc.nat(4), fc.nat(4), (redrive, mapRedrive) => {
        expect(decide(seen(), redrive, mapRedrive).do).toBe(redrive > mapRedrive ? 'again' : 'throw');
      }),
    );
  });
});
