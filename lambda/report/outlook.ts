import type { ConsolePlan } from '../shared/plan/console-plan';
import { exactText } from '../shared/summary';
import type { ReportDocument, ReportedApp, ReportedProject, ReportedStep } from './report-document';
import { listed, sentenceOf, surprisesOf, words } from './words';

/** Pure: what an operator should know although everything is done. What went as planned is not among it. */
export function thingsToKnow(
  kind: ReportDocument['kind'],
  steps: readonly ReportedStep[],
  projects: readonly ReportedProject[],
): string[] {
  return [
    ...steps.flatMap(surpriseOf),
    ...projects.flatMap(({ projectId, notes, steps: own, apps }) =>
      [
        ...notes,
        ...own.flatMap(surpriseOf),
        ...(kind === 'upgrade' ? hiddenText(apps) : []),
        ...apps.flatMap(acceptedText),
        ...sameOfApps(apps),
      ].map((text) => sentenceOf(`project ${projectId}: ${text}`)),
    ),
  ];
}

/** The last words of a step that has left something another way than one would expect. */
function surpriseOf({ state, facts, done = '' }: ReportedStep): string[] {
  const surprises = surprisesOf(facts);
  if (surprises.length === 0) return [];
  const unsaid = surprises.flatMap(([name, value]) =>
    typeof value === 'string' && !done.includes(value) && !value.split(' ').every((part) => done.includes(part))
      ? [`${words(name)} ${value}`]
      : [],
  );
  return [`${state}: ${unsaid.length === 0 ? done : unsaid.join('; ')}`];
}

/** What several apps have in common is told once. */
function sameOfApps(apps: readonly ReportedApp[]): string[] {
  const found = new Map<string, string[]>();
  for (const { appId, steps } of apps) {
    for (const text of steps.flatMap(surpriseOf)) found.set(text, [...(found.get(text) ?? []), appId]);
  }
  return [...found].map(([text, appIds]) => `${appIds.length === 1 ? 'app' : 'apps'} ${listed(appIds)}: ${text}`);
}

function hiddenText(apps: readonly ReportedApp[]): string[] {
  const hidden = apps.filter(({ decision, hiddenEvents }) => decision === 'migrate' && hiddenEvents > 0);
  if (hidden.length === 0) return [];
  const counts = hidden.map(
    ({ appId, hiddenEvents, migratedEvents }) =>
      `${exactText(hiddenEvents)} of the ${exactText(migratedEvents)} migrated events of ${appId}`,
  );
  return [`the dashboards do not show ${listed(counts)}, because the legacy data do not know their users`];
}

function acceptedText({ appId, parity, acceptedBy }: ReportedApp): string[] {
  if (parity !== 'accepted') return [];
  return [`app ${appId}: its data differ from the legacy data, which ${acceptedBy ?? 'a person'} has accepted`];
}

/** Pure: what an operator does next. Source: the solution's upgrade guide, its last step and its notes on dashboards. */
export function whatComesNext(
  kind: ReportDocument['kind'],
  console: ConsolePlan['decision'],
  projects: readonly ReportedProject[],
): string[] {
  const apps = projects.flatMap((project) => project.apps);
  if (kind === 'cleanup') {
    return apps.some(({ decision }) => decision === 'clean')
      ? ['Nothing: Redshift gives the space of the dropped tables back by itself.']
      : ['Nothing: there was nothing to drop.'];
  }
  const migrated = apps.filter(({ decision }) => decision === 'migrate');
  const unproved = migrated.filter(({ parity }) => parity === 'open' || parity === 'none');
  return [
    ...unproved.map(({ appId }) => `Find out why app ${appId} has no verdict that its data are equal.`),
    ...(console === 'upgrade' || projects.some(({ decision }) => decision === 'work')
      ? ['Sign in to the web console: every pipeline should be Active, and its dashboards should show recent events.']
      : []),
    ...(migrated.length > 0
      ? [
          'Compare a few days in the dashboards and in Explore with what you remember of them.',
          'After some days without complaints, start an execution with `{"mode": "cleanup"}`: it proves parity once more and drops the legacy tables, views and procedures, which saves storage. Until then nothing is lost.',
        ]
      : []),
    ...(console === 'upgrade'
      ? ['Delete the on-demand backups when you no longer need them: they are charged for.']
      : []),
  ];
}
