import type { ReportedApp, ReportedProject, ReportedStep } from './report-document';
import { code, factText, isReference, listed, marked, plainFactsOf, sentenceOf, tells, tookText, words } from './words';

/** @param right columns of numbers */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map((_, index) => (right.includes(index) ? '---:' : '---'))),
    ...rows.map((cells) => line(cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')))),
  ];
}

/** What has been skipped stands in one line below the table, what is only to be looked up in a list. */
export function stepTable(steps: readonly ReportedStep[]): string[] {
  const told = steps.filter(({ outcome }) => outcome !== 'skipped');
  const rows = told.map((step) => [
    step.state,
    marked(step.asked ?? ''),
    doneText(step),
    countsText(step),
    timeText(step),
  ]);
  const references = told.flatMap((step) =>
    referencesOf(step).map(([name, value]) => `- ${step.state}, ${words(name)}: ${code(value)}`),
  );
  return [
    ...(rows.length === 0 ? [] : [...table(['Step', 'Asked', 'Done', 'Counts', 'Took'], rows, [4]), '']),
    ...skippedText(steps),
    ...(references.length === 0 ? [] : [...references, '']),
  ];
}

/** One table for all apps of a project: what is asked is the same for each of them. */
export function appStepTable({ apps }: ReportedProject): string[] {
  const worked = apps.filter(({ decision }) => decision !== 'skip');
  if (worked.length === 0) return [];
  const states = new Set(worked.flatMap(({ steps }) => steps.map(({ state }) => state)));
  const rows = [...states].flatMap((state) =>
    worked
      .flatMap(({ appId, steps }) => steps.filter((step) => step.state === state).map((step) => ({ appId, step })))
      .map(({ appId, step }, index) => [
        ...(index === 0 ? [state, step.asked ?? ''] : ['', '']),
        ...[appId, doneText(step), countsText(step), timeText(step)],
      ]),
  );
  return [
    ...table(['Step', 'Asked', 'App', 'Done', 'Counts', 'Took'], rows, [5]),
    '',
    ...appReferences(worked),
    ...worked.flatMap(({ appId, steps }) => statementText(appId, steps)),
    '',
  ];
}

/** What was equal for several apps is told once. */
function appReferences(apps: readonly ReportedApp[]): string[] {
  const found = new Map<string, { head: string; appIds: string[]; value: string }>();
  for (const { appId, steps } of apps) {
    for (const { state, facts } of steps) {
      for (const [name, value] of referencesOf({ facts })) {
        const head = `${state}, ${words(name)}`;
        const entry = found.get(`${head} ${value}`) ?? { head, appIds: [], value };
        entry.appIds.push(appId);
        found.set(`${head} ${value}`, entry);
      }
    }
  }
  return [...found.values()].map(({ head, appIds, value }) => `- ${head} of ${listed(appIds)}: ${code(value)}`);
}

/** The last statement of each unit, to be looked for in the warehouse's own history. */
function statementText(appId: string, steps: readonly ReportedStep[]): string[] {
  const texts = steps.flatMap(({ statement }) =>
    statement === undefined ? [] : [`${statement.name}${statement.id === undefined ? '' : ` ${code(statement.id)}`}`],
  );
  return texts.length === 0 ? [] : [`- Last statements of ${appId}: ${texts.join(', ')}`];
}

function doneText({ outcome, done }: ReportedStep): string {
  return done === undefined ? `(${outcome})` : marked(done.replace(/^skipped: /, 'skipped, '));
}

function countsText({ facts, done = '' }: ReportedStep): string {
  return plainFactsOf(facts)
    .filter((fact) => !isReference(fact[1]) && !tells(done, fact))
    .map(factText)
    .join(', ');
}

function timeText({ activeSeconds }: ReportedStep): string {
  return activeSeconds === undefined ? '' : tookText(activeSeconds);
}

/** A backup's ids have a section of their own. */
function referencesOf({ state, facts }: Pick<ReportedStep, 'facts'> & { state?: string }): [string, string][] {
  if (state === 'Back up') return [];
  return plainFactsOf(facts).flatMap(([name, value]) => (isReference(value) ? [[name, value]] : []));
}

function skippedText(steps: readonly ReportedStep[]): string[] {
  const skipped = steps.filter(({ outcome }) => outcome === 'skipped');
  if (skipped.length === 0) return [];
  const texts = skipped.map(({ state, done, asked }) => {
    const why = done?.replace(/^skipped[:,]? */, '') ?? asked ?? '';
    return why === '' ? state : `${state} (${why})`;
  });
  return [sentenceOf(`skipped: ${texts.join('; ')}`), ''];
}
