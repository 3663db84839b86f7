import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

/** What they share is started once for all of them. */
const player = new Player();
afterAll(() => player.clear());

describe('Scenario busy-data-processing', () => {
  test(
    'waits for the running job and the load after it before the pipeline is upgraded',
    async () => {
      const run = await player.play('busy-data-processing');

      expect(broken(run)).toEqual([]);
      expect(run.result.execution).toMatchObject({ status: 'SUCCEEDED', redrives: 0 });
      expect(run.result.execution.virtualSeconds).toBeGreaterThan(90 * 60);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario slow-drain', () => {
  test(
    'gives old ingestion tasks their whole stop time-out, with capacity never below what it was',
    async () => {
      const run = await player.play('slow-drain');

      expect(broken(run)).toEqual([]);
      expect(run.result.execution).toMatchObject({ status: 'SUCCEEDED', redrives: 0 });
      expect(run.result.execution.virtualSeconds).toBeGreaterThan(3_630);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario scale-conflict', () => {
  test(
    'waits for the changes of others and for capacity, and leaves the workgroup as it was',
    async () => {
      const run = await player.play('scale-conflict');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps.map(({ parity }) => parity)).toEqual([true]);
      expect(stateOf(run, 'Restore capacity').failed).toBe(0);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario schema-not-due', () => {
  test(
    'takes the objects for proof where the releases have the same schema',
    async () => {
      const run = await player.play('schema-not-due');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps.map(({ parity }) => parity)).toEqual([true]);
      expect(stateOf(run, 'Wait for schema').failed).toBe(0);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario shared-warehouse', () => {
  test(
    'makes the workgroup of two projects larger once, and smaller when both are done',
    async () => {
      const run = await player.play('shared-warehouse');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps.map(({ parity }) => parity)).toEqual([true, true]);
    },
    TIMEOUT_MS,
  );
});
