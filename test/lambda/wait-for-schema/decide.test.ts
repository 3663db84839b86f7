import { decide, type RepairRecord, type SchemaObservation } from '../../../lambda/wait-for-schema/wait-for-schema';
import type { SchemaExecution } from '../../../lambda/shared/schema/executions';

const ATTEMPT = { root: 'root', redrive: 0 };
const MINUTE_MS = 60_000;

function execution(changes: Partial<SchemaExecution> = {}): SchemaExecution {
  return {
    arn: 'execution:web-20260615T093000000Z-0',
    name: 'web-20260615T093000000Z-0',
    status: 'SUCCEEDED',
    startedMs: 0,
    redrives: 0,
    redrivable: false,
    input: '{}',
    error: undefined,
    ...changes,
  };
}

function seen(changes: Partial<SchemaObservation> = {}): SchemaObservation {
  return { expected: true, execution: undefined, record: undefined, missing: [], waitedMs: 0, ...changes };
}

function record(changes: Partial<RepairRecord> = {}): RepairRecord {
  const { arn } = execution();
  return { v: 1, revision: 1, root: 'root', redrive: 0, execution: arn, redrives: 0, atMs: 0, ...changes };
}

const failed = execution({ status: 'FAILED', redrivable: true, error: 'SQLExecutionFailed: no such column' });

describe('The schema of an app', () => {
  test.each([
    ['nothing was due and every object is there', seen(), { do: 'done' }],
    ['its workflow succeeded and every object is there', seen({ execution: execution() }), { do: 'done' }],
    ['its workflow runs', seen({ execution: execution({ status: 'RUNNING' }) }), { do: 'wait', for: 'execution' }],
    [
      'objects are missing and its workflow may still be started',
      seen({ missing: ['event_v2'], waitedMs: 9 * MINUTE_MS }),
      { do: 'wait', for: 'start' },
    ],
  ] as const)('is judged where %s', (_, observation, action) => {
    expect(decide(observation, ATTEMPT)).toEqual(action);
  });

  test.each([
    ['no workflow was started in ten minutes', seen({ missing: ['event_v2'], waitedMs: 11 * MINUTE_MS })],
    ['no upgrade was expected to change it', seen({ expected: false, missing: ['event_v2'] })],
    ['its workflow succeeded all the same', seen({ execution: execution(), missing: ['event_v2'] })],
  ])('that lacks an object fails by its name where %s', (_, observation) => {
    expect(decide(observation, ATTEMPT)).toMatchObject({
      do: 'fail',
      why: expect.stringContaining('event_v2') as string,
    });
  });
});

describe('A failed workflow', () => {
  test.each(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)(
    'that ended %s is run again when it is first seen',
    (status) => {
      const action = decide(seen({ execution: { ...failed, status } }), ATTEMPT);
      expect(action).toMatchObject({ do: 'run again', again: false });
    },
  );

  test('is run again once more where the answer was lost, under the record that is there', () => {
    expect(decide(seen({ execution: failed, record: record() }), ATTEMPT)).toMatchObject({
      do: 'run again',
      again: true,
    });
  });

  test('that fails again after its redrive is told in its own words', () => {
    const again = { ...failed, redrives: 1 };
    expect(decide(seen({ execution: again, record: record() }), ATTEMPT)).toEqual({ do: 'fail', why: failed.error });
  });

  test('that was started anew and fails as well is not started a third time', () => {
    const anew = { ...failed, arn: 'execution:web-20260615T100000000Z-1' };
    expect(decide(seen({ execution: anew, record: record() }), ATTEMPT)).toMatchObject({ do: 'fail' });
  });

  test.each([
    ['a higher redrive', { root: 'root', redrive: 1 }],
    ['another root', { root: 'other', redrive: 0 }],
  ])('is run again under %s', (_, attempt) => {
    const again = { ...failed, redrives: 1 };
    expect(decide(seen({ execution: again, record: record() }), attempt)).toMatchObject({
      do: 'run again',
      again: false,
    });
  });
});
