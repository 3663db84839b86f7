import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario bad-rows', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'counts the rows that would block a batch, before anything is moved',
    async () => {
      const run = await player.play('bad-rows');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'FAILED', error: 'ChildrenFailed' } });
      expect(run.result.statements.submitted).toBe(0);
      expect(stateOf(run, 'Check').failed).toBe(1);
      expect(stateOf(run, 'Migrate events').entered).toBe(0);
    },
    TIMEOUT_MS,
  );
});
