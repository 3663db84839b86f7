import { familyOf, isTask, phasesOf } from '../../rehearsal/report/phases';
import { scaleOf, ticksOf } from '../../rehearsal/report/scale';
import type { ExecutionRecord, StateSpan } from '../../rehearsal/run/recorder';

const MINUTE = 60_000;

function span(state: string, from: number, to: number, errors: string[] = []): StateSpan {
  return { executionArn: 'root', state, fromMs: from * MINUTE, toMs: to * MINUTE, errors };
}

function execution(name: string, from: number, to: number, mapRunArn?: string): ExecutionRecord {
  return {
    executionArn: `${name}@${String(from)}`,
    mapRunArn,
    name,
    status: 'SUCCEEDED',
    error: undefined,
    cause: undefined,
    fromMs: from * MINUTE,
    toMs: to * MINUTE,
    redrives: 0,
  };
}

describe('The phases of an execution', () => {
  const spans = [
    span('Back up', 0, 0),
    span('Is everything backed up?', 0, 0),
    span('Wait for the backups', 0, 2),
    span('Back up', 2, 2, ['AwsUnavailable']),
    span('Is everything backed up?', 2, 2),
    span('Wait for schema', 2, 3),
  ];

  test('are its Tasks, each with its choices and waits', () => {
    expect(phasesOf(spans, { executionArn: 'root' }, 0)).toEqual([
      {
        state: 'Back up',
        fromMs: 0,
        toMs: 2 * MINUTE,
        passes: 2,
        failures: [{ fromMs: 2 * MINUTE, toMs: 2 * MINUTE, errors: ['AwsUnavailable'] }],
      },
      { state: 'Wait for schema', fromMs: 2 * MINUTE, toMs: 3 * MINUTE, passes: 1, failures: [] },
    ]);
  });

  test('do not mix with those of others', () => {
    expect(phasesOf(spans, { executionArn: 'another' }, 0)).toEqual([]);
  });

  test.each([
    ['Back up', true],
    ['Wait for schema', true],
    ['Wait for the schema', false],
    ['Is everything backed up?', false],
  ])('know whether %s is a Task: %s', (state, expected) => {
    expect(isTask(state)).toBe(expected);
  });
});

describe('The family of executions', () => {
  test('stands root by root, project by project, and loses none', () => {
    const all = [
      execution('run-1', 0, 10),
      execution('shop', 1, 9, 'map'),
      execution('game', 1, 9, 'map'),
      execution('game / puzzle', 2, 3, 'map'),
      execution('shop / web', 2, 3, 'map'),
      execution('run-2', 10, 20),
      execution('shop', 11, 12, 'map'),
      execution('orphan / app', 2, 3, 'map'),
    ];
    expect(familyOf(all).map(({ depth, label }) => [depth, label])).toEqual([
      [0, 'run-1'],
      [1, 'shop'],
      [2, 'web'],
      [1, 'game'],
      [2, 'puzzle'],
      [0, 'run-2'],
      [1, 'shop'],
      [1, 'orphan / app'],
    ]);
  });
});

describe('The scale of the timeline', () => {
  const scale = scaleOf([0, MINUTE, 101 * MINUTE], 100, 210);

  test('goes from edge to edge, and keeps the short visible beside the long', () => {
    expect([scale(0), scale(MINUTE), scale(101 * MINUTE)]).toEqual([100, 110, 210]);
  });

  test('has every moment between two others in its place', () => {
    expect(scale(51 * MINUTE)).toBeCloseTo(160);
  });

  test('has ticks at round times, never on top of each other', () => {
    const ticks = ticksOf(0, 101 * MINUTE, scaleOf([0, 101 * MINUTE], 0, 1_000));
    expect(ticks.every((tick) => tick % (5 * MINUTE) === 0)).toBe(true);
    expect(ticks.length).toBeGreaterThan(5);
    expect(ticksOf(0, 101 * MINUTE, () => 0)).toHaveLength(1);
  });
});
