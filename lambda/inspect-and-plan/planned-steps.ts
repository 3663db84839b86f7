import type { ConsolePlan } from '../shared/plan/console-plan';
import type { PlannedStep } from '../shared/plan/plan';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { manyText } from '../shared/summary';
import { versionText } from '../shared/versions';
import type { Choice, Choices } from './choose';
import type { AppDecision } from './decide-apps';

const act = (step: string, what: string): PlannedStep => ({ step, decision: 'do', what });
const skip = (step: string, why: string): PlannedStep => ({ step, decision: 'skip', what: why });

/** Pure: what each state of the root will do, or why it does nothing. */
export function rootSteps(facts: {
  cleanup: boolean;
  console: ConsolePlan;
  approval: boolean;
  /** Projects that are worked on. */
  working: number;
  /** Those of them whose Python functions are replaced. */
  replacing: number;
}): PlannedStep[] {
  const { cleanup, console, approval, working, replacing } = facts;
  const upgrades = console.decision === 'upgrade';
  const nothing = !upgrades && working === 0;
  const needed = (step: string, what: string): PlannedStep =>
    nothing ? skip(step, 'nothing is left to do') : act(step, what);
  const approve = approval
    ? needed('Approve the plan', 'a person is asked')
    : skip('Approve the plan', 'the input asks for none');
  const lock = needed('Take the lock', 'no other execution works on this web console meanwhile');
  const confirm = needed('Confirm the plan', 'what the plan rests on is compared with the world once more');
  const projects =
    working === 0
      ? skip(cleanup ? 'Each project to clean up' : 'Each project', 'no project has anything left to do')
      : act(
          cleanup ? 'Each project to clean up' : 'Each project',
          working === 1 ? '1 project' : `${manyText(working, 'project')}, at most five at once`,
        );
  const end = [
    act('Report', 'what was asked, done, counted and proved, how long it took and what it cost'),
    needed('Release the lock', 'the next execution may begin'),
  ];
  if (cleanup) return [approve, lock, confirm, projects, ...end];
  return [
    upgrades
      ? act('Prepare the console change set', `from ${console.templateUrl ?? ''}`)
      : skip('Prepare the console change set', console.reason),
    approve,
    lock,
    confirm,
    replacing === 0
      ? skip('Prove the Lambda functions', 'no Python function has to be replaced')
      : act(
          'Prove the Lambda functions',
          `${manyText(replacing, 'project')}: a role is associated with the warehouse, and every function is tried out`,
        ),
    needed(
      'Back up',
      `${manyText(console.tables.length, 'table')} of the web console, and a snapshot or recovery point of each warehouse`,
    ),
    upgrades
      ? act('Upgrade the web console', `${console.reason}; about 10 min, then its users have to load it anew`)
      : skip('Upgrade the web console', console.reason),
    projects,
    ...end,
  ];
}

/** Pure: what each state of a project's child will do, or why it does nothing. */
export function projectSteps(
  { cleanup, target }: Choices,
  { state }: Choice,
  plan: ProjectPlan,
  apps: readonly AppDecision[],
): PlannedStep[] {
  if (cleanup) {
    const cleaned = apps.filter(({ decision }) => decision === 'clean').length;
    const each = appsText(cleaned);
    return cleaned === 0
      ? [
          skip('Prove parity again', 'no app has legacy tables'),
          skip('Drop the legacy objects', 'no app has legacy tables'),
        ]
      : [act('Prove parity again', each), act('Drop the legacy objects', each)];
  }
  const release = target === undefined ? '' : versionText(target);
  const migrates = apps.filter(({ decision }) => decision === 'migrate').length;
  const repairs = apps.filter(({ decision }) => decision === 'repair').length;
  const each = [
    ...(migrates === 0 ? [] : [appsText(migrates)]),
    ...(repairs === 0 ? [] : [`only the schema of ${appsText(repairs)}`]),
  ];
  const upgrades = plan.pipeline !== 'none';
  const atTarget = 'its pipeline is at the web console’s version';
  const rests = (step: string, what: string): PlannedStep =>
    plan.pauseProcessing ? act(step, what) : skip(step, 'nothing is changed that data processing would disturb');
  return [
    plan.timezones.length === 0
      ? skip('Set reporting time zones', 'every app that needs one has one')
      : act(
          'Set reporting time zones',
          `for ever: ${plan.timezones.map(({ appId, timezone }) => `${appId} ${timezone}`).join(', ')}`,
        ),
    rests('Pause data processing', 'the schedule is disabled, what runs is waited for'),
    ...(upgrades
      ? [
          act(
            'Start the pipeline upgrade',
            plan.pipeline === 'retry'
              ? `Retry first (${state.why}), then to ${release}`
              : `from ${plan.version} to ${release}`,
          ),
          replaceStep(plan, release),
          act('Finish the pipeline upgrade', 'every stack is updated; about 20 min'),
        ]
      : [
          skip('Start the pipeline upgrade', atTarget),
          replaceStep(plan, release),
          skip('Finish the pipeline upgrade', atTarget),
        ]),
    rests('Keep data processing paused', 'the upgrade enables the schedule again'),
    plan.capacity === undefined
      ? skip('Scale Redshift up', 'the capacity stays as it is')
      : act('Scale Redshift up', `to ${String(plan.capacity.rpu)} RPU`),
    each.length === 0 ? skip('Each app', 'no app has anything to migrate') : act('Each app', each.join('; ')),
    plan.capacity === undefined
      ? skip('Restore capacity', 'it was not changed')
      : act('Restore capacity', 'to what it was before'),
    rests('Resume data processing', 'the schedule is as it was before'),
  ];
}

function appsText(count: number): string {
  return count === 1 ? '1 app' : `${manyText(count, 'app')}, one after another`;
}

function replaceStep({ ingestion, pipeline }: ProjectPlan, release: string): PlannedStep {
  const step = 'Replace ingestion instances';
  switch (ingestion.kind) {
    case 'none':
      return skip(step, 'it has no ingestion service of its own');
    case 'fargate':
      return skip(step, 'it runs on Fargate, which replaces its tasks by itself');
    case 'ec2': {
      if (!ingestion.replace)
        return skip(step, `instances come from a launch configuration up to v1.1.6, the target is ${release}`);
      const which = ingestion.refresh
        ? 'not of the newest launch template'
        : 'of a launch configuration or another template';
      return act(
        step,
        `those ${which}${pipeline === 'none' ? ', if there are any' : ''}, without less capacity meanwhile`,
      );
    }
  }
}
