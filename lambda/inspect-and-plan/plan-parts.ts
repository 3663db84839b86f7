import { planWindows } from '../shared/migration/windows';
import type { AppPlan } from '../shared/plan/app-plan';
import type { ConsoleRef } from '../shared/plan/console-plan';
import type { PlannedApp } from '../shared/plan/plan';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { versionText } from '../shared/versions';
import { hasNewDataModel, type Choice } from './choose';
import { eventsIn, type AppDecision, type DecisionFacts } from './decide-apps';
import { estimateMigration } from './estimate';
import type { UpgradeInput } from './input';
import { stackOf, type World } from './world';

/** All that a plan is made from. */
export interface PlanFacts extends DecisionFacts {
  input: UpgradeInput;
  world: World;
  nowMs: number;
}

/** RPU that an estimate is made for when nothing is known, as with clusters: the benchmark's own. */
const UNKNOWN_RPU = 32;

/** Where the steps find the console. */
export function refOf({ console }: World): ConsoleRef {
  const { region, stackName, stackId, apiFunction, metadataTable, metadataIndex, dictionaryTable, url } = console;
  const { behindLoadBalancer } = console;
  return {
    region,
    stackName,
    stackId,
    apiFunction,
    metadataTable,
    metadataIndex,
    dictionaryTable,
    url,
    behindLoadBalancer,
  };
}

/** Capacity that the migration runs with, and whether it has to be raised for it. Clusters are not resized. */
export function capacityOf(
  { input, measurements }: PlanFacts,
  { project }: Choice,
  decisions: readonly AppDecision[],
): { rpu: number; capacity: ProjectPlan['capacity'] } {
  const own = measurements.get(project.projectId)?.baseCapacityRpu ?? project.rpu;
  const asked = input.migration.rpu;
  const migrates = decisions.some(({ decision }) => decision === 'migrate');
  const raises = migrates && project.warehouse?.kind === 'serverless' && asked !== undefined && asked > (own ?? 0);
  if (raises) return { rpu: asked, capacity: { rpu: asked } };
  return { rpu: own ?? asked ?? UNKNOWN_RPU, capacity: undefined };
}

/** All that the project's steps need to know. */
export function planOfProject(
  { input, world, choices, measurements }: PlanFacts,
  choice: Choice,
  decisions: readonly AppDecision[],
  capacity: ProjectPlan['capacity'],
): ProjectPlan {
  const { project, pipeline } = choice;
  const { projectId, pipelineId, region, version, warehouse } = project;
  const worked = decisions.filter(({ decision }) => decision !== 'skip');
  const migrates = worked.some(({ decision }) => decision === 'migrate');
  const expectSchema =
    !choices.cleanup && choice.getsNew && (pipeline !== 'none' || migrates || (choices.repair && worked.length > 0));
  const udf = measurements.get(projectId)?.udf;
  return {
    v: 1,
    projectId,
    pipelineId,
    region,
    console: refOf(world),
    stackPrefix: world.console.stackPrefix,
    version,
    targetVersion: choices.target === undefined ? version : versionText(choices.target),
    pipeline,
    timezones: choices.cleanup || choices.repair || !hasNewDataModel(choices.target) ? [] : timezonesToSet(choice),
    pauseProcessing: (pipeline !== 'none' || migrates) && stackOf(project, 'DataProcessing') !== undefined,
    ingestion: {
      kind: project.ingestion.kind,
      replace: choice.replaces,
      refresh: choice.replaces && input.ingestion.refresh,
    },
    expectSchema,
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(udf === undefined || !expectSchema ? {} : { udf: { functionName: udf.functionName, roleArn: udf.roleArn } }),
    apps: worked.map(({ appId }) => ({ appId })),
  };
}

/** The console upgrades a pipeline only when each of its apps has one, migrated or not. */
function timezonesToSet({ apps, pipeline }: Choice): ProjectPlan['timezones'] {
  return apps.flatMap(({ appId, known, timezone, selected }) =>
    known === undefined && timezone !== undefined && (selected || pipeline !== 'none') ? [{ appId, timezone }] : [],
  );
}

/** What the plan says of an app. */
export function planApp(facts: PlanFacts, app: AppDecision, rpu: number): PlannedApp {
  const { appId, timezone, decision, reason, histogram, cutoffMs } = app;
  const { strategy, eventsPerWindow } = facts.input.migration;
  const legacyEvents = eventsIn(histogram);
  const isWindowed = decision === 'migrate' && strategy === 'windowed';
  return {
    appId,
    ...(timezone === undefined ? {} : { timezone }),
    decision,
    reason,
    legacyEvents,
    windows: isWindowed ? planWindows(histogram, facts.nowMs, cutoffMs, eventsPerWindow) : [],
    ...(decision === 'migrate' ? { estimate: estimateMigration(legacyEvents, rpu) } : {}),
  };
}

/** The plan of an app whose data are worked on. The gates have refused one without a warehouse or a time zone. */
export function planOfApp(facts: PlanFacts, { project }: Choice, app: AppDecision, rpu: number): AppPlan[] {
  const { projectId, pipelineId, region, warehouse, retentionDays } = project;
  const { appId, timezone, decision, histogram, cutoffMs } = app;
  if (decision === 'skip' || decision === 'repair' || warehouse === undefined || timezone === undefined) return [];
  const measured = facts.measurements.get(projectId);
  const { strategy, eventsPerWindow, ignoreLoad } = facts.input.migration;
  return [
    {
      v: 1,
      projectId,
      appId,
      region,
      warehouse,
      database: projectId,
      timezone,
      cutoffMs,
      strategy,
      eventsPerWindow,
      ignoreLoad,
      rpu,
      histogram: [...histogram],
      ...(measured?.maxQueryExecutionSeconds === undefined
        ? {}
        : { maxQueryExecutionSeconds: measured.maxQueryExecutionSeconds }),
      ...(retentionDays === undefined ? {} : { retentionDays }),
      stackPrefix: facts.world.console.stackPrefix,
      pipelineId,
    },
  ];
}
