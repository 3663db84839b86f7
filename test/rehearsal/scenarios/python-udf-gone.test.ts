import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario python-udf-gone', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'refuses in the plan what a warehouse without Python functions cannot take',
    async () => {
      const run = await player.play('python-udf-gone');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'FAILED', error: 'PlanRefused' } });
      expect(run.result.statements.submitted).toBe(0);
      expect(stateOf(run, 'Inspect and plan').failed).toBe(1);
      expect(stateOf(run, 'Take the lock').entered).toBe(0);
    },
    TIMEOUT_MS,
  );
});
