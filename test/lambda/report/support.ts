import type { ParityVerdict } from '../../../lambda/shared/parity-verdict';
import type { Plan, PlannedApp, PlannedProject } from '../../../lambda/shared/plan/plan';
import type { StepRecord } from '../../../lambda/shared/step-record';
import { CUTOFF_MS, NOW_MS, ROOT } from '../support/fixtures';

export const WAREHOUSE = {
  kind: 'serverless',
  region: 'eu-west-1',
  name: 'wg',
  roleArn: 'arn:aws:iam::111122223333:role/ClickstreamDataApi',
} as const;

export function plannedApp(changes: Partial<PlannedApp> = {}): PlannedApp {
  return {
    appId: 'app1',
    timezone: 'Asia/Shanghai',
    decision: 'migrate',
    reason: '30.0 k events since 2026-01-01',
    legacyEvents: 30_000,
    windows: [],
    estimate: {
      seconds: { low: 60, likely: 120, high: 240 },
      usd: { low: 1, likely: 2, high: 4 },
      parts: { migrateSeconds: 60, baseViewSeconds: 30, metricsSeconds: 30 },
    },
    ...changes,
  };
}

export function plannedProject(changes: Partial<PlannedProject> = {}): PlannedProject {
  return {
    projectId: 'shop',
    pipelineId: 'pipeline1',
    region: 'eu-west-1',
    version: 'v1.1.5-202404',
    warehouse: WAREHOUSE,
    decision: 'work',
    reason: 'its pipeline is upgraded and 1 app is migrated',
    steps: [
      { step: 'Pause data processing', decision: 'do', what: 'disables the schedule' },
      { step: 'Replace ingestion instances', decision: 'skip', what: 'it runs on Fargate' },
      { step: 'Migrate events', decision: 'do', what: 'in windows of 50 M events' },
    ],
    notes: ['the view marketing.daily depends on the legacy table event'],
    apps: [plannedApp()],
    ...changes,
  };
}

export function plan(changes: Partial<Plan> = {}): Plan {
  return {
    v: 1,
    kind: 'upgrade',
    hash: 'hash1',
    createdAt: new Date(NOW_MS).toISOString(),
    cutoffMs: CUTOFF_MS,
    console: {
      region: 'eu-west-1',
      stackName: 'clickstream-web',
      stackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/clickstream-web/1',
      apiFunction: 'api',
      metadataTable: 'metadata',
      metadataIndex: 'by-time',
      dictionaryTable: 'dictionary',
      url: 'https://example.org',
      behindLoadBalancer: false,
      tables: ['metadata'],
      status: 'UPDATE_COMPLETE',
      version: 'v1.1.5-202404',
      targetVersion: 'v1.1.7',
      decision: 'upgrade',
      reason: 'from v1.1.5 to v1.1.7',
      parameters: [],
      capabilities: [],
    },
    steps: [{ step: 'Upgrade the web console', decision: 'do', what: 'from v1.1.5 to v1.1.7' }],
    approval: true,
    cascade: false,
    migration: { days: 30, strategy: 'windowed', eventsPerWindow: 50_000_000, rpu: 64, ignoreLoad: false },
    projects: [plannedProject()],
    estimate: {
      seconds: { low: 60, likely: 120, high: 240 },
      usd: { low: 1, likely: 2, high: 4 },
      parts: { migrateSeconds: 60, baseViewSeconds: 30, metricsSeconds: 30 },
    },
    fingerprint: {},
    ...changes,
  };
}

export function record(step: string, changes: Partial<StepRecord> = {}): StepRecord {
  return {
    v: 1,
    revision: 1,
    step,
    startedMs: NOW_MS,
    endedMs: NOW_MS + 600_000,
    activeMs: 300_000,
    summary: `${step} is done`,
    facts: {},
    ...changes,
  };
}

export function verdict(changes: Partial<ParityVerdict> = {}): ParityVerdict {
  return {
    v: 1,
    revision: 1,
    projectId: 'shop',
    appId: 'app1',
    state: 'proved',
    cutoffMs: CUTOFF_MS,
    legacyEvents: 30_000,
    counts: { migratedEvents: 30_000, hiddenEvents: 0 },
    atMs: NOW_MS,
    warehouseAtMs: NOW_MS,
    root: ROOT,
    execution: ROOT,
    ...changes,
  };
}
