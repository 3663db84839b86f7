import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario one-app-fails', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'lets the sibling finish, and redrives only the app that failed',
    async () => {
      const run = await player.play('one-app-fails');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(stateOf(run, 'Verify parity')).toEqual({ entered: 2, failed: 0 });
      expect(run.result.apps.every(({ parity }) => parity)).toBe(true);
    },
    TIMEOUT_MS,
  );
});
