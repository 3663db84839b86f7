import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario pipeline-call-timeout', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'begins each upgrade once although nobody heard the answer, and needs no person',
    async () => {
      const run = await player.play('pipeline-call-timeout');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps.map(({ parity }) => parity)).toEqual([true, true]);
    },
    TIMEOUT_MS,
  );
});
