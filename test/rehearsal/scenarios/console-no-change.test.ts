import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario console-no-change', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'takes a template without changes for done, and goes on',
    async () => {
      const run = await player.play('console-no-change');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED' } });
      expect(stateOf(run, 'Upgrade the web console').failed).toBe(0);
      expect(stateOf(run, 'Verify parity').entered).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
