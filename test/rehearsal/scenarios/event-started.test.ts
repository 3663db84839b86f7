import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario event-started', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'upgrades what somebody has begun by hand',
    async () => {
      const run = await player.play('event-started');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
    },
    TIMEOUT_MS,
  );
});
