import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

/** What they share is started once for all of them. */
const player = new Player();
afterAll(() => player.clear());

describe('Where Redshift has ended Python functions', () => {
  test.each([
    ['udf-role-denied', 'a role that may not call is found out before anything is changed'],
    ['udf-grant-missing', 'what an administrator has to run is printed, and enough'],
  ])(
    'scenario %s: %s',
    async (name) => {
      const run = await player.play(name);
      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(stateOf(run, 'Prove the Lambda functions').failed).toBe(1);
      expect(stateOf(run, 'Back up').failed).toBe(0);
    },
    TIMEOUT_MS,
  );

  test.each([
    ['udf-throttled', 'a throttled function is no endless loop'],
    ['udf-answer-too-large', 'an answer that exceeds Lambda’s limit is told'],
  ])(
    'scenario %s: %s',
    async (name) => {
      const run = await player.play(name);
      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(stateOf(run, 'Migrate events').failed).toBe(1);
    },
    TIMEOUT_MS,
  );

  test(
    'scenario schema-repair-alone: a schema is repaired, and nothing else done',
    async () => {
      const run = await player.play('schema-repair-alone');
      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(stateOf(run, 'Check').entered).toBe(0);
    },
    TIMEOUT_MS,
  );

  test.each([
    ['schema-list-gone', 'statements that are deleted are told of, and their successors repaired', 1],
    ['schema-repair-after-clean-up', 'what a clean-up has dropped is not missed', 0],
  ])(
    'scenario %s: %s',
    async (name, _, redrives) => {
      const run = await player.play(name);
      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives } });
      expect(stateOf(run, 'Repair the schema').failed).toBe(redrives);
    },
    TIMEOUT_MS,
  );

  test(
    'scenario unexpected-sql: a function that nobody knows is refused, and nothing started',
    async () => {
      const run = await player.play('unexpected-sql');
      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'FAILED', error: 'ChildrenFailed' } });
      expect(stateOf(run, 'Repair the schema').failed).toBe(1);
    },
    TIMEOUT_MS,
  );
});
