import { decide, type ConsoleAction } from '../../../lambda/upgrade-console/decide';
import type { ConsoleObservation } from '../../../lambda/upgrade-console/observe';
import type { UpdateRecord } from '../../../lambda/shared/change-set/update-record';

const TARGET = 'v1.1.7';
const OLD = 'v1.1.5';

const record = (state: UpdateRecord['state'], changes: Partial<UpdateRecord> = {}): UpdateRecord => ({
  v: 1,
  revision: 1,
  root: 'root',
  redrive: 0,
  state,
  token: 'clickstream-upgrade-1',
  changeSet: 'set',
  openedAtMs: 0,
  reasons: [],
  ...changes,
});

const trace = (ended?: string, reasons: string[] = []): ConsoleObservation['trace'] => ({ seen: true, ended, reasons });

const seen = (changes: Partial<ConsoleObservation>): ConsoleObservation => ({
  status: 'UPDATE_COMPLETE',
  statusReason: '',
  apiRelease: OLD,
  dictionaryRelease: OLD,
  record: undefined,
  owed: false,
  trace: { seen: false, ended: undefined, reasons: [] },
  ...changes,
});

const reached = { apiRelease: TARGET, dictionaryRelease: TARGET };

test.each<[string, Partial<ConsoleObservation>, ConsoleAction['do']]>([
  ['everything agrees', reached, 'done'],
  ['everything agrees on a stack that was created so', { ...reached, status: 'CREATE_COMPLETE' }, 'done'],
  [
    'versions agree while old resources are cleaned up',
    { ...reached, status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' },
    'wait',
  ],
  ['versions agree on a stack that was rolled back', { ...reached, status: 'UPDATE_ROLLBACK_COMPLETE' }, 'update'],
  ['only the dictionary lags', { apiRelease: TARGET }, 'wait for evidence'],
  ['nothing was begun', {}, 'update'],
  ['nothing was begun since the last rollback', { status: 'UPDATE_ROLLBACK_COMPLETE' }, 'update'],
  ['everything agrees, and changes of the same release are owed', { ...reached, owed: true }, 'update'],
  [
    'the update that made owed changes is complete',
    { ...reached, owed: true, record: record('alive'), trace: trace('UPDATE_COMPLETE') },
    'close record',
  ],
  [
    'the update that should make owed changes was rolled back',
    { ...reached, owed: true, record: record('alive'), trace: trace('UPDATE_ROLLBACK_COMPLETE') },
    'report failure',
  ],
  ['there is no stack', { status: undefined }, 'refuse'],
  ['a rollback has failed', { status: 'UPDATE_ROLLBACK_FAILED' }, 'refuse'],
  ['the stack was never created', { status: 'ROLLBACK_COMPLETE' }, 'refuse'],
  ['an open record left no trace', { record: record('open') }, 'update'],
  [
    'an open record was executed after all',
    { record: record('open'), trace: trace('UPDATE_COMPLETE') },
    'wait for evidence',
  ],
  ['our update is complete', { record: record('alive'), trace: trace('UPDATE_COMPLETE') }, 'wait for evidence'],
  ['an earlier success is followed by a new plan', { record: record('done') }, 'update'],
  [
    'our update succeeded and a later one was rolled back',
    { record: record('alive'), trace: trace('UPDATE_COMPLETE'), status: 'UPDATE_ROLLBACK_COMPLETE' },
    'close record',
  ],
  [
    "another root's update is over",
    { record: record('alive', { root: 'other' }), trace: trace('UPDATE_ROLLBACK_COMPLETE') },
    'close record',
  ],
  ["another root's update failed and is closed", { record: record('dead', { root: 'other' }) }, 'update'],
  ['our update failed before this redrive', { record: record('dead', { redrive: -1 }) }, 'update'],
])('when %s', (_name, changes, expected) => {
  expect(decide(seen(changes), TARGET, { root: 'root', redrive: 0 }).do).toBe(expected);
});

test('an update in progress is ours only when its token was seen or its start was answered', () => {
  const status = 'UPDATE_IN_PROGRESS';
  const whose = (changes: Partial<ConsoleObservation>): unknown =>
    decide(seen({ status, ...changes }), TARGET, { root: 'root', redrive: 0 });

  expect(whose({})).toEqual({ do: 'wait', whose: 'another' });
  expect(whose({ record: record('open') })).toEqual({ do: 'wait', whose: 'another' });
  expect(whose({ record: record('open'), trace: trace() })).toEqual({ do: 'wait', whose: 'ours' });
  expect(whose({ record: record('alive') })).toEqual({ do: 'wait', whose: 'ours' });
  expect(whose({ record: record('dead') })).toEqual({ do: 'wait', whose: 'another' });
});

test('a failure is told with its reasons, and told again until a redrive gives permission', () => {
  const status = 'UPDATE_ROLLBACK_COMPLETE';
  const fresh = seen({ status, record: record('alive'), trace: trace(status, ['Fn (type): no']) });
  const known = seen({ status, record: record('dead', { ended: status, reasons: ['Fn (type): no'] }) });

  const failure = { do: 'report failure', ended: status, reasons: ['Fn (type): no'] };
  expect(decide(fresh, TARGET, { root: 'root', redrive: 0 })).toEqual({ ...failure, fresh: true });
  expect(decide(known, TARGET, { root: 'root', redrive: 0 })).toEqual({ ...failure, fresh: false });
  expect(decide(known, TARGET, { root: 'root', redrive: 1 })).toEqual({ do: 'update' });
});

test('without events the status of the stack tells how our update ended', () => {
  const lost = { record: record('alive'), trace: { seen: false, ended: undefined, reasons: [] } };

  expect(
    decide(seen({ ...lost, status: 'UPDATE_ROLLBACK_FAILED' }), TARGET, { root: 'root', redrive: 0 }),
  ).toMatchObject({
    do: 'report failure',
    ended: 'UPDATE_ROLLBACK_FAILED',
  });
  expect(decide(seen(lost), TARGET, { root: 'root', redrive: 0 }).do).toBe('wait for evidence');
});
