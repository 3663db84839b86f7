import type { ResultSet } from '../warehouse';
import { sum } from './app-state';
import { byDay, int8, numeric, range, text, window, type Read } from './read';
import { eventsByDay, usersKnown } from './view-procedures';

/** What is counted to prove that migrated and legacy data are equal. */
export const PARITY_READS: Readonly<Record<string, Read>> = {
  'parity/events': {
    secondsPerMillion: 0.4,
    columns: [
      numeric('legacy_rows'),
      int8('legacy_ids'),
      int8('missing_ids'),
      numeric('v2_rows'),
      numeric('excess_rows'),
      int8('wrong_times'),
    ],
    rows: (context) => {
      const hours = window(context);
      const legacy = sum(hours, ({ events }) => events);
      const missing = sum(hours, ({ events, moved }) => events - moved);
      const rows = sum(hours, (hour) => hour.rows);
      const excess = sum(hours, (hour) => hour.rows - hour.moved);
      return [[text(legacy), legacy, missing, text(rows), text(excess), 0]];
    },
  },
  'parity/event-days': {
    secondsPerMillion: 0.5,
    columns: [int8('different_days')],
    rows: (context) => [[byDay(window(context), ({ events, moved }) => events - moved).length]],
  },
  'parity/parameters': {
    secondsPerMillion: 0.4,
    columns: [int8('legacy_with_session'), int8('v2_with_session')],
    rows: (context) => {
      const hours = window(context);
      return [[sum(hours, ({ events }) => events), sum(hours, ({ complete }) => complete)]];
    },
  },
  'parity/users': {
    secondsPerMillion: 0.02,
    columns: [int8('missing_users'), int8('doubled_users')],
    rows: ({ app }) => differences(app().users.rows, app().legacyUsers),
  },
  'parity/items': {
    secondsPerMillion: 0.15,
    columns: [int8('movable_items'), int8('missing_items')],
    rows: (context) => {
      const hours = window(context);
      const movable = sum(hours, ({ movableItems }) => movableItems);
      return [[movable, sum(hours, ({ movableItems, items }) => Math.max(0, movableItems - items))]];
    },
  },
  'parity/sessions': {
    secondsPerMillion: 0.15,
    columns: [int8('missing_sessions'), int8('doubled_sessions')],
    rows: ({ app }) => differences(app().sessions.rows, app().sessionsWanted),
  },
  'parity/base-view': {
    secondsPerMillion: 0.4,
    columns: ['missing_rows', 'doubled_rows', 'without_session_start', 'hidden_rows'].map(int8),
    rows: (context) => {
      const { hours } = range(context);
      const viewed = sum(hours, (hour) => hour.viewed);
      return [
        [
          sum(hours, (hour) => hour.moved - hour.viewed),
          0,
          sum(hours, ({ viewedWithoutSession }) => viewedWithoutSession),
          usersKnown(context.app()) ? 0 : viewed,
        ],
      ];
    },
  },
  'parity/metrics': {
    secondsPerMillion: 0.1,
    columns: [int8('days'), int8('different_days')],
    rows: (context) => {
      const app = context.app();
      const { fromMs, toMs } = range(context);
      const days = eventsByDay(app, context.value('timezone'), fromMs, toMs);
      const different = [...days].filter(([date, events]) => (app.metrics.get(date) ?? 0) !== events);
      return [[days.size, different.length]];
    },
  },
};

/** Rows that lack, and rows too many. */
function differences(rows: number, wanted: number): ResultSet['rows'] {
  return [[Math.max(0, wanted - rows), Math.max(0, rows - wanted)]];
}
