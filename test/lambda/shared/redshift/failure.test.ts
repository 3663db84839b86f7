import {
  classifyFailure,
  DEAD_CAUSES,
  isRetryable,
  type KnownLimits,
} from '../../../../lambda/shared/redshift/failure';

const HOUR_MS = 3_600_000;
const NO_LIMITS: KnownLimits = {};
const FOUR_HOURS: KnownLimits = { statementTimeoutMs: 0, maxQueryExecutionMs: 4 * HOUR_MS };

// Sources: Redshift Developer Guide, statement_timeout (sample output); AWS knowledge centre, redshift-query-abort.
const USER_REQUEST = "ERROR: Query (150) canceled on user's request";
const QUERY_MONITORING = 'ERROR: Query (500029) cancelled by WLM abort action of Query Monitoring Rule "testrule".';
const SYSTEM_ABORT = 'ERROR: Query (321) cancelled on system requested abort';
const SERIALIZABLE = 'ERROR: 1023 DETAIL: Serializable isolation violation on table - 100109';

describe('A statement that ended early', () => {
  test.each([
    ['a rule of query monitoring ended it', QUERY_MONITORING, 5_000, NO_LIMITS, 'timed-out'],
    [
      'the same with the other spelling',
      QUERY_MONITORING.replace('cancelled', 'canceled'),
      5_000,
      NO_LIMITS,
      'timed-out',
    ],
    ['somebody cancelled it long before any limit', USER_REQUEST, 5_000, FOUR_HOURS, 'cancelled'],
    [
      'somebody cancelled it, with the other spelling',
      USER_REQUEST.replace('canceled', 'cancelled'),
      5_000,
      FOUR_HOURS,
      'cancelled',
    ],
    ['somebody cancelled it and no limit is known', USER_REQUEST, 4 * HOUR_MS, NO_LIMITS, 'cancelled'],
    ['the workgroup’s limit ended it', USER_REQUEST, 4 * HOUR_MS + 10_000, FOUR_HOURS, 'timed-out'],
    [
      'the workgroup’s limit ended it, as its shorter clock tells',
      USER_REQUEST,
      4 * HOUR_MS * 0.98,
      FOUR_HOURS,
      'timed-out',
    ],
    ['somebody cancelled it well before the limit', USER_REQUEST, 4 * HOUR_MS * 0.96, FOUR_HOURS, 'cancelled'],
    [
      'somebody cancelled it long after a limit that does not count',
      USER_REQUEST,
      5 * HOUR_MS,
      FOUR_HOURS,
      'cancelled',
    ],
    ['statement_timeout ended it', USER_REQUEST, 300_050, { statementTimeoutMs: 300_000 }, 'timed-out'],
    ['the Data API ended it after a day', USER_REQUEST, 24 * HOUR_MS, NO_LIMITS, 'timed-out'],
    ['the system aborted it, far from a limit', SYSTEM_ABORT, 60_000, NO_LIMITS, 'cancelled'],
    ['the system aborted it at the limit', SYSTEM_ABORT, 4 * HOUR_MS, FOUR_HOURS, 'timed-out'],
    ['another transaction won', SERIALIZABLE, 60_000, NO_LIMITS, 'conflicted'],
    [
      'another transaction won, in other words',
      'ERROR: conflict with concurrent transaction',
      60_000,
      NO_LIMITS,
      'conflicted',
    ],
    [
      'the database refused it, also at the limit',
      'ERROR: permission denied for relation event',
      4 * HOUR_MS,
      FOUR_HOURS,
      'failed',
    ],
    ['its reason is not told', '', 60_000, NO_LIMITS, 'failed'],
  ] as const)('when %s', (_, error, durationMs, limits, expected) => {
    expect(classifyFailure(error, durationMs, limits)).toBe(expected);
  });

  test('is called again by the machine only where that may help', () => {
    expect(DEAD_CAUSES.filter(isRetryable)).toEqual(['timed-out', 'conflicted', 'lost']);
  });
});
