import type * as z from 'zod';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { readPlan, writeJson, writeText } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import type { Tools } from '../shared/step';
import { exactText, manyText } from '../shared/summary';
import { compose } from './compose';
import { knownUsd } from './cost-text';
import { gather } from './gather';
import { markdown } from './markdown';
import type { ReportDocument } from './report-document';
import type { environment, progress } from './schema';
import { measure, usagesToMeasure } from './usage';

type Progress = z.infer<typeof progress>;

/** The execution's output: where the whole report is, and its numbers. */
export interface ReportResult {
  report: string;
  projects: number;
  migrated: number;
  cleaned: number;
  skipped: number;
  events: number;
  /** Measured; absent where it is not known. */
  usd?: { low: number; high: number };
}

/** How long a warehouse may take to tell what it charged, a resume included, before the report does without. */
const PATIENCE_MS = 5 * 60_000;

/** Passes that the end of the report and the release of the lock need. */
const PASSES_KEPT = 5;

/**
 * One pass of *Report*. The first finds out which warehouses are to be asked what they charged; then each is asked, one a
 * pass; the last writes JSON for programs and Markdown for people.
 */
export async function converge(
  request: StepRequest<Record<string, never>, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Progress, ReportResult>> {
  const { PLAN_BUCKET: bucket, STATE_TABLE: tableName } = tools.environment;
  const { now, root } = request;
  const plan = await readPlan(bucket, root.plan);
  const table = new StateTable(tableName);
  const usages = request.progress?.usages ?? usagesToMeasure(plan, await gather(table, plan, root.id));
  const next = usages.find(({ rpuSeconds, unknown }) => rpuSeconds === undefined && unknown === undefined);
  if (next !== undefined && request.progress === undefined) {
    return { status: 'IN_PROGRESS', progress: { usages, since: now }, waitSeconds: 0, summary: asking(usages) };
  }
  if (next !== undefined) {
    const late = now - (request.progress?.since ?? now) > PATIENCE_MS || tools.budget.left <= PASSES_KEPT;
    const measured = late ? { ...next, unknown: 'no answer' as const } : await measure(plan, next, tools.reads, now);
    const known = usages.map((usage) => (usage === next ? measured : usage));
    return { status: 'IN_PROGRESS', progress: { usages: known, since: now }, waitSeconds: 0, summary: asking(known) };
  }
  const report = compose(plan, await gather(table, plan, root.id), usages, root.id, now);
  const folder = `reports/${root.id.slice(root.id.lastIndexOf(':') + 1)}`;
  await writeJson(bucket, `${folder}/report.json`, report);
  await writeText(bucket, `${folder}/report.md`, markdown(report), 'text/markdown; charset=utf-8');
  const result = resultOf(report, `s3://${bucket}/${folder}/report.md`);
  return { status: 'DONE', result, summary: sentence(result) };
}

function asking(usages: Progress['usages']): string {
  const left = usages.filter(({ rpuSeconds, unknown }) => rpuSeconds === undefined && unknown === undefined).length;
  return `the report: ${String(left)} of ${manyText(usages.length, 'warehouse')} still to be asked what it charged`;
}

function resultOf({ counts, cost }: ReportDocument, report: string): ReportResult {
  const usd = knownUsd(cost.warehouses);
  return {
    report,
    projects: counts.projects,
    migrated: counts.appsMigrated,
    cleaned: counts.appsCleaned,
    skipped: counts.appsSkipped,
    events: counts.events,
    ...(usd === undefined ? {} : { usd }),
  };
}

function sentence({ projects, migrated, cleaned, events }: ReportResult): string {
  const parts = [
    `${manyText(projects, 'project')} worked on`,
    ...(migrated === 0 ? [] : [`${manyText(migrated, 'app')} with ${exactText(events)} events migrated`]),
    ...(cleaned === 0 ? [] : [`${manyText(cleaned, 'app')} cleaned up`]),
  ];
  return parts.join(', ');
}
