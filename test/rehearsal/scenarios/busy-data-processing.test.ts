import { broken, Player, TIMEOUT_MS } from './support/play';

describe('Scenario busy-data-processing', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'waits for the running job and the load after it before the pipeline is upgraded',
    async () => {
      const run = await player.play('busy-data-processing');

      expect(broken(run)).toEqual([]);
      expect(run.result.execution).toMatchObject({ status: 'SUCCEEDED', redrives: 0 });
      expect(run.result.execution.virtualSeconds).toBeGreaterThan(90 * 60);
    },
    TIMEOUT_MS,
  );
});
