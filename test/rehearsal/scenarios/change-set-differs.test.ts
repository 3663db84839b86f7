import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario change-set-differs', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'does not execute what nobody has approved',
    async () => {
      const run = await player.play('change-set-differs');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED' } });
      expect(stateOf(run, 'Upgrade the web console').failed).toBe(2);
    },
    TIMEOUT_MS,
  );
});
