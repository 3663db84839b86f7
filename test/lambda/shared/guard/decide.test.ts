import { actsForAnother, decideGuard, type GuardDecision } from '../../../../lambda/shared/guard/decide';
import type { LockRecord, OwnerState } from '../../../../lambda/shared/lock';

const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:';
const ROOT = `${EXECUTION}ClickstreamUpgrade:run-1`;
const CHILD = `${EXECUTION}ClickstreamUpgrade/EachApp:5f0c`;
const GUARDIAN = `${EXECUTION}ClickstreamUpgradeGuardian:run-1`;
const OTHER = `${EXECUTION}ClickstreamUpgrade:run-2`;

const lock = (owner = ROOT, state: LockRecord['state'] = 'held'): LockRecord => ({
  v: 1,
  revision: 1,
  state,
  owner,
  takenAtMs: 0,
});
const is = (status: string): OwnerState => ({ status, redriveStatus: '' });
const MAY: GuardDecision = { may: true };

describe('An act is allowed', () => {
  test.each([ROOT, CHILD])('to %s while it runs and its root has the lock', (execution) => {
    expect(decideGuard({ root: ROOT, execution, lock: lock(), own: is('RUNNING') })).toEqual(MAY);
  });

  test.each<[string, LockRecord | undefined, string | undefined]>([
    ['nobody ever took', undefined, undefined],
    ['was given back', lock(ROOT, 'released'), undefined],
    ['another root has', lock(OTHER), OTHER],
  ])('to nobody under a lock that %s', (_, record, owner) => {
    const decision = decideGuard({ root: ROOT, execution: CHILD, lock: record, own: is('RUNNING') });
    expect(decision).toEqual({ may: false, because: 'lock', owner });
  });

  test.each(['ABORTED', 'FAILED', 'TIMED_OUT', 'SUCCEEDED', 'PENDING_REDRIVE', 'SOMETHING_NEW', ''])(
    'to no execution that is %s',
    (status) => {
      const decision = decideGuard({ root: ROOT, execution: CHILD, lock: lock(), own: is(status) });
      expect(decision).toEqual({ may: false, because: 'stopped', status });
    },
  );

  test('to no execution that Step Functions does not know', () => {
    const decision = decideGuard({ root: ROOT, execution: ROOT, lock: lock(), own: 'gone' });
    expect(decision).toMatchObject({ may: false, because: 'stopped' });
  });

  const superseded = (status: string): GuardDecision => ({ may: false, because: 'superseded', status });
  test.each<[OwnerState | undefined, GuardDecision]>([
    [is('FAILED'), MAY],
    [is('TIMED_OUT'), MAY],
    [is('ABORTED'), MAY],
    ['gone', MAY],
    [is('RUNNING'), superseded('RUNNING')],
    [is('SOMETHING_NEW'), superseded('SOMETHING_NEW')],
    [undefined, superseded('unknown')],
  ])('to a guardian whose root is %j: %j', (rootState, decision) => {
    const facts = { root: ROOT, execution: GUARDIAN, lock: lock(), own: is('RUNNING') };
    expect(decideGuard(rootState === undefined ? facts : { ...facts, rootState })).toEqual(decision);
  });
});

test('Children are of their root’s machine, a guardian is not', () => {
  expect([ROOT, CHILD, GUARDIAN].map((execution) => actsForAnother(ROOT, execution))).toEqual([false, false, true]);
});
