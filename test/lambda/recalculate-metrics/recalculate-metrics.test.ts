import fc from 'fast-check';
import {
  decide,
  workflowInput,
  type MetricsObservation,
} from '../../../lambda/recalculate-metrics/recalculate-metrics';
import { localDayBounds } from '../../../lambda/shared/local-days';
import { DAY_MS } from '../../../lambda/shared/plan/app-plan';
import { appPlan, CUTOFF_MS } from '../support/fixtures';

type Ours = NonNullable<MetricsObservation['ours']>;
const ours = (status: Ours['status'], cause?: string): Ours => ({ status, cause });
const STATUSES = ['RUNNING', 'PENDING_REDRIVE', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

const seen = (changes: Partial<MetricsObservation> = {}): MetricsObservation => ({
  recalculatedSeconds: undefined,
  refreshedSeconds: 100,
  ours: undefined,
  busy: false,
  ...changes,
});

describe('Recalculate metrics', () => {
  test.each([
    ['starts the workflow when nothing was recalculated', seen(), { do: 'start' }],
    ['starts it when the base view is newer', seen({ recalculatedSeconds: 99 }), { do: 'start' }],
    ['is done when the metrics are newer than the base view', seen({ recalculatedSeconds: 101 }), { do: 'done' }],
    ['is done when they are of one second', seen({ recalculatedSeconds: 100 }), { do: 'done' }],
    [
      'is done without a refresh of the base view, for an app without events',
      seen({ recalculatedSeconds: 1, refreshedSeconds: undefined }),
      { do: 'done' },
    ],
    [
      'is done also when our execution failed after its work',
      seen({ recalculatedSeconds: 101, ours: ours('FAILED') }),
      { do: 'done' },
    ],
    [
      'waits for another execution, beside which ours would do nothing',
      seen({ busy: true }),
      { do: 'wait for another' },
    ],
    ['waits for our execution', seen({ ours: ours('RUNNING') }), { do: 'wait for ours' }],
    [
      'waits for our execution that somebody redrives',
      seen({ ours: ours('PENDING_REDRIVE') }),
      { do: 'wait for ours' },
    ],
    [
      'waits for our execution to end also when its row is there',
      seen({ recalculatedSeconds: 101, ours: ours('RUNNING') }),
      { do: 'wait for ours' },
    ],
    [
      'reports an execution that succeeded and did nothing',
      seen({ ours: ours('SUCCEEDED') }),
      { do: 'fail', code: 'WorkflowDidNothing' },
    ],
    [
      'reports a failed execution in its own words',
      seen({ ours: ours('FAILED', 'sp failed') }),
      { do: 'fail', code: 'WorkflowFailed', why: 'sp failed' },
    ],
    [
      'reports an execution that was stopped without a word',
      seen({ ours: ours('ABORTED') }),
      { do: 'fail', code: 'WorkflowFailed', why: 'The execution ended ABORTED.' },
    ],
  ] as const)('%s', (_, observation, action) => {
    expect(decide(observation)).toMatchObject(action);
  });

  test('never starts an execution beside another, and is done only by a row that is new enough', () => {
    const time = fc.option(fc.nat(200), { nil: undefined });
    const worlds = fc.record({
      recalculatedSeconds: time,
      refreshedSeconds: time,
      ours: fc.option(
        fc.constantFrom(...STATUSES).map((status) => ours(status)),
        { nil: undefined },
      ),
      busy: fc.boolean(),
    });
    fc.assert(
      fc.property(worlds, (world) => {
        const action = decide(world);
        if (action.do === 'start') expect(world).toMatchObject({ ours: undefined, busy: false });
        if (action.do === 'done') {
          expect(world.recalculatedSeconds ?? -1).toBeGreaterThanOrEqual(world.refreshedSeconds ?? 0);
        }
      }),
    );
  });
});

describe('The input of the refresh workflow', () => {
  test('is the app with its time zone, and whole local days from the cutoff’s to the newest event’s', () => {
    expect(workflowInput(appPlan())).toEqual({
      refreshStartTime: Date.parse('2025-12-31T16:00:00.000Z'),
      refreshEndTime: Date.parse('2026-01-31T15:59:59.999Z'),
      timezoneWithAppIdList: [{ appId: 'app1', timezone: 'Asia/Shanghai' }],
    });
  });

  test('covers every moment that an event may have, and begins and ends on a local day, in any time zone', () => {
    const zones = fc.constantFrom('UTC', 'Asia/Shanghai', 'America/St_Johns', 'Pacific/Apia', 'Europe/Berlin');
    fc.assert(
      fc.property(zones, fc.array(fc.nat(400), { maxLength: 5 }), (timezone, days) => {
        const histogram = days.map((day): [number, number] => [CUTOFF_MS + day * DAY_MS, 1]);
        const input = workflowInput(appPlan({ timezone, histogram }));
        const from = Number(input['refreshStartTime']);
        const to = Number(input['refreshEndTime']);
        expect(from).toBeLessThanOrEqual(CUTOFF_MS);
        expect(to).toBeGreaterThanOrEqual(CUTOFF_MS + (Math.max(0, ...days) + 1) * DAY_MS - 1);
        expect(localDayBounds(from, timezone).startMs).toBe(from);
        expect(localDayBounds(to, timezone).endMs).toBe(to);
      }),
    );
  });
});
