import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario new-parameter-missing', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'refuses a template with a parameter that has no value, and takes it with one',
    async () => {
      const run = await player.play('new-parameter-missing');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(stateOf(run, 'Inspect and plan').failed).toBe(1);
    },
    TIMEOUT_MS,
  );
});
