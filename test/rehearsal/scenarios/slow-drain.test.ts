import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario slow-drain', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'gives old ingestion tasks their whole stop time-out, with capacity never below what it was',
    async () => {
      const run = await player.play('slow-drain');

      expect(broken(run)).toEqual([]);
      expect(run.result.execution).toMatchObject({ status: 'SUCCEEDED', redrives: 0 });
      expect(run.result.execution.virtualSeconds).toBeGreaterThan(3_630);
    },
    TIMEOUT_MS,
  );
});
