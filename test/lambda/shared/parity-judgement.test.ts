import { isAccepted, judge } from '../../../lambda/shared/parity-judgement';

const DIFFERENCES = [
  'missingEvents',
  'excessEvents',
  'wrongTimes',
  'differentDays',
  'missingSessionParameters',
  'missingUsers',
  'missingItems',
  'missingSessions',
  'unfinishedRows',
  'missingBaseViewRows',
  'withoutSessionStart',
] as const;
const EXPLAINABLE = ['doubledUsers', 'doubledSessions', 'doubledBaseViewRows', 'differentMetricDays'] as const;

describe('The judgement on parity', () => {
  test('is that the data are equal when nothing differs, whatever was counted beside', () => {
    expect(judge({ legacyEvents: 300, missingEvents: 0 })).toEqual({ is: 'equal' });
  });

  test.each(DIFFERENCES)('is that data differ, with their number, for %s', (name) => {
    expect(judge({ [name]: 7 })).toEqual({ is: 'different', because: [expect.stringMatching(/^7 /)] });
  });

  test.each(EXPLAINABLE)('is that a person has to look, for %s', (name) => {
    expect(judge({ [name]: 2 })).toEqual({ is: 'explainable', because: [expect.stringMatching(/^2 /)] });
  });

  test('is that data differ when both are found: a person cannot accept missing events', () => {
    expect(judge({ missingEvents: 1, doubledUsers: 1 })).toMatchObject({ is: 'different' });
  });

  test('lists every difference', () => {
    const all = Object.fromEntries(DIFFERENCES.map((name) => [name, 1]));
    expect(judge(all)).toMatchObject({ because: { length: DIFFERENCES.length } });
  });
});

describe('Accepted differences', () => {
  test('cover as many or fewer of each kind, and no other kind', () => {
    expect(isAccepted({ doubledUsers: 2 }, { doubledUsers: 2 })).toBe(true);
    expect(isAccepted({ doubledUsers: 1 }, { doubledUsers: 2 })).toBe(true);
    expect(isAccepted({ doubledUsers: 3 }, { doubledUsers: 2 })).toBe(false);
    expect(isAccepted({ doubledUsers: 1, doubledSessions: 1 }, { doubledUsers: 2 })).toBe(false);
  });
});
