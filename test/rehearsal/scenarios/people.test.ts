import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

/** What they share is started once for all of them. */
const player = new Player();
afterAll(() => player.clear());

describe('Scenario approval-rejected', () => {
  test(
    'touches nothing after a no, and asks anew at the redrive',
    async () => {
      const run = await player.play('approval-rejected');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(stateOf(run, 'Approve the plan')).toEqual({ entered: 1, failed: 1 });
    },
    TIMEOUT_MS,
  );
});

describe('Scenario approval-timeout', () => {
  test(
    'waits for seven days, refuses a late answer, and asks anew at the redrive',
    async () => {
      const run = await player.play('approval-timeout');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(stateOf(run, 'Approve the plan')).toEqual({ entered: 1, failed: 1 });
    },
    TIMEOUT_MS,
  );
});

describe('Scenario parity-accepted', () => {
  test(
    'goes on with what a person has accepted, and with nothing else',
    async () => {
      const run = await player.play('parity-accepted');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 2 } });
      expect(stateOf(run, 'Verify parity')).toMatchObject({ failed: 2 });
    },
    TIMEOUT_MS,
  );
});

describe('Scenario again-only-unfinished', () => {
  test(
    'runs the two apps that failed again, and nothing of the one that had finished',
    async () => {
      const run = await player.play('again-only-unfinished');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(stateOf(run, 'Judge the projects').failed).toBe(1);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario second-execution', () => {
  test(
    'refuses an execution beside another one, and lets it go on after that',
    async () => {
      const run = await player.play('second-execution');

      expect(broken(run)).toEqual([]);
      expect(run.result.held).toBe(true);
      expect(run.result.statements.duplicated).toBe(0);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario lock-taken-then-redrive', () => {
  test(
    'lets another execution take the lock over on demand, and the first one do nothing more',
    async () => {
      const run = await player.play('lock-taken-then-redrive');

      expect(broken(run)).toEqual([]);
      expect(run.result.held).toBe(true);
      expect(run.result.statements.duplicated).toBe(0);
    },
    TIMEOUT_MS,
  );
});
