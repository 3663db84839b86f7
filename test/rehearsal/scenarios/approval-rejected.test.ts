import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario approval-rejected', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'touches nothing after a no, and asks anew at the redrive',
    async () => {
      const run = await player.play('approval-rejected');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(stateOf(run, 'Approve the plan')).toEqual({ entered: 1, failed: 1 });
    },
    TIMEOUT_MS,
  );
});
