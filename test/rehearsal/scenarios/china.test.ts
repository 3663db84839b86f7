import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario china', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'upgrades a deployment in the partition aws-cn with parity',
    async () => {
      const run = await player.play('china');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps).toHaveLength(1);
    },
    TIMEOUT_MS,
  );
});
