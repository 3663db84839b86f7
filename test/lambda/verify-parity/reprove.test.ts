import { proofStartMs, provability } from '../../../lambda/verify-parity/reprove';
import type { CleanUpRecord } from '../../../lambda/shared/clean-up-record';
import type { ParityVerdict } from '../../../lambda/shared/parity-verdict';
import { DAY_MS } from '../../../lambda/shared/plan/app-plan';

const EVERYTHING = new Set(['event', 'event_parameter', 'user_m_view', 'item', 'event_v2']);
const record = (state: CleanUpRecord['state']): CleanUpRecord => ({
  v: 1,
  revision: 1,
  state,
  root: 'root',
  objects: [],
  startedAtMs: 0,
});
const verdict = (state: ParityVerdict['state']): ParityVerdict => ({
  v: 1,
  revision: 1,
  projectId: 'shop',
  appId: 'app1',
  state,
  cutoffMs: 0,
  legacyEvents: 10,
  counts: {},
  atMs: 0,
  warehouseAtMs: 0,
  root: 'earlier',
  execution: 'earlier',
});

describe('Parity can be proved again', () => {
  test.each(['proved', 'accepted'] as const)('with a verdict that is %s', (state) => {
    const proof = { is: 'countable', verdict: verdict(state) };
    expect(provability(EVERYTHING, verdict(state), undefined)).toEqual(proof);
    // Legacy tables that are back after a clean-up hold data again.
    expect(provability(EVERYTHING, verdict(state), record('done'))).toEqual(proof);
  });

  test('but not without one, nor with one that a person has to look at', () => {
    expect(provability(EVERYTHING, undefined, undefined)).toMatchObject({ is: 'refused' });
    expect(provability(EVERYTHING, verdict('open'), undefined)).toMatchObject({ is: 'refused' });
  });

  test('but not when somebody has dropped a part by hand', () => {
    const part = new Set(['event', 'item', 'event_v2']);
    expect(provability(part, verdict('proved'), undefined)).toMatchObject({
      is: 'refused',
      because: 'event_parameter, user_m_view is missing, so what is left cannot be compared',
    });
  });

  test('and need not be, once the clean-up has begun or everything is gone', () => {
    expect(provability(new Set(['event']), verdict('proved'), record('dropping'))).toMatchObject({ is: 'past' });
    expect(provability(new Set(['event_v2']), undefined, undefined)).toMatchObject({ is: 'past' });
  });
});

describe('The proof begins', () => {
  const day = (days: number): number => days * DAY_MS;

  test.each([
    ['at the cutoff without a retention', day(10), day(400), undefined, day(10)],
    ['at the cutoff of an empty table', day(10), null, 30, day(10)],
    ['at the cutoff while the retention reaches further back', day(380), day(400), 30, day(380)],
    ['at the next whole day that the expiry has left alone', day(10), day(400) + 1, 30, day(371)],
    ['at a day that the expiry has just reached', day(10), day(400), 30, day(370)],
  ])('%s', (_, cutoffMs, newestMs, retentionDays, expected) => {
    expect(proofStartMs(cutoffMs, newestMs, retentionDays)).toBe(expected);
  });
});
