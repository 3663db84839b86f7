import { durationText } from '../shared/summary';
import { costText } from './cost-text';
import type { ReportDocument, ReportedApp, ReportedProject } from './report-document';
import { isUpgraded, summary } from './summary-text';
import { appStepTable, stepTable, table } from './tables';
import { code, marked, minute, sentenceOf, tookText, words } from './words';

/** Pure: the report as a page for people: what one would tell, what came of it, what to do; then step by step. */
export function markdown(report: ReportDocument): string {
  const { kind } = report;
  return [
    `# ${titleOf(report)}`,
    '',
    summary(report),
    '',
    ...section('Apps', appTable(report)),
    ...section('What comes next', list(report.next)),
    ...section('Good to know', list(report.toKnow.map(marked))),
    ...section('Time and cost', costText(report)),
    ...(kind === 'cleanup' ? [] : section('Backed up', backupText(report))),
    ...section('Step by step: the whole deployment', stepTable(report.steps)),
    ...report.projects.flatMap(projectSection),
    `Plan ${code(report.planHash)}, execution ${code(report.execution)}, written ${minute(report.writtenAt)}.`,
    '',
  ].join('\n');
}

function titleOf({ kind, console: web, projects }: ReportDocument): string {
  if (kind === 'cleanup') return `Clean-up after the upgrade of ${web.stackName}`;
  const decisions = new Set(projects.flatMap(({ apps }) => apps.map(({ decision }) => decision)));
  const onlyRepairs = web.decision === 'skip' && decisions.has('repair') && !decisions.has('migrate');
  return onlyRepairs && !projects.some(isUpgraded)
    ? `Repair of schemas of ${web.stackName}, at ${web.targetVersion}`
    : `Upgrade of ${web.stackName} to ${web.targetVersion}`;
}

function projectSection(project: ReportedProject): string[] {
  const { projectId, region, decision, reason, versionBefore, activeSeconds } = project;
  const title = `Step by step: project ${projectId} (${region})`;
  if (decision === 'skip') return section(title, [sentenceOf(`skipped: ${reason}`)]);
  const before = versionBefore === '' ? '' : ` Its pipeline was at ${versionBefore}.`;
  return section(title, [
    `${sentenceOf(reason)}${before} At work for ${durationText(activeSeconds)}, its apps included.`,
    '',
    ...stepTable(project.steps),
    ...appStepTable(project),
  ]);
}

function appTable({ kind, projects }: ReportDocument): string[] {
  const apps = projects.flatMap(({ projectId, apps: own }) => own.map((app) => ({ projectId, app })));
  if (apps.length === 0) return ['None.'];
  if (kind === 'cleanup') {
    const rows = apps.map(({ projectId, app }) => [...headCells(projectId, app), app.parity, tookCell(app)]);
    return table(['Project', 'App', 'What', 'Legacy events', 'Parity', 'Took'], rows, [3, 5]);
  }
  const hides = apps.some(({ app }) => app.hiddenEvents > 0);
  return [
    ...table(
      ['Project', 'App', 'What', 'Legacy events', 'Migrated', 'Parity', 'Not shown', 'Took', 'Estimated'],
      apps.map(({ projectId, app }) => [
        ...headCells(projectId, app),
        app.migratedEvents.toLocaleString('en'),
        app.parity,
        app.hiddenEvents.toLocaleString('en'),
        tookCell(app),
        app.estimatedSeconds === undefined ? '' : durationText(app.estimatedSeconds),
      ]),
      [3, 4, 6, 7, 8],
    ),
    ...(hides
      ? ['', '*Not shown*: migrated events whose user the legacy data do not know; the dashboards leave them out.']
      : []),
  ];
}

function headCells(projectId: string, app: ReportedApp): string[] {
  const what = { migrate: 'migrated', clean: 'cleaned up', repair: 'schema repaired', skip: `skipped: ${app.reason}` }[
    app.decision
  ];
  return [projectId, app.appId, what, app.legacyEvents.toLocaleString('en')];
}

function tookCell({ decision, activeSeconds }: ReportedApp): string {
  return decision === 'skip' ? '' : tookText(activeSeconds);
}

function backupText({ backups }: ReportDocument): string[] {
  const texts = Object.entries(backups).map(([name, value]) => `${words(name)}: ${code(String(value))}`);
  return texts.length > 0 ? list(texts) : ['Nothing: there was nothing to protect.'];
}

function section(title: string, lines: readonly string[]): string[] {
  const last = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  return [`## ${title}`, '', ...last, ''];
}

function list(texts: readonly string[]): string[] {
  return texts.length === 0 ? ['Nothing.'] : texts.map((text) => `- ${text}`);
}
