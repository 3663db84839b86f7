import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario statement-timeout', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'retries a call that a time-out ended twice, without a person',
    async () => {
      const run = await player.play('statement-timeout');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.statements).toMatchObject({ cancelled: 2, duplicated: 0 });
      expect(stateOf(run, 'Migrate events').failed).toBe(2);
    },
    TIMEOUT_MS,
  );
});
