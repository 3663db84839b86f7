import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario shared-warehouse', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'makes the workgroup of two projects larger once, and smaller when both are done',
    async () => {
      const run = await player.play('shared-warehouse');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps.map(({ parity }) => parity)).toEqual([true, true]);
    },
    TIMEOUT_MS,
  );
});
