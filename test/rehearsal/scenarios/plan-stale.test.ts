import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario plan-stale', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'carries out no plan of a world that has moved',
    async () => {
      const run = await player.play('plan-stale');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'FAILED', error: 'PlanStale' } });
      expect(stateOf(run, 'Confirm the plan').failed).toBe(1);
      expect(stateOf(run, 'Back up').entered).toBe(0);
    },
    TIMEOUT_MS,
  );
});
