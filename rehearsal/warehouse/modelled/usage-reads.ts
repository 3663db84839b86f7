import { int8, numeric, type Read } from './read';

/** What the warehouse tells of its own cost. */
export const USAGE_READS: Readonly<Record<string, Read>> = {
  'report/usage': {
    secondsPerMillion: 0,
    columns: [numeric('charged_seconds'), int8('minutes')],
    rows: ({ usage, value }) => {
      const { chargedSeconds, minutes } = usage(Number(value('from_ms')), Number(value('to_ms')));
      return [[minutes === 0 ? null : String(chargedSeconds), minutes]];
    },
  },
};
