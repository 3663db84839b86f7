import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario parity-accepted', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'goes on with what a person has accepted, and with nothing else',
    async () => {
      const run = await player.play('parity-accepted');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 2 } });
      expect(stateOf(run, 'Verify parity')).toMatchObject({ failed: 2 });
    },
    TIMEOUT_MS,
  );
});
