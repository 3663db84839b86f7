import type { JournalRecord } from '../../../lambda/shared/journal';
import type { CallStatus } from '../../../lambda/shared/migration/call';
import { ErrorCode, UpgradeError } from '../../../lambda/shared/errors';
import { DAY_MS, type AppPlan } from '../../../lambda/shared/plan/app-plan';

export const TODAY_MS = Date.UTC(2026, 0, 31);
export const NOW_MS = TODAY_MS + 10 * 3_600_000;
export const CUTOFF_MS = TODAY_MS - 30 * DAY_MS;
export const ROOT = 'arn:aws:states:eu-west-1:111122223333:execution:ClickstreamUpgrade:run-1';

/** Thirty days of 1,000 events each, to be migrated five thousand at a time. */
export function appPlan(changes: Partial<AppPlan> = {}): AppPlan {
  return {
    v: 1,
    projectId: 'project1',
    appId: 'app1',
    region: 'eu-west-1',
    warehouse: { kind: 'serverless', region: 'eu-west-1', name: 'wg', roleArn: 'arn:aws:iam::111122223333:role/data' },
    database: 'project1',
    timezone: 'Asia/Shanghai',
    cutoffMs: CUTOFF_MS,
    strategy: 'windowed',
    eventsPerWindow: 5_000,
    ignoreLoad: false,
    rpu: 64,
    histogram: Array.from({ length: 30 }, (_, day) => [CUTOFF_MS + day * DAY_MS, 1_000] as [number, number]),
    maxQueryExecutionSeconds: 14_400,
    retentionDays: 365,
    stackPrefix: 'Clickstream',
    pipelineId: '0123456789abcdef0123456789abcdef',
    ...changes,
  };
}

export function journalRecord(changes: Partial<JournalRecord> = {}): JournalRecord {
  return {
    v: 1,
    revision: 3,
    root: ROOT,
    redrive: 0,
    retry: 0,
    token: 'a'.repeat(64),
    state: 'alive',
    openedAtMs: NOW_MS - 60_000,
    id: 'statement-1',
    timeOuts: 0,
    facts: {},
    ...changes,
  };
}

export const DEAD_ERROR = new UpgradeError({
  code: ErrorCode.StatementFailed,
  what: 'The call failed.',
  why: 'ERROR: permission denied',
  next: 'Resolve it, then redrive.',
  redrive: 'yes',
  ids: {},
});

/** One status of a call of each kind, with these facts in its journal record. */
export function callStatus(is: CallStatus['is'], facts: JournalRecord['facts'] = {}, runningSeconds = 30): CallStatus {
  const record = journalRecord({ facts });
  switch (is) {
    case 'free':
      return { is, record: undefined };
    case 'running': {
      const state = { id: 'statement-1', ended: undefined, error: undefined, durationMs: 0, pid: 4711 };
      return { is, record, state, runningSeconds, waitSeconds: 300 };
    }
    case 'finished':
      return { is, record };
    case 'pausing':
      return { is, record, waitSeconds: 60 };
    case 'dead':
      return { is, record: { ...record, state: 'dead' }, error: DEAD_ERROR };
  }
}

export const EVERY_STATUS = ['free', 'running', 'finished', 'pausing', 'dead'] as const;
