import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario own-event', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'starts nothing for its own update',
    async () => {
      const run = await player.play('own-event');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
    },
    TIMEOUT_MS,
  );
});
