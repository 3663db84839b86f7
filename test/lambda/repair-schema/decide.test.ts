import { decide, type RepairObservation, type ListRepair } from '../../../lambda/repair-schema/decide';
import type { SchemaExecution } from '../../../lambda/shared/schema/executions';

const ATTEMPT = { root: 'root', redrive: 0 };
const MINUTE_MS = 60_000;

function execution(status: SchemaExecution['status'], name = 'web-20260615T093000000Z-0'): SchemaExecution {
  return { arn: `arn:${name}`, name, status, startedMs: 0, redrives: 0, redrivable: true, input: '{}', error: 'no' };
}

function seen(changes: Partial<RepairObservation>): RepairObservation {
  const nothing = {
    execution: undefined,
    earlier: undefined,
    record: undefined,
    missing: [],
    functions: { unreplaced: [] },
  };
  return { expected: true, waitedMs: 0, ...nothing, ...changes };
}

const FAILED = execution('FAILED');
const OURS = 'web-20260615T100000000Z-1';

function record(changes: Partial<ListRepair> = {}): ListRepair {
  return {
    v: 1,
    revision: 1,
    ...ATTEMPT,
    failed: FAILED.arn,
    original: '{"sqls":[]}',
    name: OURS,
    input: '{}',
    replaced: ['f'],
    ...changes,
  };
}

const PYTHON = { functions: { unreplaced: ['f is written in plpythonu'] } };
const LATE = { waitedMs: 11 * MINUTE_MS };
const SUCCEEDED = execution('SUCCEEDED');
const wait = { do: 'wait', for: 'start' };
const notDue = { do: 'done', because: 'not due' };
const done = { do: 'done', because: 'succeeded' };
const repair = (of: SchemaExecution): object => ({ do: 'repair', execution: of, original: '{}' });

describe('The repair of a schema', () => {
  test.each<[string, Partial<RepairObservation>, object]>([
    ['waits for the run that the upgrade starts', { missing: ['event_v2'] }, wait],
    ['waits no longer than it can come', { missing: ['event_v2'], ...LATE }, notDue],
    ['has nothing to do where nothing is missing and no run was started', {}, notDue],
    ['has nothing to wait for where none is expected', { missing: ['event_v2'], expected: false }, notDue],
    ['waits while it runs', { execution: execution('RUNNING') }, { do: 'wait', for: 'execution' }],
    ['is done when it succeeded', { execution: SUCCEEDED }, done],
    ['repairs a run that failed', { execution: FAILED }, repair(FAILED)],
    ['repairs one that was stopped', { execution: execution('ABORTED') }, repair(execution('ABORTED'))],
    ['repairs one that made Python functions', { execution: SUCCEEDED, ...PYTHON }, repair(SUCCEEDED)],
    ['has nothing to do where nothing is missing after an earlier success', { earlier: SUCCEEDED }, notDue],
    [
      'repairs an earlier failure where nothing is missing: it may have stopped behind the objects that are known',
      { earlier: FAILED, ...LATE },
      repair(FAILED),
    ],
    ['waits for the run that is to replace what an earlier one made', { ...PYTHON }, wait],
    ['gives up where no execution is left to be repaired', { ...PYTHON, ...LATE }, { do: 'give up' }],
    ['gives up at once where none is expected', { ...PYTHON, expected: false }, { do: 'give up' }],
    ['leaves a schema without its objects to the next step', { ...PYTHON, missing: ['event_v2'], ...LATE }, notDue],
    [
      'repairs an earlier failure where something is',
      { earlier: FAILED, missing: ['event_v2'], ...LATE },
      repair(FAILED),
    ],
    ['but not before the upgrade can have started one', { earlier: FAILED, missing: ['event_v2'] }, wait],
    ['replaces Python functions of an earlier run', { earlier: SUCCEEDED, ...PYTHON, ...LATE }, repair(SUCCEEDED)],
    [
      'waits for an earlier run that is still at work',
      { earlier: execution('RUNNING'), missing: ['event_v2'], ...LATE },
      { do: 'wait', for: 'execution' },
    ],
    [
      'starts the same again while the list shows the failed run as the newest',
      { execution: FAILED, record: record() },
      { do: 'start', record: record() },
    ],
    [
      'repairs the run of a later update, whatever was repaired before',
      { execution: FAILED, record: record({ failed: 'arn:older' }) },
      repair(FAILED),
    ],
  ])('%s', (_, changes, action) => {
    expect(decide(seen(changes), ATTEMPT)).toEqual(action);
  });

  test('believes its own run when the functions show', () => {
    const ours = { execution: execution('SUCCEEDED', OURS), record: record() };
    expect(decide(seen(ours), ATTEMPT)).toEqual(done);
    const left = seen({ ...ours, ...PYTHON });
    expect(decide(left, ATTEMPT)).toMatchObject({ do: 'fail', why: expect.stringContaining('f is') as string });
    const anew = { do: 'repair', execution: ours.execution, original: record().original };
    expect(decide(left, { root: 'root', redrive: 1 })).toEqual(anew);
    expect(decide(left, { root: 'other', redrive: 0 })).toEqual(anew);
  });

  describe('of which the repaired run failed', () => {
    const ours = execution('FAILED', OURS);

    test('says so, once an attempt', () => {
      expect(decide(seen({ execution: ours, record: record() }), ATTEMPT)).toEqual({
        do: 'fail',
        execution: ours,
        why: 'no',
      });
    });

    test.each([
      ['a redrive', { root: 'root', redrive: 1 }],
      ['another root', { root: 'other', redrive: 0 }],
    ])('is made anew from the solution’s own list after %s', (_, attempt) => {
      expect(decide(seen({ execution: ours, record: record() }), attempt)).toEqual({
        do: 'repair',
        execution: ours,
        original: record().original,
      });
    });
  });
});
