import fc from 'fast-check';
import { DEAD_CAUSES, isRetryable } from '../../../lambda/shared/redshift/failure';
import {
  MOST_TIME_OUTS,
  timeOutPauseMs,
  TOKEN_LIFE_MS,
  unitState,
  type Attempt,
  type UnitState,
} from '../../../lambda/shared/unit';
import type { JournalRecord } from '../../../lambda/shared/journal';
import { journalRecord, NOW_MS, ROOT } from '../support/fixtures';

const SAME: Attempt = { root: ROOT, redrive: 0, retry: 0 };
const RETRY: Attempt = { ...SAME, retry: 1 };
const REDRIVE: Attempt = { ...SAME, redrive: 1 };
const OTHER_ROOT: Attempt = { root: `${ROOT}-again`, redrive: 0, retry: 0 };

const dead = (changes: Partial<JournalRecord> = {}): JournalRecord =>
  journalRecord({ state: 'dead', cause: 'timed-out', timeOuts: 1, ...changes });

const ROWS: readonly (readonly [what: string, JournalRecord | undefined, Attempt, UnitState['is']])[] = [
  ['nothing was ever called', undefined, SAME, 'free'],
  ['the last call did its work', journalRecord({ state: 'done' }), SAME, 'free'],
  ['the answer to the submit was lost', journalRecord({ state: 'open' }), SAME, 'unanswered'],
  ['the answer was lost, and another execution asks', journalRecord({ state: 'open' }), OTHER_ROOT, 'unanswered'],
  [
    'the answer was lost as long ago as a token lives',
    journalRecord({ state: 'open', openedAtMs: NOW_MS - TOKEN_LIFE_MS }),
    SAME,
    'unanswered',
  ],
  [
    'the answer was lost longer ago than a token lives',
    journalRecord({ state: 'open', openedAtMs: NOW_MS - TOKEN_LIFE_MS - 1 }),
    SAME,
    'untraceable',
  ],
  [
    'not even a redrive makes another call while the fate of one is unknown',
    journalRecord({ state: 'open', openedAtMs: 0 }),
    REDRIVE,
    'untraceable',
  ],
  ['a call is under way', journalRecord(), SAME, 'alive'],
  ['a call is under way, and a redrive does not double it', journalRecord(), REDRIVE, 'alive'],
  ['a call is under way, and another execution does not double it', journalRecord(), OTHER_ROOT, 'alive'],
  ['a call timed out under this very attempt', dead(), SAME, 'dead'],
  ['a call timed out, and the machine retries', dead(), RETRY, 'permitted'],
  ['a call timed out under an earlier retry', dead({ retry: 1 }), RETRY, 'dead'],
  [
    'a call lost against another transaction, and the machine retries',
    dead({ cause: 'conflicted' }),
    RETRY,
    'permitted',
  ],
  ['a call was lost, and the machine retries', dead({ cause: 'lost' }), RETRY, 'permitted'],
  ['a person cancelled a call, and the machine retries', dead({ cause: 'cancelled' }), RETRY, 'dead'],
  ['the database refused a call, and the machine retries', dead({ cause: 'failed' }), RETRY, 'dead'],
  ['a procedure logged an error, and the machine retries', dead({ cause: 'logged-error' }), RETRY, 'dead'],
  ['a call moved nothing, and the machine retries', dead({ cause: 'stuck' }), RETRY, 'dead'],
  ['a person redrives after a cancel', dead({ cause: 'cancelled' }), REDRIVE, 'free'],
  ['a person redrives after a failure', dead({ cause: 'failed' }), REDRIVE, 'free'],
  ['an older redrive asks late', dead({ redrive: 2 }), REDRIVE, 'dead'],
  ['another execution asks about a failure', dead({ cause: 'failed' }), OTHER_ROOT, 'free'],
  ['permission was given, and the pause is not over', dead({ notBeforeMs: NOW_MS + 1 }), SAME, 'pausing'],
  ['permission was given, and the pause is over', dead({ notBeforeMs: NOW_MS }), SAME, 'free'],
  ['time-outs ended it too often', dead({ timeOuts: MOST_TIME_OUTS }), RETRY, 'exhausted'],
  ['time-outs ended it one time less than too often', dead({ timeOuts: MOST_TIME_OUTS - 1 }), RETRY, 'permitted'],
  ['time-outs ended it too often, and a person redrives', dead({ timeOuts: MOST_TIME_OUTS }), REDRIVE, 'free'],
];

describe('What the journal allows', () => {
  test.each(ROWS)('when %s', (_, record, attempt, expected) => {
    expect(unitState(record, attempt, NOW_MS).is).toBe(expected);
  });

  test('when a dead record has no cause, it counts as lost', () => {
    const { cause, ...record } = dead();
    expect(cause).toBe('timed-out');
    expect(unitState(record, SAME, NOW_MS)).toMatchObject({ is: 'dead', cause: 'lost' });
  });

  test('never is a second call while one is open or alive, whoever asks', () => {
    const attempts = fc.record({
      root: fc.constantFrom(ROOT, `${ROOT}-again`),
      redrive: fc.nat(5),
      retry: fc.nat(5),
    });
    fc.assert(
      fc.property(attempts, attempts, fc.constantFrom('open', 'alive'), fc.nat(), (maker, attempt, state, age) => {
        const record = journalRecord({ ...maker, state, openedAtMs: NOW_MS - age });
        expect(['unanswered', 'untraceable', 'alive']).toContain(unitState(record, attempt, NOW_MS).is);
      }),
    );
  });

  test('is, for causes that a retry cannot mend, a call after a redrive or by another execution only', () => {
    const cause = fc.constantFrom(...DEAD_CAUSES.filter((candidate) => !isRetryable(candidate)));
    fc.assert(
      fc.property(cause, fc.nat(5), fc.nat(5), fc.nat(9), (why, redrive, attemptRedrive, retry) => {
        const state = unitState(dead({ cause: why, redrive }), { ...SAME, redrive: attemptRedrive, retry }, NOW_MS);
        expect(state.is).toBe(attemptRedrive > redrive ? 'free' : 'dead');
      }),
    );
  });
});

describe('The pause after a time-out', () => {
  test('is 1, 2, 4, 8 and 16 minutes', () => {
    expect([1, 2, 3, 4, 5].map((timeOuts) => timeOutPauseMs(timeOuts) / 60_000)).toEqual([1, 2, 4, 8, 16]);
  });
});
