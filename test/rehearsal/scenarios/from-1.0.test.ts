import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario from-1.0', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'refuses a direct upgrade from 1.0.x and touches nothing',
    async () => {
      const run = await player.play('from-1.0');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'FAILED', error: 'PlanRefused' } });
      expect(run.result.statements.submitted).toBe(0);
      expect(stateOf(run, 'Each project').entered).toBe(0);
    },
    TIMEOUT_MS,
  );
});
