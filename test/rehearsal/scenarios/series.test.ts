import { broken, Player, TIMEOUT_MS } from './support/play';

const player = new Player();
afterAll(() => player.clear());

describe('A series of scenarios', () => {
  test(
    'puts away a scenario that nobody waits for any more before it plays the next one',
    async () => {
      const givenUp = player.play('aborted').then(() => 'played to its end', String);
      const run = await player.play('from-1.0');

      expect(await givenUp).toBe('Error: Another scenario was to be played');
      expect(broken(run)).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
