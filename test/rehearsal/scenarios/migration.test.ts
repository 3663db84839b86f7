import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario migration', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'migrates two projects in two regions with every event accounted for',
    async () => {
      const run = await player.play('migration', { events: 6_000 });

      expect(broken(run)).toEqual([]);
      const { result } = run;
      expect(result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(
        result.apps.map(({ appId, missing, duplicated, parity }) => ({ appId, missing, duplicated, parity })),
      ).toEqual(
        ['webshop', 'mobileshop', 'puzzle'].map((appId) => ({ appId, missing: 0, duplicated: 0, parity: true })),
      );
      expect(result.apps.reduce((sum, { legacyEvents }) => sum + legacyEvents, 0)).toBeGreaterThan(5_000);
      expect(stateOf(run, 'Verify parity')).toEqual({ entered: 3, failed: 0 });
      expect(result.execution.maxHistoryEvents).toBeLessThan(20_000);
    },
    TIMEOUT_MS,
  );
});
