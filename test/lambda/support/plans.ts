import type { Plan, PlannedApp, PlannedProject } from '../../../lambda/shared/plan/plan';
import type { ProjectPlan } from '../../../lambda/shared/plan/project-plan';

const CONSOLE: Plan['console'] = {
  region: 'eu-west-1',
  stackName: 'clickstream',
  stackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/clickstream/1',
  apiFunction: 'clickstream-ClickStreamApi',
  metadataTable: 'ClickstreamMetadata',
  metadataIndex: 'prefix-time-index',
  dictionaryTable: 'ClickstreamDictionary',
  url: 'https://console.example.com',
  behindLoadBalancer: false,
  tables: [],
  status: 'UPDATE_COMPLETE',
  version: 'v1.1.5-202404010000',
  targetVersion: 'v1.1.7',
  decision: 'upgrade',
  reason: 'It is at v1.1.5.',
  parameters: [],
  capabilities: [],
};

/** A plan of one project with one app, unless told otherwise. */
export function plan(changes: Partial<Plan> = {}): Plan {
  return {
    v: 1,
    kind: 'upgrade',
    hash: 'abc',
    createdAt: '2026-06-30T12:00:00.000Z',
    cutoffMs: 0,
    console: CONSOLE,
    steps: [{ step: 'Upgrade the web console', decision: 'do', what: 'from v1.1.5 to v1.1.7' }],
    approval: true,
    cascade: false,
    migration: { days: 30, strategy: 'windowed', eventsPerWindow: 1_000, rpu: 64, ignoreLoad: false },
    projects: [plannedProject()],
    fingerprint: {},
    ...changes,
  };
}

export function plannedProject(changes: Partial<PlannedProject> = {}): PlannedProject {
  return {
    projectId: 'shop',
    pipelineId: 'p1',
    region: 'eu-west-1',
    version: 'v1.1.5-202404010000',
    decision: 'work',
    reason: 'Its pipeline is upgraded.',
    steps: [{ step: 'Pause data processing', decision: 'skip', what: 'there is no data processing' }],
    notes: ['The view reports.daily reads legacy tables.'],
    apps: [plannedApp()],
    ...changes,
  };
}

export function plannedApp(changes: Partial<PlannedApp> = {}): PlannedApp {
  return {
    appId: 'app1',
    timezone: 'Asia/Shanghai',
    decision: 'migrate',
    reason: 'Its events are migrated.',
    legacyEvents: 12_345,
    windows: [],
    ...changes,
  };
}

export function projectPlan(changes: Partial<ProjectPlan> = {}): ProjectPlan {
  return {
    v: 1,
    projectId: 'shop',
    pipelineId: 'p1',
    region: 'eu-west-1',
    console: CONSOLE,
    stackPrefix: 'Clickstream',
    version: 'v1.1.5-202404010000',
    targetVersion: 'v1.1.7',
    pipeline: 'upgrade',
    timezones: [{ appId: 'app1', timezone: 'Asia/Shanghai' }],
    pauseProcessing: true,
    ingestion: { kind: 'none', replace: false, refresh: false },
    expectSchema: true,
    apps: [{ appId: 'app1' }],
    ...changes,
  };
}
