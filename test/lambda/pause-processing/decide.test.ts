import { decide, SETTLING_MS, type PauseObservation } from '../../../lambda/pause-processing/pause-processing';
import type { HoldRecord } from '../../../lambda/shared/hold';
import type { ProcessingRule } from '../../../lambda/shared/processing/rules';
import { NOW_MS, ROOT } from '../support/fixtures';

const LONG_AGO_MS = NOW_MS - 24 * 3_600_000;

function held(changes: Partial<HoldRecord> = {}): HoldRecord {
  return {
    v: 1,
    revision: 1,
    state: 'held',
    original: { state: 'ENABLED' },
    given: { state: 'DISABLED' },
    holders: ['shop'],
    root: ROOT,
    takenAtMs: LONG_AGO_MS,
    ...changes,
  };
}

function rule(changes: Partial<ProcessingRule> = {}): ProcessingRule {
  return { role: 'schedule', name: 'schedule', state: 'disabled', hold: held(), ...changes };
}

type Application = PauseObservation['applications'][number];

function application(changes: Partial<Application> = {}): Application {
  return { id: 'app-1', state: 'STOPPED', active: [], lastSuccessMs: LONG_AGO_MS, ...changes };
}

/** Everything at rest, unless told otherwise. */
function seen(changes: Partial<PauseObservation> = {}): PauseObservation {
  return {
    projectId: 'shop',
    rules: [rule(), rule({ role: 'clear-expired', name: 'expiry' })],
    applications: [application()],
    workflows: [{ workflow: 'load', running: 0, lastStopMs: LONG_AGO_MS }],
    disabledMs: LONG_AGO_MS,
    nowMs: NOW_MS,
    ...changes,
  };
}

describe('what is done next to let data processing rest', () => {
  it('nothing, where everything rests and has rested for a while', () => {
    expect(decide(seen())).toEqual({ do: 'done' });
    expect(decide(seen({ disabledMs: undefined, applications: [], workflows: [] }))).toEqual({ do: 'done' });
    expect(decide(seen({ applications: [application({ state: 'CREATED', lastSuccessMs: undefined })] }))).toEqual({
      do: 'done',
    });
  });

  it.each<[string, Partial<ProcessingRule>]>([
    ['a rule is enabled', { state: 'enabled', hold: undefined }],
    ['an upgrade has enabled a held rule again', { state: 'enabled' }],
    ['a disabled rule has no hold: an upgrade could enable it', { hold: undefined }],
    ['an earlier hold was given back', { hold: held({ state: 'restored', holders: [] }) }],
    ['somebody else holds it', { hold: held({ holders: ['other'] }) }],
  ])('takes the rule first when %s', (_when, changes) => {
    const broken = rule(changes);
    const busy = application({ active: ['job'], state: 'STARTED' });
    expect(decide(seen({ rules: [rule(), broken], applications: [busy] }))).toEqual({ do: 'hold', rule: broken });
  });

  it('asks nothing of a rule that is not there', () => {
    expect(decide(seen({ rules: [rule({ state: 'gone', hold: undefined })] }))).toEqual({ do: 'done' });
  });

  it('waits for the jobs of every application, the old ones too', () => {
    const applications = [application({ active: ['a', 'b'] }), application({ id: 'old', active: ['c'] })];
    expect(decide(seen({ applications }))).toEqual({ do: 'wait for jobs', count: 3 });
  });

  it('does not stop an application while a call that was under way may still submit a job', () => {
    const applications = [application({ state: 'STARTED' })];
    expect(decide(seen({ applications, disabledMs: NOW_MS - SETTLING_MS + 1 }))).toEqual({ do: 'settle', seconds: 1 });
    expect(decide(seen({ applications, disabledMs: NOW_MS - SETTLING_MS }))).toEqual({
      do: 'stop',
      application: applications[0],
    });
  });

  it.each(['CREATING', 'STARTING', 'STOPPING'] as const)('waits for an application that is %s', (state) => {
    expect(decide(seen({ applications: [application({ state })] }))).toMatchObject({ do: 'wait for applications' });
  });

  it('waits for the workflows that run, and for what may follow an end', () => {
    const running = { workflow: 'refresh', running: 1, lastStopMs: undefined } as const;
    expect(decide(seen({ workflows: [running] }))).toEqual({ do: 'wait for workflows', workflows: [running] });
    const ended = { workflow: 'load', running: 0, lastStopMs: NOW_MS - 60_000 } as const;
    expect(decide(seen({ workflows: [ended] }))).toEqual({ do: 'settle', seconds: SETTLING_MS / 1_000 - 60 });
    const applications = [application({ lastSuccessMs: NOW_MS - 30_000 })];
    expect(decide(seen({ applications }))).toEqual({ do: 'settle', seconds: SETTLING_MS / 1_000 - 30 });
  });
});
