import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario lost-statement', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'makes no second call when the answer to the first is lost',
    async () => {
      const run = await player.play('lost-statement');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.statements.duplicated).toBe(0);
      expect(stateOf(run, 'Migrate events').failed).toBe(1);
    },
    TIMEOUT_MS,
  );
});
