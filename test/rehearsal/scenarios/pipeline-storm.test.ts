import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario pipeline-storm', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'starts one execution when the last stack is done',
    async () => {
      const run = await player.play('pipeline-storm');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
    },
    TIMEOUT_MS,
  );
});
