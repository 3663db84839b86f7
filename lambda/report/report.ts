import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { parityVerdict, parityVerdictKey, type ParityVerdict } from '../shared/parity-verdict';
import { plan as planSchema, type Plan, type PlannedApp, type PlannedProject } from '../shared/plan/plan';
import { readJson, writeJson, writeText } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { countText, durationText } from '../shared/summary';
import type { environment } from './schema';

/** What is reported of one app. */
export interface ReportedApp {
  projectId: string;
  appId: string;
  decision: PlannedApp['decision'];
  reason: string;
  legacyEvents: number;
  migratedEvents: number;
  /** `proved`, `accepted`, `open`, or `none` when parity was never judged. */
  parity: ParityVerdict['state'] | 'none';
  provedAt?: string;
  /** Migrated events that no metric shows, because the legacy data know no such user. */
  hiddenEvents: number;
  estimatedSeconds?: number;
}

/** Execution output, and `report.json`. */
export interface UpgradeReport {
  planHash: string;
  console: string;
  targetVersion: string;
  cutoff: string;
  apps: ReportedApp[];
}

/** One pass of *Report*: JSON for programs, Markdown for people, a summary as the execution's output. */
export async function converge(
  request: StepRequest<Record<string, never>, Record<string, never>>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Record<string, never>, { report: string; migrated: number; skipped: number; events: number }>> {
  const { PLAN_BUCKET: bucket, STATE_TABLE: tableName } = tools.environment;
  const plan = request.root.plan === undefined ? undefined : await readJson(bucket, request.root.plan, planSchema);
  if (plan === undefined) throw new Error(`There is no plan at s3://${bucket}/${request.root.plan ?? ''}`);
  const table = new StateTable(tableName);
  const apps: ReportedApp[] = [];
  for (const project of plan.projects) {
    for (const app of project.apps) apps.push(await reportApp(table, project, app));
  }
  const report = reportOf(plan, apps);
  const folder = `reports/${request.root.id.slice(request.root.id.lastIndexOf(':') + 1)}`;
  await writeJson(bucket, `${folder}/report.json`, report);
  await writeText(bucket, `${folder}/report.md`, markdown(report), 'text/markdown; charset=utf-8');
  const migrated = apps.filter(({ decision }) => decision === 'migrate');
  const events = migrated.reduce((sum, app) => sum + app.migratedEvents, 0);
  return {
    status: 'DONE',
    result: {
      report: `s3://${bucket}/${folder}/report.md`,
      migrated: migrated.length,
      skipped: apps.length - migrated.length,
      events,
    },
    summary: `${String(migrated.length)} apps migrated, ${countText(events)} events`,
  };
}

async function reportApp(table: StateTable, project: PlannedProject, app: PlannedApp): Promise<ReportedApp> {
  const target = { region: project.region, projectId: project.projectId, appId: app.appId };
  const verdict = await table.get(parityVerdictKey(target), parityVerdict);
  return {
    projectId: project.projectId,
    appId: app.appId,
    decision: app.decision,
    reason: app.reason,
    legacyEvents: app.legacyEvents,
    migratedEvents: verdict?.counts['migratedEvents'] ?? 0,
    parity: verdict?.state ?? 'none',
    ...(verdict === undefined ? {} : { provedAt: new Date(verdict.atMs).toISOString() }),
    hiddenEvents: verdict?.counts['hiddenEvents'] ?? 0,
    ...(app.estimate === undefined ? {} : { estimatedSeconds: app.estimate.seconds.likely }),
  };
}

function reportOf(plan: Plan, apps: ReportedApp[]): UpgradeReport {
  return {
    planHash: plan.hash,
    console: plan.console.stackName,
    targetVersion: plan.console.targetVersion,
    cutoff: new Date(plan.cutoffMs).toISOString(),
    apps,
  };
}

/** The report as a page. */
export function markdown(report: UpgradeReport): string {
  const rows = report.apps.map((app) =>
    [
      app.projectId,
      app.appId,
      app.decision === 'migrate' ? 'migrated' : `skipped: ${app.reason}`,
      String(app.legacyEvents),
      String(app.migratedEvents),
      app.parity,
      String(app.hiddenEvents),
      app.estimatedSeconds === undefined ? '' : durationText(app.estimatedSeconds),
    ]
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | '),
  );
  return [
    `# Migration of ${report.console} to ${report.targetVersion}`,
    '',
    `Events from ${report.cutoff} on. Plan ${report.planHash}.`,
    '',
    '| Project | App | | Legacy events | Migrated | Parity | Without user | Estimated |',
    '| --- | --- | --- | ---: | ---: | --- | ---: | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
    '*Without user*: migrated events whose user the legacy data do not know. The dashboards do not show them.',
    '',
  ].join('\n');
}
