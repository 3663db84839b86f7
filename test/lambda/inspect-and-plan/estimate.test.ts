import fc from 'fast-check';
import { addEstimates, estimateMigration } from '../../../lambda/inspect-and-plan/estimate';
import { isAtLeast, parseVersion } from '../../../lambda/shared/versions';

describe('The estimate', () => {
  test('of the guide’s benchmark is the benchmark: 300 million events on 32 RPU', () => {
    const { seconds, usd, parts } = estimateMigration(300_000_000, 32);
    expect(parts).toEqual({ migrateSeconds: 7_500, baseViewSeconds: 1_200, metricsSeconds: 8_400 });
    expect(seconds.likely).toBe(7_500 + 1_200 + 8_400 + 120);
    expect(usd.likely).toBe(47.77);
  });

  test('has its likely value within its range, takes longer for more events, and no longer on more capacity', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), fc.integer({ min: 4, max: 1024 }), (events, more, rpu) => {
        const one = estimateMigration(events, rpu);
        for (const { low, likely, high } of [one.seconds, one.usd]) {
          expect(low).toBeLessThanOrEqual(likely);
          expect(likely).toBeLessThanOrEqual(high);
        }
        expect(estimateMigration(events + more, rpu).seconds.likely).toBeGreaterThanOrEqual(one.seconds.likely);
        expect(estimateMigration(events, rpu + 8).seconds.likely).toBeLessThanOrEqual(one.seconds.likely);
        expect(estimateMigration(events, rpu + 8).usd).toEqual(one.usd);
      }),
    );
  });

  test('of several apps is their sum, and of none is none', () => {
    const one = estimateMigration(300_000_000, 32);
    expect(addEstimates([])).toBeUndefined();
    expect(addEstimates([one])).toEqual(one);
    expect(addEstimates([one, one])?.usd.likely).toBe(95.54);
    expect(addEstimates([one, one])?.seconds.likely).toBe(2 * one.seconds.likely);
  });
});

describe('A version of the solution', () => {
  test.each([
    ['v1.1.5-202403071513', { major: 1, minor: 1, micro: 5, build: '202403071513' }],
    ['1.1.13', { major: 1, minor: 1, micro: 13, build: '' }],
    ['latest', undefined],
    ['1.1', undefined],
    ['', undefined],
  ])('%j is read', (text, expected) => {
    expect(parseVersion(text)).toEqual(expected);
  });

  test('is compared by its numbers, not by its text or build', () => {
    const version = parseVersion('v1.1.10-1');
    if (version === undefined) throw new Error('unreadable');
    expect(isAtLeast(version, '1.1.9')).toBe(true);
    expect(isAtLeast(version, '1.1.10')).toBe(true);
    expect(isAtLeast(version, '1.1.11')).toBe(false);
    expect(isAtLeast(version, '1.0.99')).toBe(true);
    expect(isAtLeast(version, '2.0.0')).toBe(false);
  });
});
