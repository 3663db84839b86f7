import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario pipeline-one-stack-rolled-back', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'is not taken in by a workflow that says success, and asks for a retry at the redrive',
    async () => {
      const run = await player.play('pipeline-one-stack-rolled-back');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(run.result.apps.map(({ parity }) => parity)).toEqual([true]);
    },
    TIMEOUT_MS,
  );
});
