import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario event-duplicate', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'starts one execution for one event',
    async () => {
      const run = await player.play('event-duplicate');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
    },
    TIMEOUT_MS,
  );
});
