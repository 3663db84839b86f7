import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario again-only-unfinished', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'runs the two apps that failed again, and nothing of the one that had finished',
    async () => {
      const run = await player.play('again-only-unfinished');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(stateOf(run, 'Judge the projects').failed).toBe(1);
    },
    TIMEOUT_MS,
  );
});
