import { durationText, exactText, manyText, usdRangeText, usdText } from '../shared/summary';
import { knownUsd } from './cost-text';
import type { ReportDocument, ReportedProject } from './report-document';
import { listed, release, sentenceOf } from './words';

/** What one would tell in a minute: from where to where, how much, proved or not, how long, how dear, what is left. */
export function summary(report: ReportDocument): string {
  return [
    ...whatChanged(report),
    ...repairText(report),
    ...dataText(report),
    ...idleText(report),
    ...timeText(report),
    ...costText(report),
    ...leftText(report),
  ].join(' ');
}

function whatChanged({ kind, console: web, projects, counts }: ReportDocument): string[] {
  if (kind === 'cleanup') {
    if (counts.appsCleaned === 0) return ['There was nothing to clean up.'];
    const dropped = manyText(counts.appsCleaned, 'app');
    return [`The legacy tables of ${dropped} in ${manyText(counts.projects, 'project')} were dropped.`];
  }
  const target = release(web.targetVersion);
  const upgraded = projects.filter(isUpgraded);
  const before = [...new Set(upgraded.map(({ versionBefore }) => release(versionBefore)))].sort();
  const pipelines = `the ${upgraded.length === 1 ? 'pipeline' : 'pipelines'} of ${manyText(upgraded.length, 'project')}`;
  const from = `from ${listed(before)} to ${target}`;
  if (web.decision === 'skip') {
    const was = `The web console was at ${release(web.versionBefore)} already`;
    return [upgraded.length === 0 ? `${was}, and so were the pipelines.` : `${was}; ${pipelines} went ${from}.`];
  }
  const consoleFrom = release(web.versionBefore);
  if (upgraded.length === 0) return [`The web console went from ${consoleFrom} to ${target}.`];
  if (before.length === 1 && before[0] === consoleFrom) return [`The web console and ${pipelines} went ${from}.`];
  return [`The web console went from ${consoleFrom} to ${target}, and ${pipelines} ${from}.`];
}

/** Whether its pipeline has become another one. */
export function isUpgraded({ steps }: ReportedProject): boolean {
  return steps.some(({ state, outcome }) => state === 'Finish the pipeline upgrade' && outcome === 'done');
}

function repairText({ projects }: ReportDocument): string[] {
  const repaired = projects.flatMap(({ apps }) => apps.filter(({ decision }) => decision === 'repair'));
  if (repaired.length === 0) return [];
  return [`The schema of ${listed(repaired.map(({ appId }) => appId))} is complete.`];
}

function dataText({ kind, counts, cutoff, projects }: ReportDocument): string[] {
  if (kind === 'cleanup' || counts.appsMigrated === 0) return [];
  const migrated = projects.flatMap(({ apps }) => apps.filter(({ decision }) => decision === 'migrate'));
  const having = (state: string): number => migrated.filter(({ parity }) => parity === state).length;
  const proof = proofText(migrated.length, having('proved'), having('accepted'));
  const apps = manyText(counts.appsMigrated, 'app');
  const events = counts.events === 1 ? '1 event' : `${exactText(counts.events)} events`;
  return [
    `${apps} with ${events} since ${cutoff.slice(0, 10)} ${counts.appsMigrated === 1 ? 'was' : 'were'} migrated; ${proof}.`,
  ];
}

function proofText(migrated: number, proved: number, accepted: number): string {
  if (proved === migrated) return 'the migrated data are proved equal to the legacy data';
  const by = accepted > 0 ? `, and a person has accepted the differences of ${String(accepted)}` : '';
  return `the data of ${String(proved)} are proved equal to the legacy data${by}`;
}

function idleText({ counts }: ReportDocument): string[] {
  const { appsSkipped, projectsSkipped } = counts;
  const idle = [
    ...(appsSkipped === 0 ? [] : [manyText(appsSkipped, 'app')]),
    ...(projectsSkipped === 0 ? [] : [manyText(projectsSkipped, 'project')]),
  ];
  return idle.length === 0 ? [] : [`${listed(idle)} had nothing to do.`];
}

/** An approval that is asked for in the evening is given in the morning. */
const LONG_WAIT_SECONDS = 300;

function timeText({ startedAt, endedAt, steps, cost }: ReportDocument): string[] {
  if (startedAt === undefined || endedAt === undefined) return [];
  const waited = steps.find(({ state }) => state === 'Approve the plan')?.activeSeconds ?? 0;
  const whole = `It took ${durationText((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000)}`;
  const { estimatedSeconds, estimatedPartsSeconds: parts } = cost;
  const texts = [
    ...(waited < LONG_WAIT_SECONDS ? [] : [`${durationText(waited)} of them until the plan was approved`]),
    ...(estimatedSeconds === undefined || parts === undefined
      ? []
      : [
          `${durationText(parts)} of them for console, pipelines and migration, for which ` +
            `${durationText(estimatedSeconds.likely)} had been estimated`,
        ]),
  ];
  return [`${[whole, ...texts].join(', ')}.`];
}

function costText({ cost }: ReportDocument): string[] {
  const usd = knownUsd(cost.warehouses);
  if (usd === undefined) return [];
  const measured = cost.warehouses.filter((warehouse) => warehouse.usd !== undefined);
  const of = measured.length === cost.warehouses.length ? '' : ` for ${listed(measured.map(({ name }) => name))}`;
  const estimated =
    cost.estimatedUsd === undefined ? '' : ` (estimated for the data: ${usdText(cost.estimatedUsd.likely)})`;
  return [`Redshift charged about ${usdRangeText(usd)}${of}${estimated}.`];
}

function leftText({ kind, counts, projects, next }: ReportDocument): string[] {
  const open = projects
    .flatMap(({ apps }) => apps)
    .filter(({ decision, parity }) => decision === 'migrate' && parity !== 'proved' && parity !== 'accepted');
  const unproved = open.length === 0 ? [] : [`**Not proved: ${listed(open.map(({ appId }) => appId))}.**`];
  if (kind === 'cleanup' || next.length === 0) return [...unproved, 'Nothing is left to do.'];
  const tasks = [
    ...(open.length === 0 ? [] : ['find out about what is not proved']),
    'look at the dashboards',
    ...(counts.appsMigrated === 0 ? [] : ['clean up the legacy tables after some days']),
  ];
  return [...unproved, sentenceOf(`left to do: ${listed(tasks)}`)];
}
