import fc from 'fast-check';
import type { CallAction } from '../../../../lambda/shared/migration/perform';
import { decide, type SinglePassObservation } from '../../../../lambda/shared/migration/single-pass';
import { callStatus, DEAD_ERROR, EVERY_STATUS } from '../../support/fixtures';
import {
  emptyEventsPass,
  entriesOf,
  eventsPass,
  sessionsPass,
  usersPass,
  wholeRun,
  type Line,
} from '../../support/log-lines';

const ERROR = 'permission denied for relation user_m_view';
const PASS = { users: usersPass, sessions: sessionsPass } as const;
const MIGRATED = eventsPass(5);
/** Facts of a call that began after the events' rows. */
const AFTER_EVENTS = { markSeconds: MIGRATED.length, markId: MIGRATED.length };

const seen = (
  is: (typeof EVERY_STATUS)[number],
  lines: readonly Line[],
  unfinished: number | undefined = is === 'running' || is === 'pausing' ? undefined : 0,
  facts = AFTER_EVENTS,
): SinglePassObservation => ({
  call: callStatus(is, facts),
  log: entriesOf(lines),
  ...(unfinished === undefined ? {} : { unfinished }),
});

describe.each(['users', 'sessions'] as const)('Migrate %s', (of) => {
  const pass = PASS[of];
  const failed: Line[] = [[of, `!${ERROR}`]];

  test.each<readonly [string, SinglePassObservation, CallAction<'all'>]>([
    ['calls when nothing was called yet', seen('free', MIGRATED), { do: 'call', call: 'all' }],
    ['is done after a pass newer than the events', seen('finished', [...MIGRATED, ...pass(3)]), { do: 'done' }],
    ['is done when there was nothing left to do', seen('finished', [...MIGRATED, ...pass(0)]), { do: 'done' }],
    ['is done without a call of its own when the documented call did it', seen('free', wholeRun()), { do: 'done' }],
    [
      'is done although the call is dead, when the evidence is there',
      seen('dead', [...MIGRATED, ...pass(3)]),
      { do: 'done' },
    ],
    [
      'calls when its last pass is older than the last batch of events',
      seen('free', [...pass(3), ...MIGRATED]),
      { do: 'call', call: 'all' },
    ],
    [
      'is not put off by a later pass over events that found nothing',
      seen('free', [...MIGRATED, ...pass(3), ...emptyEventsPass()]),
      { do: 'done' },
    ],
    ['calls when rows are half done', seen('free', [...MIGRATED, ...pass(3)], 2), { do: 'call', call: 'all' }],
    ['waits for a running call', seen('running', MIGRATED), { do: 'wait', waitSeconds: 300 }],
    ['waits while a pause is not over', seen('pausing', MIGRATED), { do: 'wait', waitSeconds: 60 }],
    ['fails with the error of a dead call', seen('dead', MIGRATED), { do: 'throw', error: DEAD_ERROR }],
    [
      'reports an error that was logged',
      seen('finished', [...MIGRATED, ...failed]),
      { do: 'fail', because: 'logged-error', why: ERROR },
    ],
    [
      'reports a call that ended without a word',
      seen('finished', MIGRATED),
      { do: 'fail', because: 'logged-error', why: 'It ended without a word in its log.' },
    ],
    [
      'reports rows that a complete pass left half done',
      seen('finished', [...MIGRATED, ...pass(3)], 2),
      { do: 'fail', because: 'stuck', why: '2 rows were begun and not finished.' },
    ],
  ])('%s', (_, observation, action) => {
    expect(decide(of, observation)).toEqual(action);
  });

  test('never calls while a call runs or a pause lasts, and is done only with a newer pass and no half-done rows', () => {
    const parts = fc.array(fc.constantFrom<Line[][]>(MIGRATED, pass(3), pass(0), failed, emptyEventsPass()), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.constantFrom(...EVERY_STATUS), parts, fc.nat(2), (is, lines, unfinished) => {
        const flat = lines.flat();
        const action = decide(of, seen(is, flat, is === 'running' || is === 'pausing' ? undefined : unfinished));
        if (action.do === 'call') expect(['free', 'finished']).toContain(is);
        if (action.do !== 'done') return;
        const lastMove = lines.lastIndexOf(MIGRATED);
        const proof = lines.findLastIndex((part) =>
          part.some(([, text]) => /^backfill (is done|\w+ is done)/.test(text)),
        );
        expect(unfinished).toBe(0);
        expect(proof).toBeGreaterThan(lastMove);
      }),
    );
  });
});
