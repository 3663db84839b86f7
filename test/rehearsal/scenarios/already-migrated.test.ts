import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

describe('Scenario already-migrated', () => {
  const player = new Player();
  afterAll(() => player.clear());

  test(
    'calls nothing and changes nothing the second time',
    async () => {
      const run = await player.play('already-migrated');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.statements.duplicated).toBe(0);
      expect(stateOf(run, 'Inspect and plan').entered).toBeGreaterThan(stateOf(run, 'List the apps').entered);
      expect(stateOf(run, 'Check').entered).toBe(4);
    },
    TIMEOUT_MS,
  );
});
