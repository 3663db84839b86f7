import { decide, type RepairObservation, type RepairRecord } from '../../../lambda/repair-schema/decide';
import type { SchemaExecution } from '../../../lambda/shared/schema/executions';

const ATTEMPT = { root: 'root', redrive: 0 };
const MINUTE_MS = 60_000;

function execution(status: SchemaExecution['status'], name = 'web-20260615T093000000Z-0'): SchemaExecution {
  return { arn: `arn:${name}`, name, status, startedMs: 0, redrives: 0, redrivable: true, input: '{}', error: 'no' };
}

function seen(changes: Partial<RepairObservation>): RepairObservation {
  return { expected: true, execution: undefined, record: undefined, missing: [], waitedMs: 0, ...changes };
}

const FAILED = execution('FAILED');
const OURS = 'web-20260615T100000000Z-1';

function record(changes: Partial<RepairRecord> = {}): RepairRecord {
  return { v: 1, revision: 1, ...ATTEMPT, failed: FAILED.arn, name: OURS, input: '{}', replaced: [], ...changes };
}

describe('The repair of a schema', () => {
  test.each([
    ['waits for the run that the upgrade starts', { missing: ['event_v2'] }, { do: 'wait', for: 'start' }],
    [
      'waits no longer than it can come',
      { missing: ['event_v2'], waitedMs: 11 * MINUTE_MS },
      { do: 'done', because: 'not due' },
    ],
    ['has nothing to do where nothing is missing and no run was started', {}, { do: 'done', because: 'not due' }],
    [
      'has nothing to wait for where none is expected',
      { missing: ['event_v2'], expected: false },
      { do: 'done', because: 'not due' },
    ],
    ['waits while it runs', { execution: execution('RUNNING') }, { do: 'wait', for: 'execution' }],
    ['is done when it succeeded', { execution: execution('SUCCEEDED') }, { do: 'done', because: 'succeeded' }],
    ['repairs a run that failed', { execution: FAILED }, { do: 'repair', execution: FAILED }],
    [
      'repairs one that was stopped',
      { execution: execution('ABORTED') },
      { do: 'repair', execution: execution('ABORTED') },
    ],
    [
      'starts the same again while the list shows the failed run as the newest',
      { execution: FAILED, record: record() },
      { do: 'start', record: record() },
    ],
    [
      'repairs the run of a later update, whatever was repaired before',
      { execution: FAILED, record: record({ failed: 'arn:older' }) },
      { do: 'repair', execution: FAILED },
    ],
  ])('%s', (_, changes: Partial<RepairObservation>, action) => {
    expect(decide(seen(changes), ATTEMPT)).toEqual(action);
  });

  describe('of which the repaired run failed', () => {
    const ours = execution('FAILED', OURS);

    test('says so, once an attempt', () => {
      expect(decide(seen({ execution: ours, record: record() }), ATTEMPT)).toEqual({ do: 'fail', execution: ours });
    });

    test.each([
      ['a redrive', { root: 'root', redrive: 1 }],
      ['another root', { root: 'other', redrive: 0 }],
    ])('is repeated after %s', (_, attempt) => {
      const known = record();
      expect(decide(seen({ execution: ours, record: known }), attempt)).toEqual({
        do: 'repeat',
        execution: ours,
        record: known,
      });
    });
  });
});
