import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario interrupted', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'resumes a half done batch without losing or doubling a row',
    async () => {
      const run = await player.play('interrupted');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps[0]).toMatchObject({ missing: 0, duplicated: 0, parity: true });
    },
    TIMEOUT_MS,
  );
});
