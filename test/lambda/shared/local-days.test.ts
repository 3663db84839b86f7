import fc from 'fast-check';
import { localDate, localDayBounds } from '../../../lambda/shared/local-days';

const HOUR_MS = 3_600_000;
const ZONES = [
  'UTC',
  'Asia/Shanghai',
  'Asia/Kathmandu',
  'America/St_Johns',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Santiago',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Etc/GMT+12',
] as const;

const bounds = (moment: string, zone: string): string[] => {
  const { startMs, endMs } = localDayBounds(Date.parse(moment), zone);
  return [new Date(startMs).toISOString(), new Date(endMs).toISOString()];
};

describe('A local day', () => {
  test.each([
    ['in China', 'Asia/Shanghai', '2024-05-10T15:59:59.999Z', '2024-05-09T16:00:00.000Z', '2024-05-10T15:59:59.999Z'],
    [
      'in China, a moment later',
      'Asia/Shanghai',
      '2024-05-10T16:00:00.000Z',
      '2024-05-10T16:00:00.000Z',
      '2024-05-11T15:59:59.999Z',
    ],
    [
      'in Newfoundland in winter',
      'America/St_Johns',
      '2024-01-10T12:00:00.000Z',
      '2024-01-10T03:30:00.000Z',
      '2024-01-11T03:29:59.999Z',
    ],
    [
      'in Newfoundland in summer',
      'America/St_Johns',
      '2024-07-10T12:00:00.000Z',
      '2024-07-10T02:30:00.000Z',
      '2024-07-11T02:29:59.999Z',
    ],
    [
      'of 23 hours',
      'Europe/Berlin',
      '2024-03-31T12:00:00.000Z',
      '2024-03-30T23:00:00.000Z',
      '2024-03-31T21:59:59.999Z',
    ],
    [
      'of 25 hours',
      'Europe/Berlin',
      '2024-10-27T12:00:00.000Z',
      '2024-10-26T22:00:00.000Z',
      '2024-10-27T22:59:59.999Z',
    ],
    [
      'of 24 hours and a half',
      'Australia/Lord_Howe',
      '2024-04-07T00:00:00.000Z',
      '2024-04-06T13:00:00.000Z',
      '2024-04-07T13:29:59.999Z',
    ],
    [
      'without a midnight',
      'Africa/Cairo',
      '2024-04-26T12:00:00.000Z',
      '2024-04-25T22:00:00.000Z',
      '2024-04-26T20:59:59.999Z',
    ],
    [
      'far in the east',
      'Pacific/Apia',
      '2024-05-10T12:00:00.000Z',
      '2024-05-10T11:00:00.000Z',
      '2024-05-11T10:59:59.999Z',
    ],
    [
      'before one that never was',
      'Pacific/Apia',
      '2011-12-30T05:00:00.000Z',
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T09:59:59.999Z',
    ],
  ] as const)('%s', (_, zone, moment, start, end) => {
    expect(bounds(moment, zone)).toEqual([start, end]);
  });

  test('contains its moment, is 23 to 25 hours long, and the next one begins where it ends', () => {
    const moments = fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2036, 0, 1) });
    fc.assert(
      fc.property(moments, fc.constantFrom(...ZONES), (moment, zone) => {
        const { startMs, endMs } = localDayBounds(moment, zone);
        expect(startMs).toBeLessThanOrEqual(moment);
        expect(endMs).toBeGreaterThanOrEqual(moment);
        const hours = (endMs + 1 - startMs) / HOUR_MS;
        expect(hours).toBeGreaterThanOrEqual(23);
        expect(hours).toBeLessThanOrEqual(25);
        expect(localDayBounds(endMs + 1, zone).startMs).toBe(endMs + 1);
        expect([localDate(startMs, zone), localDate(endMs, zone)]).toEqual(Array(2).fill(localDate(moment, zone)));
      }),
    );
  });
});
