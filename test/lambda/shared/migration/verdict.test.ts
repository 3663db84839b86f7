import {
  ACTIONS,
  judgePart,
  judgeWhole,
  newestError,
  VERDICTS,
  type CallObservation,
  type Verdict,
} from '../../../../lambda/shared/migration/verdict';
import {
  candidates,
  emptyEventsPass,
  entriesOf,
  EVENTS_DONE_LINE,
  eventsPass,
  failingEventsPass,
  inserted,
  itemsPass,
  looping,
  sessionsPass,
  start,
  usersPass,
  wholeRun,
  type Line,
} from '../../support/log-lines';

type Seen = Partial<Omit<CallObservation, 'entries'>> & { lines: readonly Line[] };

const observed = ({ lines, ...seen }: Seen): CallObservation => ({
  statement: 'finished',
  runningSeconds: 3_600,
  mark: undefined,
  openTraces: 0,
  entries: entriesOf(lines),
  ...seen,
});

const ERROR = 'Cannot insert a NULL value into column user_pseudo_id';
const BEGIN: readonly Line[] = [
  ['all', 'backfill all start'],
  ['all', 'backfill event_v2 start'],
];
const idle: readonly Line[] = [
  ['events', start(0)],
  ['events', candidates(3)],
  ['events', inserted(0)],
  ['events', EVENTS_DONE_LINE],
];
const repeated = (times: number, lines: readonly Line[]): Line[] =>
  Array.from({ length: times }, (_, pass): Line[] => [['all', looping(pass + 1)], ...lines]).flat();

interface Row {
  verdict: Verdict;
  leadsTo: (typeof ACTIONS)[Verdict];
  when: string;
  seen: Seen;
}

/** A row of the table of verdicts; the whole migration. */
const WHOLE: readonly Row[] = [
  { verdict: 'success', leadsTo: 'go on', when: 'everything was said to be done', seen: { lines: wholeRun() } },
  {
    verdict: 'success',
    leadsTo: 'go on',
    when: 'users and sessions had nothing left to do',
    seen: { lines: wholeRun({ users: usersPass(0), sessions: sessionsPass(0) }) },
  },
  {
    verdict: 'success-with-retries',
    leadsTo: 'go on',
    when: 'an error of the events was followed by a pass that got through',
    seen: { lines: wholeRun({ events: [...failingEventsPass(ERROR), ...eventsPass(5)] }) },
  },
  {
    verdict: 'partial',
    leadsTo: 'call the unfinished',
    when: 'the users ended with an error',
    seen: {
      lines: wholeRun({
        users: [
          ['users', 'insert 10 to user_v2'],
          ['users', `!${ERROR}`],
        ],
      }),
    },
  },
  {
    verdict: 'partial',
    leadsTo: 'call the unfinished',
    when: 'the sessions ended with an error',
    seen: { lines: wholeRun({ sessions: [['sessions', `!${ERROR}`]] }) },
  },
  {
    verdict: 'outer-abort',
    leadsTo: 'report',
    when: 'the outer procedure logged an error and returned',
    seen: { lines: [...BEGIN, ...eventsPass(5), ['all', '!permission denied for relation clickstream_log_v2']] },
  },
  { verdict: 'outer-abort', leadsTo: 'report', when: 'it ended without a word', seen: { lines: [] } },
  {
    verdict: 'hollow-done',
    leadsTo: 'report the trace',
    when: 'a batch is still marked as begun although all is said to be done',
    seen: { lines: wholeRun({ events: emptyEventsPass() }), openTraces: 1 },
  },
  {
    verdict: 'interrupted',
    leadsTo: 'call again',
    when: 'the statement was ended in the midst of a batch',
    seen: { statement: 'ended-early', lines: [...BEGIN, ...eventsPass(5).slice(0, 4)], openTraces: 1 },
  },
  {
    verdict: 'stuck-errors',
    leadsTo: 'cancel',
    when: 'the same error of the events comes again and again',
    seen: { statement: 'running', lines: [...BEGIN, ...repeated(3, failingEventsPass(ERROR))], openTraces: 1 },
  },
  {
    verdict: 'stuck-errors',
    leadsTo: 'cancel',
    when: 'the same error of the items comes again and again',
    seen: {
      statement: 'running',
      lines: [
        ...BEGIN,
        ...eventsPass(5),
        ...repeated(3, [
          ['items', start(0)],
          ['items', `!${ERROR}`],
        ]),
      ],
    },
  },
  {
    verdict: 'stuck-silent',
    leadsTo: 'cancel',
    when: 'pass after pass finds candidates and inserts none',
    seen: { statement: 'running', lines: [...BEGIN, ...eventsPass(5), ...repeated(3, idle)] },
  },
  {
    verdict: 'stuck-mute',
    leadsTo: 'cancel',
    when: 'not one row has been logged for ten minutes',
    seen: { statement: 'running', runningSeconds: 600, lines: [] },
  },
  {
    verdict: 'healthy-long',
    leadsTo: 'wait',
    when: 'a batch of a hundred million takes its time',
    seen: { statement: 'running', runningSeconds: 40 * 60, lines: [...BEGIN, ...eventsPass(5).slice(0, 3)] },
  },
];

describe('The verdict on a call of the whole migration', () => {
  test.each(WHOLE)('$verdict, which leads to "$leadsTo", when $when', ({ seen, verdict, leadsTo }) => {
    const found = judgeWhole(observed(seen));
    expect(found).toBe(verdict);
    expect(ACTIONS[found]).toBe(leadsTo);
  });

  test('has a row in this table for each verdict there is', () => {
    expect(new Set(WHOLE.map(({ verdict }) => verdict))).toEqual(new Set(VERDICTS));
    expect(new Set(Object.keys(ACTIONS))).toEqual(new Set(VERDICTS));
  });

  test.each([
    ['two times the same error', [...BEGIN, ...repeated(2, failingEventsPass(ERROR))]],
    [
      'three errors that differ',
      [...BEGIN, ...failingEventsPass('a'), ...failingEventsPass('b'), ...failingEventsPass('c')],
    ],
    [
      'the same error before and after a pass that got through',
      [...BEGIN, ...repeated(2, failingEventsPass(ERROR)), ...eventsPass(5), ...failingEventsPass(ERROR)],
    ],
    ['two passes that insert nothing', [...BEGIN, ...repeated(2, idle)]],
    ['idle passes before one that inserted', [...BEGIN, ...repeated(3, idle), ...eventsPass(5)]],
    ['passes that insert nothing because there are no candidates', [...BEGIN, ...repeated(3, emptyEventsPass())]],
  ] as const)('is to wait after %s', (_, lines) => {
    expect(judgeWhole(observed({ statement: 'running', lines }))).toBe('healthy-long');
  });

  test('is to wait while a call that has logged nothing is younger than ten minutes', () => {
    expect(judgeWhole(observed({ statement: 'running', runningSeconds: 599, lines: [] }))).toBe('healthy-long');
  });

  test('looks only at rows after the mark: an older run that went well proves nothing', () => {
    const lines = wholeRun();
    const mark = entriesOf(lines).at(-1);
    expect(judgeWhole(observed({ lines, mark }))).toBe('outer-abort');
    expect(judgeWhole(observed({ lines, mark, statement: 'running', runningSeconds: 700 }))).toBe('stuck-mute');
  });
});

describe('The verdict on a call of one procedure', () => {
  test.each([
    ['events', 'success', { lines: eventsPass(5) }],
    ['events', 'success', { lines: emptyEventsPass() }],
    ['events', 'success-with-retries', { lines: [...failingEventsPass(ERROR), ...eventsPass(5)] }],
    ['events', 'outer-abort', { lines: failingEventsPass(ERROR) }],
    ['events', 'outer-abort', { lines: [...eventsPass(5), ...failingEventsPass(ERROR)] }],
    ['events', 'outer-abort', { lines: [] }],
    ['events', 'hollow-done', { lines: emptyEventsPass(), openTraces: 1 }],
    ['events', 'interrupted', { lines: eventsPass(5).slice(0, 3), statement: 'ended-early', openTraces: 1 }],
    ['events', 'healthy-long', { lines: eventsPass(5).slice(0, 3), statement: 'running' }],
    ['events', 'stuck-mute', { lines: [], statement: 'running' }],
    ['items', 'success', { lines: itemsPass(4) }],
    ['items', 'success', { lines: itemsPass(0) }],
    [
      'items',
      'outer-abort',
      {
        lines: [
          ['items', start(0)],
          ['items', `!${ERROR}`],
        ],
      },
    ],
    ['items', 'stuck-mute', { lines: [], statement: 'running' }],
    ['users', 'success', { lines: usersPass(4) }],
    ['users', 'success', { lines: usersPass(0) }],
    [
      'users',
      'outer-abort',
      {
        lines: [
          ['users', 'insert 4 to user_v2'],
          ['users', `!${ERROR}`],
        ],
      },
    ],
    ['users', 'healthy-long', { lines: [], statement: 'running' }],
    ['sessions', 'success', { lines: sessionsPass(4) }],
    ['sessions', 'outer-abort', { lines: [['sessions', `!${ERROR}`]] }],
    ['sessions', 'healthy-long', { lines: [], statement: 'running' }],
    // Rows of other procedures do not speak for this one.
    ['sessions', 'outer-abort', { lines: usersPass(4) }],
    ['users', 'interrupted', { lines: usersPass(4), statement: 'ended-early' }],
  ] as const satisfies readonly (readonly [string, Verdict, Seen])[])('of %s: %s', (of, verdict, seen) => {
    expect(judgePart(observed(seen), of)).toBe(verdict);
  });
});

describe('The newest error', () => {
  test('is the one that is reported, and only when it came after the mark', () => {
    const lines = [...failingEventsPass('first'), ...failingEventsPass('second')];
    const entries = entriesOf(lines);
    expect(newestError(entries, undefined)).toBe('second');
    expect(newestError(entries, entries.at(-1))).toBeUndefined();
    expect(newestError(entriesOf(eventsPass(4)), undefined)).toBeUndefined();
  });
});
