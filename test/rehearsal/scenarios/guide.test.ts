import { broken, Player, stateOf, TIMEOUT_MS } from './support/play';

/** What they share is started once for all of them. */
const player = new Player();
afterAll(() => player.clear());

describe('Scenario already-upgraded', () => {
  test(
    'ends with a report and changes nothing where everything is done',
    async () => {
      const run = await player.play('already-upgraded');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED' } });
      expect(stateOf(run, 'Upgrade the web console').failed).toBe(0);
      expect(stateOf(run, 'Report').entered).toBeGreaterThanOrEqual(4);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario from-1.0', () => {
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

describe('Scenario python-udf-gone', () => {
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

describe('Scenario console-no-change', () => {
  test(
    'takes a template without changes for done, and goes on',
    async () => {
      const run = await player.play('console-no-change');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED' } });
      expect(stateOf(run, 'Upgrade the web console').failed).toBe(0);
      expect(stateOf(run, 'Verify parity').entered).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario new-parameter-missing', () => {
  test(
    'refuses a template with a parameter that has no value, and takes it with one',
    async () => {
      const run = await player.play('new-parameter-missing');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(stateOf(run, 'Inspect and plan').failed).toBe(1);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario change-set-differs', () => {
  test(
    'does not execute what nobody has approved',
    async () => {
      const run = await player.play('change-set-differs');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED' } });
      expect(stateOf(run, 'Upgrade the web console').failed).toBe(2);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario plan-stale', () => {
  test(
    'carries out no plan of a world that has moved',
    async () => {
      const run = await player.play('plan-stale');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'FAILED', error: 'PlanStale' } });
      expect(stateOf(run, 'Confirm the plan').failed).toBe(1);
      expect(stateOf(run, 'Back up').entered).toBe(0);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario pipeline-call-timeout', () => {
  test(
    'begins each upgrade once although nobody heard the answer, and needs no person',
    async () => {
      const run = await player.play('pipeline-call-timeout');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps.map(({ parity }) => parity)).toEqual([true, true]);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario pipeline-one-stack-rolled-back', () => {
  test(
    'is not taken in by a workflow that says success, and asks for a retry at the redrive',
    async () => {
      const run = await player.play('pipeline-one-stack-rolled-back');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 1 } });
      expect(run.result.apps.map(({ parity }) => parity)).toEqual([true]);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario china', () => {
  test(
    'upgrades a deployment in the partition aws-cn with parity',
    async () => {
      const run = await player.play('china');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED', redrives: 0 } });
      expect(run.result.apps).toHaveLength(1);
    },
    TIMEOUT_MS,
  );
});

describe('Scenario customer-view-depends', () => {
  test(
    'drops no table that a view of the customer’s stands on, unless told so',
    async () => {
      const run = await player.play('customer-view-depends');

      expect(broken(run)).toEqual([]);
      expect(run.result).toMatchObject({ held: true, execution: { status: 'SUCCEEDED' } });
      expect(stateOf(run, 'Drop the legacy objects').failed).toBe(0);
    },
    TIMEOUT_MS,
  );
});
