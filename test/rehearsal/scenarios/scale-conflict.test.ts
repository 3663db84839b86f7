import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario scale-conflict', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'waits for the changes of others and for capacity, and leaves the workgroup as it was',
    async () => {
      const run = await player.play('scale-conflict');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps.map(({ parity }) => parity)).toEqual([true]);
      expect(stateOf(run, 'Restore capacity').failed).toBe(0);
    },
    TIMEOUT_MS,
  );
});
