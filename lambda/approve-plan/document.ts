import { executionName } from '../shared/approval';
import type { ChangesDocument } from '../shared/change-set/approved';
import { changeText } from '../shared/change-set/changes';
import type { Estimate, Plan, PlannedApp, PlannedProject, PlannedStep } from '../shared/plan/plan';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { durationText, exactText, manyText, usdRangeText, usdText } from '../shared/summary';

/** All that a person should see before saying yes. */
export interface Proposal {
  root: string;
  plan: Plan;
  /** Of the web console's stack; undefined where it is not updated. */
  changes: ChangesDocument | undefined;
  projects: readonly ProjectPlan[];
}

/** One sentence: what is asked. */
export function questionOf({ plan }: Pick<Proposal, 'plan'>): string {
  const { console, estimate, projects } = plan;
  const working = projects.filter(({ decision }) => decision === 'work');
  const apps = working.flatMap((project) => project.apps.filter(({ decision }) => decision !== 'skip'));
  const about = estimate === undefined ? '' : `, about ${durationText(estimate.seconds.likely)}`;
  const extent = `${manyText(working.length, 'project')} and ${manyText(apps.length, 'app')}`;
  if (plan.kind === 'cleanup') return `Drop the legacy tables of ${extent} for ever${about}?`;
  const consoleText =
    console.decision === 'upgrade'
      ? `Upgrade the web console ${console.stackName} from ${console.version} to ${console.targetVersion}`
      : `Leave the web console ${console.stackName} at ${console.version}`;
  return `${consoleText} and work on ${extent}${about}?`;
}

/** The proposal as Markdown: what cannot be undone stands first. */
export function documentOf(proposal: Proposal): string {
  const { plan, root } = proposal;
  const { console } = plan;
  return [
    `# ${questionOf(proposal)}`,
    list([
      `Execution: \`${executionName(root)}\``,
      `Web console: stack \`${console.stackName}\` in ${console.region}, version ${console.version}`,
      `Plan: \`${plan.hash}\`, made ${plan.createdAt}`,
      ...(plan.estimate === undefined
        ? []
        : [
            `Estimate: ${estimateText(plan.estimate)}. It covers the updates of console and pipelines and the migration; ` +
              'backups, pauses, changes of capacity and this approval come on top',
          ]),
    ]),
    ...irreversible(proposal),
    ...changesOf(proposal),
    '## Steps',
    ...stepTexts(plan.steps),
    ...plan.projects.flatMap(projectText),
  ].join('\n\n');
}

function irreversible({ plan, projects }: Proposal): string[] {
  if (plan.kind === 'cleanup') {
    return section('For ever', [
      'The legacy tables are dropped with everything in them; events older than the migrated window are lost.',
      plan.cascade
        ? 'Views outside the solution that depend on them are dropped along (cascade).'
        : 'Views outside the solution that depend on them stop the clean-up of their app.',
    ]);
  }
  const zones = projects.flatMap(({ projectId, timezones }) =>
    timezones.map(({ appId, timezone }) => `App \`${projectId}/${appId}\` reports in **${timezone}**.`),
  );
  return section('For ever: reporting time zones, which can be set once', zones);
}

function changesOf({ changes }: Proposal): string[] {
  if (changes === undefined) return [];
  const { risky, counts, changes: all } = changes;
  return [
    ...section('Changes to look at twice: what is replaced or removed', risky),
    ...section(`Changes to the web console’s stack (${counts})`, all.length === 0 ? ['None.'] : all.map(changeText)),
  ];
}

function projectText(project: PlannedProject): string[] {
  const reason = `${project.decision === 'skip' ? 'skipped: ' : ''}${project.reason}`;
  return [
    `## Project ${project.projectId} (${project.region})`,
    sentence(reason),
    ...(project.notes.length === 0 ? [] : [list(project.notes.map((note) => `**Note:** ${note}`))]),
    ...stepTexts(project.steps),
    ...(project.apps.length === 0 ? [] : [list(project.apps.map(appText))]),
  ];
}

function appText({ appId, decision, reason, legacyEvents, estimate, timezone }: PlannedApp): string {
  const name = `App \`${appId}\`${timezone === undefined ? '' : ` (${timezone})`}`;
  if (decision === 'skip') return `${name}: skipped: ${reason}.`;
  if (decision === 'repair') return `${name}: only its schema: ${reason}.`;
  const what = decision === 'migrate' ? `migrate ${reason}` : `${reason}: ${exactText(legacyEvents)} legacy events`;
  return `${name}: ${what}${estimate === undefined ? '' : `; ${estimateText(estimate)}`}.`;
}

/** What is skipped stands in one line: it is not what a person says yes to. */
function stepTexts(steps: readonly PlannedStep[]): string[] {
  const planned = steps.filter(({ decision }) => decision === 'do');
  const skipped = steps.filter(({ decision }) => decision === 'skip');
  return [
    ...(planned.length === 0 ? [] : [list(planned.map(({ step, what }) => `**${step}**: ${what}`))]),
    ...(skipped.length === 0 ? [] : [`Skipped: ${skipped.map(({ step, what }) => `${step} (${what})`).join('; ')}.`]),
  ];
}

function estimateText({ seconds, usd }: Estimate): string {
  return (
    `about ${durationText(seconds.likely)} (${durationText(seconds.low)} to ${durationText(seconds.high)}), ` +
    (usd.high < 0.005 ? usdText(usd.high) : `${usdText(usd.likely)} (${usdRangeText(usd)})`)
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, list(lines)];
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
