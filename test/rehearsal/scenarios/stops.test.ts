import { broken, Player, TIMEOUT_MS } from './support/play';

/** What they share is started once for all of them. */
const player = new Player();
afterAll(() => player.clear());

describe('Scenario stopped-in-map', () => {
  test(
    'goes on with the living call when it is redriven after a Stop',
    async () => {
      const run = await player.play('stopped-in-map');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(run.result.statements).toMatchObject({ cancelled: 0, duplicated: 0 });
      expect(run.result.apps[0]).toMatchObject({ missing: 0, duplicated: 0, parity: true });
    },
    TIMEOUT_MS,
  );
});

describe('Scenario aborted', () => {
  test(
    'gives everything back after a Stop, and takes it again when it is redriven',
    async () => {
      const run = await player.play('aborted');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(run.result.statements).toMatchObject({ cancelled: 1, duplicated: 0 });
      expect(run.result.apps[0]).toMatchObject({ missing: 0, duplicated: 0, parity: true });
    },
    TIMEOUT_MS,
  );
});

describe('Scenario redriven-at-once', () => {
  test(
    'ends the guardian where the root is redriven before it is done',
    async () => {
      const run = await player.play('redriven-at-once');

      expect(broken(run)).toEqual([]);
      expect(run.result.held).toBe(true);
      expect(run.result.statements.duplicated).toBe(0);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario timed-out', () => {
  test(
    'clears up after a root that ran into its time-out, and completes after a redrive',
    async () => {
      const run = await player.play('timed-out');

      expect(broken(run)).toEqual([]);
      expect(run.result.held).toBe(true);
      expect(run.result.statements.duplicated).toBe(0);
    },
    TIMEOUT_MS,
  );
});
