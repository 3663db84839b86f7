import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario already-upgraded', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'ends with a report and changes nothing where everything is done',
    async () => {
      const run = await player.play('already-upgraded');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED' } });
      expect(stateOf(run, 'Upgrade the web console').failed).toBe(0);
      expect(stateOf(run, 'Report').entered).toBeGreaterThanOrEqual(4);
    },
    TIMEOUT_MS,
  );
});
