import { createHash } from 'node:crypto';
import { planWindows } from '../shared/migration/windows';
import { stillHolds, type ParityVerdict } from '../shared/parity-verdict';
import type { AppPlan, DayCount } from '../shared/plan/app-plan';
import type { Plan, PlannedApp, PlannedProject } from '../shared/plan/plan';
import { countText } from '../shared/summary';
import { addEstimates, estimateMigration } from './estimate';
import { targetVersion, type SelectedProject } from './gates';
import type { UpgradeInput } from './input';
import type { Measurement } from './measure';
import type { World } from './world';

/** All that a plan is made from. */
export interface PlanFacts {
  input: UpgradeInput;
  world: World;
  selected: readonly SelectedProject[];
  measurements: ReadonlyMap<string, Measurement>;
  verdicts: ReadonlyMap<string, ParityVerdict>;
  cutoffMs: number;
  nowMs: number;
}

/** RPU that an estimate is made for when nothing is known, as with clusters: the benchmark's own. */
const UNKNOWN_RPU = 32;

/** Pure: the plan, and the plan of each app that is to be migrated. */
export function makePlan(facts: PlanFacts): { plan: Plan; appPlans: AppPlan[] } {
  const { input, world, cutoffMs, nowMs } = facts;
  const appPlans: AppPlan[] = [];
  const projects = facts.selected.map((choice) => planProject(facts, choice, appPlans));
  const prints = fingerprint(world, projects);
  const { days, strategy, eventsPerWindow, ignoreLoad, rpu } = input.migration;
  const { region, stackName, stackId, version } = world.console;
  const estimate = addEstimates(projects.flatMap(({ apps }) => apps.flatMap((app) => app.estimate ?? [])));
  const plan: Plan = {
    v: 1,
    hash: hashOf({ prints, cutoffMs, input: { ...input, mode: undefined, planHash: undefined } }),
    createdAt: new Date(nowMs).toISOString(),
    cutoffMs,
    console: { region, stackName, stackId, version, targetVersion: targetVersion(input, world) },
    migration: { days, strategy, eventsPerWindow, ignoreLoad, rpu: rpu ?? 0 },
    projects,
    ...(estimate === undefined ? {} : { estimate }),
    fingerprint: prints,
  };
  return { plan, appPlans };
}

function planProject(facts: PlanFacts, choice: SelectedProject, appPlans: AppPlan[]): PlannedProject {
  const { project, skip } = choice;
  const apps = choice.apps.filter(({ selected }) => selected).map((app) => planApp(facts, choice, app, appPlans));
  const migrates = apps.filter(({ decision }) => decision === 'migrate').length;
  return {
    projectId: project.projectId,
    pipelineId: project.pipelineId,
    region: project.region,
    version: project.version ?? '',
    ...(project.warehouse === undefined ? {} : { warehouse: project.warehouse }),
    decision: migrates > 0 ? 'migrate' : 'skip',
    reason: skip ?? (migrates > 0 ? `${String(migrates)} apps are migrated` : 'no app has anything left to migrate'),
    apps,
  };
}

function planApp(
  facts: PlanFacts,
  { project, skip }: SelectedProject,
  { appId, timezone }: { appId: string; timezone: string | undefined },
  appPlans: AppPlan[],
): PlannedApp {
  const measured = facts.measurements.get(project.projectId);
  const histogram = measured?.legacy[appId];
  const common = { appId, ...(timezone === undefined ? {} : { timezone }), windows: [] };
  if (skip !== undefined) return { ...common, decision: 'skip', reason: skip, legacyEvents: 0 };
  if (histogram === undefined)
    return { ...common, decision: 'skip', reason: 'it has no legacy event table', legacyEvents: 0 };
  const legacyEvents = histogram.reduce((sum, [, events]) => sum + events, 0);
  const verdict = facts.verdicts.get(`${project.projectId}/${appId}`);
  if (stillHolds(verdict, facts.cutoffMs, histogram)) {
    return { ...common, decision: 'skip', reason: 'it is migrated, and its verdict still holds', legacyEvents };
  }
  const { warehouse, refreshStateMachineArn } = project;
  if (warehouse === undefined || refreshStateMachineArn === undefined || timezone === undefined) {
    return { ...common, decision: 'skip', reason: 'it is not ready', legacyEvents };
  }
  const { strategy, eventsPerWindow, ignoreLoad, rpu: asked } = facts.input.migration;
  const rpu = asked ?? project.rpu ?? UNKNOWN_RPU;
  appPlans.push({
    v: 1,
    projectId: project.projectId,
    appId,
    region: project.region,
    warehouse,
    database: project.projectId,
    timezone,
    cutoffMs: facts.cutoffMs,
    strategy,
    eventsPerWindow,
    ignoreLoad,
    rpu,
    histogram,
    ...(measured?.maxQueryExecutionSeconds === undefined
      ? {}
      : { maxQueryExecutionSeconds: measured.maxQueryExecutionSeconds }),
    ...(project.retentionDays === undefined ? {} : { retentionDays: project.retentionDays }),
    refreshStateMachineArn,
  });
  return {
    ...common,
    decision: 'migrate',
    reason: `${countText(legacyEvents)} events since ${new Date(facts.cutoffMs).toISOString().slice(0, 10)}`,
    legacyEvents,
    windows: windowsOf(facts, histogram),
    estimate: estimateMigration(legacyEvents, rpu),
  };
}

function windowsOf(facts: PlanFacts, histogram: readonly DayCount[]): PlannedApp['windows'] {
  const { strategy, eventsPerWindow } = facts.input.migration;
  return strategy === 'documented' ? [] : planWindows(histogram, facts.nowMs, facts.cutoffMs, eventsPerWindow);
}

/**
 * What makes the plan stale when it changes. Counts are left out, because they move all the time; and an app that has been
 * migrated since is no reason to plan again.
 */
export function fingerprint(world: World, projects: readonly PlannedProject[]): Record<string, string> {
  const prints: Record<string, string> = {
    'console.stackId': world.console.stackId,
    'console.status': world.console.status,
    'console.version': world.console.version,
  };
  for (const { projectId, version, warehouse, pipelineId, apps } of projects) {
    const found = world.projects.find((project) => project.projectId === projectId);
    prints[`${projectId}.pipeline`] = `${pipelineId} ${version} ${found?.stackStatus ?? ''}`;
    prints[`${projectId}.warehouse`] = JSON.stringify(warehouse ?? null);
    for (const { appId, timezone } of apps) prints[`${projectId}.${appId}`] = timezone ?? '';
  }
  return prints;
}

/** What differs between two fingerprints, by name. */
export function differences(before: Record<string, string>, now: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => before[name] !== now[name])
    .map((name) => `${name}: was ${before[name] ?? 'absent'}, is ${now[name] ?? 'absent'}`);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 32);
}

/** JSON with sorted keys: equal values have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) =>
    entry !== null && typeof entry === 'object' && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
}
