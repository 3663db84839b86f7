import type { RedshiftChoice } from '../aws/cloudformation/solution-stacks';
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
  /** What the pipeline upgrade has made of the warehouses; `upgraded` where it is left out. */
  pipeline?: PipelineState;
  /** Rows one batch of `sp_migrate_event_to_v2` takes; upstream's 100 million where it is left out. */
  batchLimit?: number;
  projects: readonly WorldProject[];
}

export interface WorldProject {
  projectId: string;
  region: string;
  redshift?: RedshiftChoice;
  apps: readonly WorldApp[];
}

export interface WorldApp {
  appId: string;
  /** Reporting time zone, IANA name. */
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

/** A Monday morning: runs are repeatable, and the hours until midnight UTC are far. */
export const START_MS = Date.UTC(2026, 5, 15, 9, 30);

export const DAY_MS = 86_400_000;

export const VERSION = 'v1.1.7-202409201200';

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
