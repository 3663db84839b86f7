import type { ApprovalRecord } from '../shared/approval';
import type { Plan, PlannedStep } from '../shared/plan/plan';
import type { StepRecord } from '../shared/step-record';
import { spanOf, type Gathered, type GatheredApp, type GatheredProject, type Records } from './gather';
import type { ReportDocument, ReportedApp, ReportedProject, ReportedStep, Usage } from './report-document';
import { APP_STATES, PROJECT_STATES, ROOT_STATES, statesOf, type ReportedAppState, type ReportedState } from './steps';
import { thingsToKnow, whatComesNext } from './outlook';
import { warehouseCosts } from './usage';
import { minute } from './words';

/** Pure: the report, from the plan and what its execution left in the state table. */
export function compose(
  plan: Plan,
  gathered: Gathered,
  usages: readonly Usage[],
  execution: string,
  nowMs: number,
): ReportDocument {
  const projects = gathered.projects.map((project) => composeProject(plan, project));
  const apps = projects.flatMap((project) => project.apps);
  const migrated = apps.filter(({ decision }) => decision === 'migrate');
  const steps = composeSteps(statesOf(ROOT_STATES, plan.kind), plan.steps, gathered.records, '').map((step) =>
    step.state === 'Approve the plan' ? approvalStep(step, plan.approval, gathered.approval) : step,
  );
  const span = wholeSpan(gathered);
  const estimatedParts = timeOfEstimated(gathered);
  const { stackName, region, decision, version, targetVersion } = plan.console;
  return {
    v: 1,
    kind: plan.kind,
    execution,
    writtenAt: iso(nowMs),
    planHash: plan.hash,
    console: { stackName, region, decision, versionBefore: version, targetVersion },
    cutoff: iso(plan.cutoffMs),
    ...(span === undefined ? {} : { startedAt: iso(span.fromMs), endedAt: iso(span.toMs) }),
    counts: {
      projects: projects.filter((project) => project.decision === 'work').length,
      projectsSkipped: projects.filter((project) => project.decision === 'skip').length,
      appsMigrated: migrated.length,
      appsCleaned: apps.filter((app) => app.decision === 'clean').length,
      appsSkipped: apps.filter((app) => app.decision === 'skip').length,
      events: migrated.reduce((sum, { migratedEvents }) => sum + migratedEvents, 0),
    },
    steps,
    projects,
    cost: {
      ...(plan.estimate === undefined
        ? {}
        : { estimatedSeconds: plan.estimate.seconds, estimatedUsd: plan.estimate.usd }),
      ...(estimatedParts === undefined ? {} : { estimatedPartsSeconds: estimatedParts }),
      warehouses: warehouseCosts(plan, usages),
    },
    backups: gathered.records.get('Back up')?.facts ?? {},
    toKnow: thingsToKnow(plan.kind, steps, projects),
    next: whatComesNext(plan.kind, plan.console.decision, projects),
  };
}

function composeProject(plan: Plan, { project, records, apps }: GatheredProject): ReportedProject {
  const { projectId, region, decision, reason, version, notes } = project;
  const asked = decision === 'skip' ? [] : project.steps;
  const reported = apps.map((app) => composeApp(plan, asked, app));
  return {
    projectId,
    region,
    decision,
    reason,
    versionBefore: version,
    activeSeconds: activeSeconds(records) + reported.reduce((sum, app) => sum + app.activeSeconds, 0),
    notes,
    steps: decision === 'skip' ? [] : composeSteps(statesOf(PROJECT_STATES, plan.kind), asked, records, projectId),
    apps: reported,
  };
}

function composeApp(plan: Plan, asked: readonly PlannedStep[], gathered: GatheredApp): ReportedApp {
  const { app, records, calls, verdict } = gathered;
  const steps = composeSteps(statesOfApp(plan.kind, app.decision), asked, records, app.appId).map((step) => {
    const call = calls.get(step.state);
    if (call === undefined) return step;
    const name = call.sql?.name ?? 'workflow execution';
    return { ...step, statement: { name, ...(call.id === undefined ? {} : { id: call.id }), state: call.state } };
  });
  return {
    appId: app.appId,
    ...(app.timezone === undefined ? {} : { timezone: app.timezone }),
    decision: app.decision,
    reason: app.reason,
    legacyEvents: app.legacyEvents,
    migratedEvents: verdict?.counts['migratedEvents'] ?? 0,
    parity: verdict?.state ?? 'none',
    ...(verdict === undefined ? {} : { provedAt: iso(verdict.atMs) }),
    ...(verdict?.acceptedBy === undefined ? {} : { acceptedBy: verdict.acceptedBy }),
    hiddenEvents: verdict?.counts['hiddenEvents'] ?? 0,
    activeSeconds: activeSeconds(records),
    ...(app.estimate === undefined ? {} : { estimatedSeconds: app.estimate.seconds.likely }),
    steps,
  };
}

function statesOfApp(kind: Plan['kind'], decision: ReportedApp['decision']): ReportedAppState[] {
  if (decision === 'skip') return [];
  return statesOf(APP_STATES, kind).filter(({ repairs }) => decision !== 'repair' || repairs === true);
}

/** What a step says of itself when the plan skips it. */
const SKIPPED = /^skipped\b/i;

function composeSteps(
  states: readonly (ReportedState & { asks?: string })[],
  asked: readonly PlannedStep[],
  records: Records,
  targetName: string,
): ReportedStep[] {
  return states.map(({ state, asks }) => {
    const planned = asked.find(({ step }) => step === state);
    const record = records.get(state);
    const wanted = asks ?? planned?.what;
    const words = record === undefined ? undefined : withoutName(record.summary, targetName);
    return {
      state,
      ...(wanted === undefined ? {} : { asked: wanted }),
      outcome: outcomeOf(planned, words),
      facts: record?.facts ?? {},
      ...(record === undefined ? {} : told(record)),
      ...(words === undefined ? {} : { done: words }),
    };
  });
}

function outcomeOf(planned: PlannedStep | undefined, words: string | undefined): ReportedStep['outcome'] {
  if (words !== undefined) return SKIPPED.test(words) ? 'skipped' : 'done';
  return planned?.decision === 'skip' ? 'skipped' : 'no record';
}

/** A step's last words name what it worked on, which the report does in its headings. */
function withoutName(summary: string, targetName: string): string {
  const end = summary.indexOf(': ');
  const head = summary.slice(0, Math.max(0, end));
  return targetName !== '' && (head === targetName || head.endsWith(` of ${targetName}`))
    ? summary.slice(end + 2)
    : summary;
}

function told(record: StepRecord): Pick<ReportedStep, 'startedAt' | 'endedAt' | 'activeSeconds'> {
  return {
    startedAt: iso(record.startedMs),
    endedAt: iso(record.endedMs),
    activeSeconds: Math.round(record.activeMs / 1_000),
  };
}

/** The gate's Lambda ends long before the gate opens: who has opened it is in the record of the question. */
function approvalStep(step: ReportedStep, asked: boolean, approval: ApprovalRecord | undefined): ReportedStep {
  if (!asked) return { ...step, outcome: 'skipped', done: 'not asked for' };
  const answer = approval?.answer;
  if (approval === undefined || answer?.approved !== true) {
    return { ...step, outcome: 'done', done: 'approved; by whom is in the history of the execution' };
  }
  return {
    ...step,
    outcome: 'done',
    done: `approved by ${answer.by} on ${minute(iso(answer.atMs))}`,
    startedAt: iso(approval.askedAtMs),
    endedAt: iso(answer.atMs),
    activeSeconds: Math.max(0, Math.round((answer.atMs - approval.askedAtMs) / 1_000)),
  };
}

/** What an estimate is about, beside all the states of apps. */
const ESTIMATED = ['Upgrade the web console', 'Start the pipeline upgrade', 'Finish the pipeline upgrade'];

/** Seconds in which anything was at work that the estimate is about: what went on side by side counts once. */
function timeOfEstimated({ records, projects }: Gathered): number | undefined {
  const found = [
    ...[records, ...projects.map((project) => project.records)].flatMap((each) =>
      ESTIMATED.flatMap((state) => each.get(state) ?? []),
    ),
    ...projects.flatMap(({ apps }) => apps.flatMap((app) => [...app.records.values()])),
  ].sort((a, b) => a.endedMs - a.activeMs - (b.endedMs - b.activeMs));
  if (found.length === 0) return undefined;
  let [sumMs, reachedMs] = [0, Number.NEGATIVE_INFINITY];
  for (const { endedMs, activeMs } of found) {
    const fromMs = Math.max(reachedMs, endedMs - activeMs);
    sumMs += Math.max(0, endedMs - fromMs);
    reachedMs = Math.max(reachedMs, endedMs);
  }
  return Math.round(sumMs / 1_000);
}

function activeSeconds(records: Records): number {
  return Math.round([...records.values()].reduce((sum, { activeMs }) => sum + activeMs, 0) / 1_000);
}

/** From the first step, or the question whether to begin, to the end of the last. */
function wholeSpan({ records, projects, approval }: Gathered): ReturnType<typeof spanOf> {
  const done = [
    records,
    ...projects.flatMap((project) => [project.records, ...project.apps.map((app) => app.records)]),
  ];
  return spanOf([
    ...done.flatMap((each) => [...each.values()]),
    ...(approval === undefined
      ? []
      : [{ startedMs: approval.askedAtMs, endedMs: approval.answer?.atMs ?? approval.askedAtMs }]),
  ]);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
