import { overheadOf, type Overhead } from '../../../rehearsal/scenarios/benchmark';
import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario benchmark', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test.each(['windowed', 'documented'] as const)(
    'orchestrating 300 million events, %s, adds less than 1 % and costs less than half a dollar',
    async (strategy) => {
      const seen: Overhead[] = [];
      const run = await player.play('benchmark', {
        strategy,
        onEnd: (result, stage) => seen.push(overheadOf(result, stage)),
      });

      expect(broken(run)).toEqual([]);
      expect(run.result.apps).toMatchObject([{ legacyEvents: 300_000_000, missing: 0, duplicated: 0, parity: true }]);
      const [overhead] = seen;
      expect(overhead?.overheadSeconds).toBeGreaterThan(0);
      expect(overhead?.overheadSeconds).toBeLessThan(171);
      // 4 h 45 min of work, and at most 15 % more for windows and proofs.
      expect(overhead?.totalSeconds).toBeGreaterThan(17_100);
      expect(overhead?.totalSeconds).toBeLessThan(17_100 * 1.15);
    },
    TIMEOUT_MS,
  );
});
