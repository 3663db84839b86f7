import {
  daysToRefresh,
  decide,
  refreshedDays,
  type BaseViewObservation,
} from '../../lambda/refresh-base-view/refresh-base-view';
import { DAY_MS } from '../../lambda/shared/plan/app-plan';
import { timestampText } from '../../lambda/shared/sql/identifiers';
import { appPlan, callStatus, CUTOFF_MS, DEAD_ERROR } from './support/fixtures';

const day = (index: number): number => CUTOFF_MS + index * DAY_MS;
const PLAN = appPlan({
  histogram: [
    [day(2), 5],
    [day(0), 3],
    [day(1), 0],
  ],
});

/** The row that a refresh of this range leaves. Source: the solution's clickstream_event_base_view_sp. */
const refreshed = (fromMs: number, toMs: number, atSeconds = 100, id = 2): BaseViewObservation['log'][number] => ({
  id,
  log_level: 'info',
  log_msg: `refresh with custom time range:${timestampText(fromMs)} - ${timestampText(toMs)}`,
  at_seconds: atSeconds,
});

const seen = (
  call: BaseViewObservation['call'],
  log: BaseViewObservation['log'] = [],
  sessionsDone: BaseViewObservation['sessionsDone'] = { seconds: 100, id: 1 },
): BaseViewObservation => ({ call, sessionsDone, log });

const FIRST = refreshed(day(0), day(1));
const THIRD = refreshed(day(2), day(3));

describe('Refresh base view', () => {
  test('takes the UTC days that have events, oldest first', () => {
    expect(daysToRefresh(PLAN)).toEqual([day(0), day(2)]);
  });

  test('calls for the oldest day without proof', () => {
    expect(decide(PLAN, seen(callStatus('free')))).toEqual({ do: 'call', call: { dayMs: day(0) } });
    expect(decide(PLAN, seen(callStatus('finished', { dayMs: day(0) }), [FIRST]))).toEqual({
      do: 'call',
      call: { dayMs: day(2) },
    });
    expect(decide(PLAN, seen(callStatus('free'), [THIRD]))).toEqual({ do: 'call', call: { dayMs: day(0) } });
  });

  test('is done when every day is proved, however the last call stands', () => {
    for (const is of ['free', 'finished', 'dead'] as const) {
      expect(decide(PLAN, seen(callStatus(is, { dayMs: day(2) }), [FIRST, THIRD]))).toEqual({ do: 'done' });
    }
  });

  test('takes a refresh by hand over many days as proof for each whole day in it', () => {
    const whole = seen(callStatus('free'), [refreshed(day(0) - 5, day(3) + 7)]);
    expect([...refreshedDays(whole)]).toEqual([day(0), day(1), day(2)]);
    expect(decide(PLAN, whole)).toEqual({ do: 'done' });
  });

  test('does not take a part of a day, an older refresh or another message as proof', () => {
    const part = refreshed(day(0), day(1) - 1_000);
    const older = refreshed(day(0), day(1), 99, 50);
    const sameSecond = refreshed(day(0), day(1), 100, 0);
    const incremental = { ...FIRST, log_msg: 'refresh with increment' };
    const unreadable = { ...FIRST, log_msg: 'refresh with custom time range:some day - another' };
    for (const row of [part, older, sameSecond, incremental, unreadable]) {
      expect(refreshedDays(seen(callStatus('free'), [row])).size).toBe(0);
    }
  });

  test('waits for a running call, and for a pause', () => {
    expect(decide(PLAN, seen(callStatus('running')))).toEqual({ do: 'wait', waitSeconds: 300 });
    expect(decide(PLAN, seen(callStatus('pausing')))).toEqual({ do: 'wait', waitSeconds: 60 });
  });

  test('fails with the error of a dead call', () => {
    expect(decide(PLAN, seen(callStatus('dead'), [FIRST]))).toEqual({ do: 'throw', error: DEAD_ERROR });
  });

  test('reports a call that ended without its proof', () => {
    expect(decide(PLAN, seen(callStatus('finished', { dayMs: day(0) })))).toEqual({
      do: 'fail',
      because: 'stuck',
      why: 'The call for 2026-01-01 00:00:00 ended without the log row that proves it.',
    });
  });
});
