import { decide, type ResumeObservation } from '../../../lambda/resume-processing/decide';
import type { LoadRecord } from '../../../lambda/resume-processing/load-record';
import type { ProcessingRule } from '../../../lambda/shared/processing/rules';
import { NOW_MS, ROOT } from '../support/fixtures';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:ClickstreamLoadDataWorkflow-X';

function rule(
  original: 'ENABLED' | 'DISABLED',
  state: ProcessingRule['state'],
  changes: { role?: ProcessingRule['role']; takenAtMs?: number; holders?: string[] } = {},
): ProcessingRule {
  const { role = 'schedule', takenAtMs = NOW_MS, holders = ['shop'] } = changes;
  const hold = {
    v: 1 as const,
    revision: 1,
    state: holders.length === 0 ? ('restored' as const) : ('held' as const),
    original: { state: original },
    given: { state: 'DISABLED' },
    holders,
    root: ROOT,
    takenAtMs,
  };
  return { role, name: role, state, hold };
}

function record(changes: Partial<LoadRecord> = {}): LoadRecord {
  return {
    v: 1,
    revision: 2,
    root: ROOT,
    redrive: 0,
    pausedAtMs: NOW_MS,
    state: 'started',
    name: 'upgrade-1',
    stateMachineArn: MACHINE,
    openedAtMs: NOW_MS,
    executionArn: 'execution',
    ...changes,
  };
}

/** The schedule is enabled again; a load is due. */
function seen(
  load: Partial<ResumeObservation['load']> = {},
  changes: Partial<ResumeObservation> = {},
): ResumeObservation {
  return {
    projectId: 'shop',
    rules: [rule('ENABLED', 'enabled')],
    load: { stateMachineArn: MACHINE, record: undefined, execution: undefined, busy: false, ...load },
    attempt: { root: ROOT, redrive: 0 },
    ...changes,
  };
}

describe('what is done next to resume data processing', () => {
  it('nothing, where the project holds nothing', () => {
    const rules = [rule('ENABLED', 'disabled', { holders: [] }), rule('ENABLED', 'disabled', { holders: ['other'] })];
    expect(decide(seen({}, { rules }))).toEqual({ do: 'nothing' });
    expect(decide(seen({}, { rules: [{ role: 'schedule', name: '', state: 'gone', hold: undefined }] }))).toEqual({
      do: 'nothing',
    });
  });

  it('every rule that was enabled before, before anything is loaded', () => {
    const expiry = rule('ENABLED', 'disabled', { role: 'clear-expired' });
    expect(decide(seen({}, { rules: [rule('ENABLED', 'enabled'), expiry] }))).toEqual({ do: 'enable', rule: expiry });
  });

  it.each<[string, ProcessingRule]>([
    ['was disabled before', rule('DISABLED', 'disabled')],
    ['was disabled before and enabled by somebody', rule('DISABLED', 'enabled')],
    ['is gone', rule('ENABLED', 'gone')],
  ])('leaves a rule alone that %s, and loads', (_which, one) => {
    expect(decide(seen({}, { rules: [one] }))).toEqual({ do: 'start load', pausedAtMs: NOW_MS });
  });

  it('one load for each pause, whose begin is the schedule’s', () => {
    const rules = [
      rule('ENABLED', 'enabled', { takenAtMs: NOW_MS }),
      rule('ENABLED', 'enabled', { role: 'clear-expired', takenAtMs: NOW_MS + 30_000 }),
    ];
    const done = record({ state: 'done' });
    expect(decide(seen({ record: done }, { rules }))).toEqual({ do: 'give back', rules, loaded: done });
    const earlier = record({ state: 'done', pausedAtMs: NOW_MS - 1 });
    expect(decide(seen({ record: earlier }, { rules }))).toEqual({ do: 'start load', pausedAtMs: NOW_MS });
  });

  it('waits for somebody else’s run, beside which ours would do nothing', () => {
    expect(decide(seen({ busy: true }))).toEqual({ do: 'wait for another' });
  });

  it('gives back without a load where there is no warehouse', () => {
    expect(decide(seen({ stateMachineArn: undefined }))).toMatchObject({ do: 'give back', loaded: undefined });
  });

  it('repeats a start whose answer was lost', () => {
    const open = record({ state: 'open' });
    expect(decide(seen({ record: open }))).toEqual({ do: 'start again', record: open });
  });

  it.each(['RUNNING', 'PENDING_REDRIVE'] as const)('waits while its load is %s', (status) => {
    const execution = { status, error: undefined };
    expect(decide(seen({ record: record(), execution, busy: true }))).toMatchObject({ do: 'wait for load' });
  });

  it.each(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)('fails once with a load that is %s', (status) => {
    const given = { record: record({ state: 'failed' }), execution: { status, error: 'no disk' } };
    expect(decide(seen(given))).toMatchObject({ do: 'fail', why: 'no disk' });
    expect(decide(seen(given, { attempt: { root: ROOT, redrive: 1 } }))).toMatchObject({ do: 'start load' });
    expect(decide(seen(given, { attempt: { root: 'another', redrive: 0 } }))).toMatchObject({ do: 'start load' });
  });

  it('takes a load that somebody redrove to its good end', () => {
    const execution = { status: 'SUCCEEDED' as const, error: undefined };
    expect(decide(seen({ record: record({ state: 'failed' }), execution }))).toMatchObject({ do: 'give back' });
  });

  it('fails when Step Functions has forgotten its load', () => {
    expect(decide(seen({ record: record() }))).toMatchObject({ do: 'fail' });
  });
});
