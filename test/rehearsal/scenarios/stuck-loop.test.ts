import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario stuck-loop', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'cancels a call that loops for ever, and completes after repair and redrive',
    async () => {
      const run = await player.play('stuck-loop');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(run.result.statements).toMatchObject({ cancelled: 1, duplicated: 0 });
      expect(run.result.apps[0]).toMatchObject({ missing: 0, duplicated: 0, parity: true });
    },
    TIMEOUT_MS,
  );
});
