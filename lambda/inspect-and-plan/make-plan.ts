import type { AppPlan } from '../shared/plan/app-plan';
import type { ConsolePlan } from '../shared/plan/console-plan';
import type { Plan, PlannedProject } from '../shared/plan/plan';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { manyText } from '../shared/summary';
import { versionText } from '../shared/versions';
import type { Choice } from './choose';
import { decideApps, type AppDecision } from './decide-apps';
import { addEstimates, estimateConsole, estimatePipeline, sideBySide } from './estimate';
import { fingerprint, hashOf } from './fingerprint';
import { notesOf } from './notes';
import { planParameters } from './parameters';
import { capacityOf, planApp, planOfApp, planOfProject, refOf, type PlanFacts } from './plan-parts';
import { projectSteps, rootSteps } from './planned-steps';

/** The plan and its parts, each an object of its own in S3. */
export interface MadePlan {
  plan: Plan;
  projectPlans: ProjectPlan[];
  appPlans: AppPlan[];
}

/** What the solution's own updates acknowledge. Source: awslabs/clickstream-analytics-on-aws, lambda/sfn-action/index.ts */
const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];

/** Pure: the plan, and the plans of its projects and apps. */
export function makePlan(facts: PlanFacts): MadePlan {
  const { input, world, choices, cutoffMs, nowMs } = facts;
  const made = choices.projects.map((choice) => planProject(facts, choice));
  const projects = made.map(({ planned }) => planned);
  const working = projects.filter(({ decision }) => decision === 'work');
  const replacing = made.filter(
    ({ planned, projectPlan: { udf } }) => planned.decision === 'work' && udf !== undefined,
  ).length;
  const console = planConsole(facts);
  const prints = fingerprint(world, choices, facts.measurements);
  const { days, strategy, eventsPerWindow, ignoreLoad, rpu } = input.migration;
  const side = sideBySide(working.flatMap((project) => project.estimate ?? []));
  const parts = [...(console.decision === 'upgrade' ? [estimateConsole()] : []), ...(side === undefined ? [] : [side])];
  const estimate = addEstimates(parts);
  const mode = choices.repair ? input.mode : undefined;
  const asked = { ...input, mode, planHash: undefined, takeOver: undefined };
  const decisions = projects.map(({ projectId, decision, apps }) => [
    projectId,
    decision,
    apps.map((app) => app.decision),
  ]);
  const plan: Plan = {
    v: 1,
    kind: choices.cleanup ? 'cleanup' : 'upgrade',
    hash: hashOf({
      prints,
      decisions,
      udfs: made.map(({ projectPlan: { udf } }) => udf),
      cutoffMs,
      input: asked,
      cleanup: choices.cleanup,
    }),
    createdAt: new Date(nowMs).toISOString(),
    cutoffMs,
    console,
    steps: rootSteps({
      cleanup: choices.cleanup,
      console,
      approval: input.approvals.plan,
      working: working.length,
      replacing,
    }),
    approval: input.approvals.plan,
    cascade: input.cascade,
    migration: { days, strategy, eventsPerWindow, ignoreLoad, rpu: rpu ?? 0 },
    projects,
    ...(estimate === undefined ? {} : { estimate }),
    input: asked,
    fingerprint: prints,
  };
  return {
    plan,
    projectPlans: made.flatMap(({ planned, projectPlan }) => (planned.decision === 'work' ? [projectPlan] : [])),
    appPlans: made.flatMap(({ appPlans }) => appPlans),
  };
}

function planConsole({ input, world, choices }: PlanFacts): ConsolePlan {
  const { template, variant, tables, status, version, parameters: current } = world.console;
  const { decision, reason } = choices.console;
  const upgrade =
    decision === 'upgrade' && template !== undefined
      ? {
          templateUrl: template.url,
          parameters: planParameters(template, current, input.console.parameters).parameters,
          capabilities: [...new Set([...CAPABILITIES, ...template.capabilities])],
        }
      : { parameters: [], capabilities: [] };
  return {
    ...refOf(world),
    tables,
    status,
    version,
    targetVersion: choices.target === undefined ? version : versionText(choices.target),
    ...(variant === undefined ? {} : { variant }),
    decision,
    reason,
    ...upgrade,
  };
}

function planProject(
  facts: PlanFacts,
  choice: Choice,
): { planned: PlannedProject; projectPlan: ProjectPlan; appPlans: AppPlan[] } {
  const { project, pipeline } = choice;
  const { projectId, pipelineId, region, version, warehouse } = project;
  const measured = facts.measurements.get(projectId);
  const decisions = decideApps(facts, choice);
  const { rpu, capacity } = capacityOf(facts, choice, decisions);
  const projectPlan = planOfProject(facts, choice, decisions, capacity);
  const apps = decisions.map((decision) => planApp(facts, decision, rpu));
  const estimates = [
    ...(pipeline === 'none' ? [] : [estimatePipeline()]),
    ...apps.flatMap((app) => app.estimate ?? []),
  ];
  const estimate = addEstimates(estimates);
  const reasons = reasonsOf(choice, projectPlan, decisions);
  const calls = apps.flatMap((app) =>
    app.decision !== 'migrate'
      ? []
      : app.windows.length > 0
        ? app.windows.map(({ events }) => events)
        : [app.legacyEvents],
  );
  const { choices, input } = facts;
  const planned: PlannedProject = {
    projectId,
    pipelineId,
    region,
    version,
    ...(warehouse === undefined ? {} : { warehouse }),
    decision: reasons.length > 0 ? 'work' : 'skip',
    reason: reasons.length > 0 ? reasons.join(', ') : nothingLeft(choice, decisions),
    ...(estimate === undefined ? {} : { estimate }),
    steps: projectSteps(choices, choice, projectPlan, decisions),
    notes: notesOf({ choices, choice, measured, decisions, calls, migration: input.migration, capacity, rpu }),
    apps,
  };
  return { planned, projectPlan, appPlans: decisions.flatMap((decision) => planOfApp(facts, choice, decision, rpu)) };
}

/** Why a project is worked on; none when nothing is left. */
function reasonsOf({ pipeline, replaces }: Choice, plan: ProjectPlan, decisions: readonly AppDecision[]): string[] {
  const count = (wanted: AppDecision['decision']): number =>
    decisions.filter(({ decision }) => decision === wanted).length;
  const [migrates, cleans, repairs] = [count('migrate'), count('clean'), count('repair')];
  return [
    ...(pipeline === 'none' ? [] : ['its pipeline is upgraded']),
    ...(migrates === 0 ? [] : [`${manyText(migrates, 'app is', 'apps are')} migrated`]),
    ...(repairs === 0 ? [] : [`the schema of ${manyText(repairs, 'app')} is repaired`]),
    ...(cleans === 0 ? [] : [`${manyText(cleans, 'app is', 'apps are')} cleaned up`]),
    ...(plan.timezones.length === 0 ? [] : ['reporting time zones are set']),
    ...(replaces && plan.ingestion.refresh ? ['ingestion instances are refreshed'] : []),
  ];
}

function nothingLeft({ project }: Choice, decisions: readonly AppDecision[]): string {
  const [first, ...others] = new Set(decisions.map(({ reason }) => reason));
  if (first !== undefined && others.length === 0) return `nothing is left to do: ${first}`;
  return project.apps.length === 0 ? 'nothing is left to do: it has no apps' : 'no app has anything left to do';
}
