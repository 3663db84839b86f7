import { decideLock, type LockDecision, type LockRecord, type OwnerState } from '../../../lambda/shared/lock';

const OURS = 'arn:aws:states:eu-west-1:111122223333:execution:Upgrade:ours';
const THEIRS = 'arn:aws:states:eu-west-1:111122223333:execution:Upgrade:theirs';

const lock = (owner: string, state: LockRecord['state'] = 'held'): LockRecord => ({
  v: 1,
  revision: 1,
  state,
  owner,
  takenAtMs: 0,
});

const TAKEN_OVER: LockDecision = { do: 'take', from: THEIRS };
const refused = (because: 'running' | 'redrivable' | 'not the one named'): LockDecision => ({
  do: 'refuse',
  owner: THEIRS,
  because,
});

describe('The lock', () => {
  test('is free where nobody took it, and where it was given back', () => {
    expect(decideLock(undefined, OURS, undefined)).toEqual({ do: 'take' });
    expect(decideLock(lock(THEIRS, 'released'), OURS, undefined)).toEqual({ do: 'take' });
  });

  test('is found by the redrive of the execution that has it', () => {
    expect(decideLock(lock(OURS), OURS, undefined)).toEqual({ do: 'nothing' });
  });

  const closed = (status: string, redriveStatus: string): OwnerState => ({ status, redriveStatus });
  test.each<[OwnerState | undefined, LockDecision]>([
    [closed('RUNNING', 'NOT_REDRIVABLE'), refused('running')],
    [closed('PENDING_REDRIVE', 'NOT_REDRIVABLE'), refused('running')],
    [closed('SOMETHING_NEW', 'NOT_REDRIVABLE'), refused('running')],
    [undefined, refused('running')],
    [closed('FAILED', 'REDRIVABLE'), refused('redrivable')],
    [closed('ABORTED', 'REDRIVABLE'), refused('redrivable')],
    [closed('TIMED_OUT', 'SOMETHING_NEW'), refused('redrivable')],
    [closed('FAILED', 'NOT_REDRIVABLE'), TAKEN_OVER],
    [closed('SUCCEEDED', 'NOT_REDRIVABLE'), TAKEN_OVER],
    ['gone', TAKEN_OVER],
  ])('of an owner that is %j leads to %j', (owner, decision) => {
    expect(decideLock(lock(THEIRS), OURS, owner)).toEqual(decision);
  });

  test.each<[string, OwnerState, LockDecision]>([
    [THEIRS, closed('FAILED', 'REDRIVABLE'), TAKEN_OVER],
    [THEIRS, closed('TIMED_OUT', 'REDRIVABLE'), TAKEN_OVER],
    [THEIRS, closed('ABORTED', 'REDRIVABLE'), TAKEN_OVER],
    [THEIRS, closed('RUNNING', 'NOT_REDRIVABLE'), refused('running')],
    [THEIRS, closed('SOMETHING_NEW', 'REDRIVABLE'), refused('running')],
    [`${THEIRS}-2`, closed('FAILED', 'REDRIVABLE'), refused('not the one named')],
    [`${THEIRS}-2`, closed('SUCCEEDED', 'NOT_REDRIVABLE'), refused('not the one named')],
  ])('taken over from %s, of an owner that is %j leads to %j', (takeOver, owner, decision) => {
    expect(decideLock(lock(THEIRS), OURS, owner, takeOver)).toEqual(decision);
  });

  test('that is free needs no taking over, whatever the input says', () => {
    expect(decideLock(lock(THEIRS, 'released'), OURS, undefined, THEIRS)).toEqual({ do: 'take' });
  });
});
