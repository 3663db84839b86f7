import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario python-udf-gone', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'tells in the check that Redshift has ended the Python functions',
    async () => {
      const run = await player.play('python-udf-gone');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'FAILED', error: 'ChildrenFailed' } });
      expect(run.result.statements.submitted).toBe(0);
      expect(stateOf(run, 'Check').failed).toBe(1);
      expect(stateOf(run, 'Migrate events').entered).toBe(0);
    },
    TIMEOUT_MS,
  );
});
