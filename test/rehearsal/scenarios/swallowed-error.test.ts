import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario swallowed-error', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'fails where a procedure swallowed its error, and completes after repair and redrive',
    async () => {
      const run = await player.play('swallowed-error');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(run.result.statements.duplicated).toBe(0);
      expect(stateOf(run, 'Migrate events').failed).toBe(1);
      expect(stateOf(run, 'Judge the projects').failed).toBe(1);
    },
    TIMEOUT_MS,
  );
});
