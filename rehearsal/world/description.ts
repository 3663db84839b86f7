import { isAtLeast, type ConsoleVariant, type SolutionProject } from '../aws/cloudformation/solution-stacks';
import type { PythonUdfs } from '../warehouse/postgres/dialect';
import type { PipelineState } from './postgres-data';

/** What a scenario says about the world it plays in. */
export interface WorldDescription {
  /** Makes the data, the ids and every chance of the run. */
  seed: number;
  /** Legacy events over all apps. */
  events: number;
  /** Days before the start that are migrated. */
  days: number;
  /** Epoch milliseconds; {@link START_MS} where it is left out. */
  startMs?: number;
  /** Release and build of console and pipelines; 1.1.7 where it is left out. */
  version?: string;
  /** What the pipeline upgrade has made of the warehouses; `legacy` before 1.1.6, else `upgraded`, where it is left out. */
  pipeline?: PipelineState;
  /** `aws` where it is left out. */
  partition?: 'aws' | 'aws-cn';
  console?: WorldConsole;
  /** Rows one batch of `sp_migrate_event_to_v2` takes; upstream's 100 million where it is left out. */
  batchLimit?: number;
  /** `gone`: Redshift takes no Python functions any more, in no warehouse; `alive` where it is left out. */
  pythonUdfs?: PythonUdfs;
  projects: readonly WorldProject[];
}

export interface WorldConsole {
  /** `cloudfront` where it is left out; in China that of the region. */
  variant?: ConsoleVariant;
  /** Without a service role CloudFormation acts as whoever updates the stack. True where it is left out. */
  hasServiceRole?: boolean;
}

/** What is left out is as {@link SolutionProject} says. */
export interface WorldProject extends Omit<SolutionProject, 'apps'> {
  apps: readonly WorldApp[];
}

export interface WorldApp {
  appId: string;
  /** Where the app's people live, IANA name; from 1.1.6 on it is the reporting time zone. */
  timezone: string;
  /** Part of the world's events; parts are relative to their sum. 1 where it is left out. */
  share?: number;
}

/** A project's app, as the rest of a run names it. */
export interface AppRef {
  region: string;
  projectId: string;
  appId: string;
  timezone: string;
  events: number;
}

/** An app's schema in the warehouse: Redshift folds names, quoted ones too. Source: Redshift Developer Guide, r_names */
export function schemaOf(appId: string): string {
  return appId.toLowerCase();
}

/** A Monday morning: runs are repeatable, and the hours until midnight UTC are far. */
export const START_MS = Date.UTC(2026, 5, 15, 9, 30);

export const DAY_MS = 86_400_000;

export const VERSION = 'v1.1.7-202409201200';

/** What the warehouses hold when the world begins. */
export function pipelineStateOf({
  pipeline,
  version = VERSION,
}: Pick<WorldDescription, 'pipeline' | 'version'>): PipelineState {
  return pipeline ?? (isAtLeast(version, '1.1.6') ? 'upgraded' : 'legacy');
}

/** Start of the UTC day `days` days before the start: events from here on are migrated. */
export function cutoffMsOf(description: Pick<WorldDescription, 'days' | 'startMs'>): number {
  const fromMs = (description.startMs ?? START_MS) - description.days * DAY_MS;
  return Math.floor(fromMs / DAY_MS) * DAY_MS;
}

/** Every app of the world, with the events that fall to it. */
export function appsOf({ projects, events }: Pick<WorldDescription, 'projects' | 'events'>): AppRef[] {
  const shares = projects.flatMap(({ apps }) => apps.map(({ share }) => share ?? 1));
  const sum = shares.reduce((total, share) => total + share, 0);
  return projects
    .flatMap(({ projectId, region, apps }) => apps.map((app) => ({ projectId, region, ...app })))
    .map(({ share = 1, ...app }) => ({ ...app, events: Math.ceil((events * share) / sum) }));
}
