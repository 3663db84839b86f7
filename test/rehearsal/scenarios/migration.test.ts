import { overheadOf, type Overhead } from '../../../rehearsal/scenarios/benchmark';
import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

/** What they share is started once for all of them. */
const player = new Player();
afterAll(() => player.clear());

describe('Scenario migration', () => {
  test(
    'migrates two projects in two regions with every event accounted for',
    async () => {
      const run = await player.play('migration', { events: 6_000 });

      expect(broken(run)).toEqual([]);
      const { result } = run;
      expect(result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(
        result.apps.map(({ appId, missing, duplicated, parity }) => ({ appId, missing, duplicated, parity })),
      ).toEqual(
        ['webshop', 'mobileshop', 'puzzle'].map((appId) => ({ appId, missing: 0, duplicated: 0, parity: true })),
      );
      expect(result.apps.reduce((sum, { legacyEvents }) => sum + legacyEvents, 0)).toBeGreaterThan(5_000);
      expect(stateOf(run, 'Verify parity')).toEqual({ entered: 3, failed: 0 });
      expect(result.execution.maxHistoryEvents).toBeLessThan(20_000);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario already-migrated', () => {
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

describe('Scenario statement-timeout', () => {
  test(
    'retries a call that a time-out ended twice, without a person',
    async () => {
      const run = await player.play('statement-timeout');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.statements).toMatchObject({ cancelled: 2, duplicated: 0 });
      expect(stateOf(run, 'Migrate events').failed).toBe(2);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario swallowed-error', () => {
  test(
    'fails where a procedure swallowed its error, and completes after repair and redrive',
    async () => {
      const run = await player.play('swallowed-error');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(run.result.statements.duplicated).toBe(0);
      expect(stateOf(run, 'Migrate events').failed).toBe(1);
      expect(stateOf(run, 'Judge the projects').failed).toBe(1);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario interrupted', () => {
  test(
    'resumes a half done batch without losing or doubling a row',
    async () => {
      const run = await player.play('interrupted');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps[0]).toMatchObject({ missing: 0, duplicated: 0, parity: true });
    },
    TIMEOUT_MS,
  );
});

describe('Scenario lost-statement', () => {
  test(
    'makes no second call when the answer to the first is lost',
    async () => {
      const run = await player.play('lost-statement');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.statements.duplicated).toBe(0);
      expect(stateOf(run, 'Migrate events').failed).toBe(1);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario bad-rows', () => {
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

describe('Scenario one-app-fails', () => {
  test(
    'lets the sibling finish, and redrives only the app that failed',
    async () => {
      const run = await player.play('one-app-fails');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(stateOf(run, 'Verify parity')).toEqual({ entered: 2, failed: 0 });
      expect(run.result.apps.every(({ parity }) => parity)).toBe(true);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario stuck-loop', () => {
  test(
    'cancels a call that loops for ever, and completes after repair and redrive',
    async () => {
      const run = await player.play('stuck-loop');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(run.result.statements).toMatchObject({ cancelled: 1, duplicated: 0 });
      expect(run.result.apps[0]).toMatchObject({ missing: 0, duplicated: 0, parity: true });
    },
    TIMEOUT_MS,
  );
});

describe('Scenario benchmark', () => {
  test.each(['windowed', 'documented'] as const)(
    'orchestrating 300 million events, %s, adds less than 1 % and costs less than half a dollar',
    async (strategy) => {
      const seen: Overhead[] = [];
      const run = await player.play('benchmark', {
        strategy,
        onEnd: (result, stage) => seen.push(overheadOf(result, stage)),
      });

      expect(broken(run)).toEqual([]);
      expect(run.result.apps).toMatchObject([{ legacyEvents: 300_000_000, missing: 0, duplicated: 0, parity: true }]);
      const [overhead] = seen;
      expect(overhead?.overheadSeconds).toBeGreaterThan(0);
      expect(overhead?.overheadSeconds).toBeLessThan(171);
      // 4 h 45 min of work, and at most 15 % more for windows and proofs.
      expect(overhead?.totalSeconds).toBeGreaterThan(17_100);
      expect(overhead?.totalSeconds).toBeLessThan(17_100 * 1.15);
    },
    TIMEOUT_MS,
  );
});
