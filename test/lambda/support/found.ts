import type { Choices } from '../../../lambda/inspect-and-plan/choose';
import { choose } from '../../../lambda/inspect-and-plan/choose';
import type { Verdicts } from '../../../lambda/inspect-and-plan/decide-apps';
import { readInput, type UpgradeInput } from '../../../lambda/inspect-and-plan/input';
import type { Measurement } from '../../../lambda/inspect-and-plan/inspect-warehouse';
import { makePlan, type MadePlan } from '../../../lambda/inspect-and-plan/make-plan';
import type { FoundConsole, FoundProject, FoundTemplate, World } from '../../../lambda/inspect-and-plan/world';
import type { ParityVerdict } from '../../../lambda/shared/parity-verdict';
import { appPlan, CUTOFF_MS, NOW_MS, ROOT } from './fixtures';

export const OLD = 'v1.1.5-202403071513';
export const NEW = 'v1.1.7-202409201200';

export function foundTemplate(changes: Partial<FoundTemplate> = {}): FoundTemplate {
  return {
    url: 'https://solutions-reference.s3.amazonaws.com/clickstream-analytics-on-aws/v1.1.7/cloudfront-s3-control-plane-stack-global.template.json',
    version: 'v1.1.7',
    capabilities: ['CAPABILITY_NAMED_IAM'],
    parameters: [
      { key: 'Email', type: 'String', hasDefault: false, noEcho: false, allowedValues: [] },
      { key: 'IamRolePrefix', type: 'String', hasDefault: true, noEcho: false, allowedValues: [] },
    ],
    ...changes,
  };
}

export function foundConsole(changes: Partial<FoundConsole> = {}): FoundConsole {
  return {
    region: 'eu-west-1',
    stackName: 'console',
    stackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/console/5b9e2c10-0000-4000-8000-000000000001',
    apiFunction: 'console-ClickStreamApiApiFunction',
    metadataTable: 'ClickstreamMetadata',
    metadataIndex: 'prefix-time-index',
    dictionaryTable: 'ClickstreamDictionary',
    url: 'https://console.example.com',
    behindLoadBalancer: false,
    status: 'UPDATE_COMPLETE',
    version: NEW,
    variant: 'cloudfront-s3-control-plane-stack-global',
    hasServiceRole: true,
    parameters: { Email: 'admin@example.com' },
    stackPrefix: 'Clickstream',
    tables: ['ClickstreamMetadata', 'ClickstreamDictionary'],
    ...changes,
  };
}

/** A project whose stacks are all at a version; its two apps have time zones. */
export function foundProject(changes: Partial<FoundProject> = {}): FoundProject {
  const { version = NEW } = changes;
  const stack = (type: string): FoundProject['stacks'][number] => ({
    type,
    stackName: `Clickstream-${type}-pipeline1`,
    stackId: `arn:aws:cloudformation:eu-west-1:111122223333:stack/Clickstream-${type}-pipeline1/5b9e2c10-0000-4000-8000-000000000002`,
    status: 'UPDATE_COMPLETE',
    version,
  });
  return {
    projectId: 'project1',
    pipelineId: 'pipeline1',
    region: 'eu-west-1',
    version,
    stacks: ['Ingestion', 'DataProcessing', 'DataModelingRedshift', 'Reporting'].map(stack),
    record: { templateVersion: version, lastAction: 'Upgrade', execution: 'SUCCEEDED' },
    apps: [
      { appId: 'app1', timezone: 'Asia/Shanghai' },
      { appId: 'app2', timezone: 'UTC' },
    ],
    ingestion: { kind: 'ec2', serverMin: 2, serverMax: 4 },
    warehouse: appPlan().warehouse,
    rpu: 32,
    retentionDays: 365,
    handSet: [],
    ...changes,
  };
}

/** Both apps have thirty days of legacy events; the warehouse takes Python functions. */
export function measurement(changes: Partial<Measurement> = {}): Measurement {
  const objects = ['event', 'event_parameter', 'user', 'item', 'event_v2', 'rm_object_props'];
  return {
    projectId: 'project1',
    objects: { app1: objects, app2: objects },
    legacy: { app1: appPlan().histogram, app2: appPlan().histogram },
    dependants: [],
    foreign: [],
    python: { is: 'alive', words: 'rolled back on purpose' },
    baseCapacityRpu: 32,
    maxQueryExecutionSeconds: 86_400,
    ...changes,
  };
}

export function verdict(changes: Partial<ParityVerdict> = {}): ParityVerdict {
  return {
    v: 1,
    revision: 1,
    projectId: 'project1',
    appId: 'app1',
    state: 'proved',
    cutoffMs: CUTOFF_MS,
    legacyEvents: 30_000,
    counts: {},
    atMs: NOW_MS,
    warehouseAtMs: NOW_MS,
    root: ROOT,
    execution: ROOT,
    ...changes,
  };
}

export interface Situation {
  input?: unknown;
  console?: Partial<FoundConsole>;
  projects?: Partial<FoundProject>[];
  measurements?: Measurement[];
  verdicts?: ParityVerdict[];
}

export interface Judged {
  input: UpgradeInput;
  world: World;
  choices: Choices;
  measurements: Map<string, Measurement>;
  verdicts: Verdicts;
  cutoffMs: number;
}

/** What an inspection would have found, ready to be judged. */
export function situation({ input, console, projects = [{}], measurements, verdicts = [] }: Situation = {}): Judged {
  const read = readInput(input ?? {});
  const world = { console: foundConsole(console), projects: projects.map(foundProject) };
  const measured = measurements ?? world.projects.map(({ projectId }) => measurement({ projectId }));
  return {
    input: read,
    world,
    choices: choose(read, world),
    measurements: new Map(measured.map((each) => [each.projectId, each])),
    verdicts: new Map(verdicts.map((each) => [`${each.projectId}/${each.appId}`, each])),
    cutoffMs: CUTOFF_MS,
  };
}

export function planOf(asked: Situation = {}): MadePlan {
  return makePlan({ ...situation(asked), nowMs: NOW_MS });
}
