import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario schema-not-due', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'takes the objects for proof where the releases have the same schema',
    async () => {
      const run = await player.play('schema-not-due');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps.map(({ parity }) => parity)).toEqual([true]);
      expect(stateOf(run, 'Wait for schema').failed).toBe(0);
    },
    TIMEOUT_MS,
  );
});
