import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { consoleTrigger } from '../shared/console-api/console-api';
import { consoleRefused } from '../shared/console-api/refused';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError } from '../shared/errors';
import type { ProjectTarget } from '../shared/plan/plan';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { readProjectPlan } from '../shared/plan/store';
import { readPipelineRecord } from '../shared/solution/pipeline-record';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import type { environment, progress } from './schema';

type Progress = z.infer<typeof progress>;
type Answer = StepAnswer<Progress, Record<string, never>>;
type Timezone = ProjectPlan['timezones'][number];

/** Time zones that the pipeline's record shows, by app. */
export type KnownTimezones = ReadonlyMap<string, string>;

export type TimezoneAction =
  | { do: 'done' }
  /** The app has another one, for ever. */
  | { do: 'refuse'; wanted: Timezone; known: string }
  /** It was asked for often enough, and nothing is seen of it. */
  | { do: 'give up'; wanted: Timezone }
  | { do: 'set'; wanted: Timezone; missing: number };

/** Calls for one app that may remain without effect before a person has to look. */
const MOST_CALLS = 5;
const PAUSE_SECONDS = 10;
const PERSON_PAUSE_SECONDS = 60;

/** Pure. All conflicts come before the first call: a value cannot be taken back. */
export function decide(wanted: readonly Timezone[], known: KnownTimezones, calls: Progress['calls']): TimezoneAction {
  const current = ({ appId }: Timezone): string => known.get(appId)?.trim() ?? '';
  for (const timezone of wanted) {
    const shown = current(timezone);
    if (shown !== '' && shown !== timezone.timezone) return { do: 'refuse', wanted: timezone, known: shown };
  }
  const missing = wanted.filter((timezone) => current(timezone) === '');
  const [next] = missing;
  if (next === undefined) return { do: 'done' };
  if ((calls[next.appId] ?? 0) >= MOST_CALLS) return { do: 'give up', wanted: next };
  return { do: 'set', wanted: next, missing: missing.length };
}

/**
 * One pass of *Set reporting time zones*: at most one is set; the record proves it in the next pass. Setting the same
 * value twice does no harm, so a call whose answer was lost is simply looked after.
 */
export async function converge(
  request: StepRequest<ProjectTarget, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<Answer> {
  const plan = await readProjectPlan(tools.environment.PLAN_BUCKET, request.root.plan, request.target);
  const { projectId, timezones } = plan;
  if (timezones.length === 0) {
    return { status: 'DONE', result: {}, summary: `${projectId}: skipped: no reporting time zone is to be set` };
  }
  const calls = request.progress?.calls ?? {};
  const action = decide(timezones, await knownTimezones(plan), calls);
  switch (action.do) {
    case 'done':
      return {
        status: 'DONE',
        result: {},
        summary: `${projectId}: ${manyText(timezones.length, 'app has', 'apps have')} the reporting time zone of the plan`,
        facts: { apps: timezones.length },
      };
    case 'refuse':
      throw conflict(plan, action);
    case 'give up':
      throw withoutEffect(plan, action.wanted);
    case 'set':
      return set(request, tools, plan, action, calls);
    default:
      return assertNever(action);
  }
}

async function set(
  request: StepRequest<ProjectTarget, Progress>,
  tools: Tools<z.infer<typeof environment>>,
  plan: ProjectPlan,
  { wanted, missing }: Extract<TimezoneAction, { do: 'set' }>,
  calls: Progress['calls'],
): Promise<Answer> {
  const { projectId, console } = plan;
  const { appId, timezone } = wanted;
  const trigger = consoleTrigger(tools.environment, console);
  if (trigger.kind === 'manual') {
    return {
      status: 'IN_PROGRESS',
      waitSeconds: PERSON_PAUSE_SECONDS,
      summary:
        `${projectId}: a person has to set the reporting time zone of app ${appId} to ${timezone} in the web console ` +
        `(${console.url}), and it cannot be changed afterwards; ${manyText(missing, 'app')} to go`,
    };
  }
  const tries = (calls[appId] ?? 0) + 1;
  const answer = await trigger.call({
    method: 'PUT',
    path: `/api/app/${appId}/timezone`,
    body: { projectId, timezone },
    requestId: createHash('sha256')
      .update([request.execution.id, String(request.now), projectId, appId, String(tries)].join('\n'))
      .digest('hex')
      .slice(0, 32),
  });
  if (answer.is === 'refused') {
    // An earlier call, thought lost, may have set it just now.
    const now = (await knownTimezones(plan)).get(appId);
    if (now !== timezone) throw refused(plan, wanted, answer);
  }
  const said = answer.is === 'unknown' ? `no answer for app ${appId} yet (${answer.why})` : `app ${appId} is set`;
  return {
    status: 'IN_PROGRESS',
    progress: { calls: { ...calls, [appId]: tries } },
    waitSeconds: PAUSE_SECONDS,
    summary: `${projectId}: ${said}, ${manyText(missing, 'reporting time zone is', 'reporting time zones are')} still to be proved`,
  };
}

async function knownTimezones({ console, projectId }: ProjectPlan): Promise<KnownTimezones> {
  const record = await readPipelineRecord(console.metadataTable, projectId, console.region);
  return new Map((record?.timezone ?? []).map(({ appId, timezone }) => [appId, timezone]));
}

function idsOf({ projectId, pipelineId }: ProjectPlan, appId: string): Record<string, string> {
  return { projectId, pipelineId, appId };
}

function refused(plan: ProjectPlan, { appId, timezone }: Timezone, answer: { status: number; message: string }): Error {
  const what = `The reporting time zone of app ${appId} in project ${plan.projectId} could not be set to ${timezone}.`;
  return consoleRefused(what, answer, idsOf(plan, appId));
}

function conflict(plan: ProjectPlan, { wanted, known }: Extract<TimezoneAction, { do: 'refuse' }>): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.ConsoleRefused,
    what: `App ${wanted.appId} in project ${plan.projectId} has the reporting time zone ${known}, not ${wanted.timezone}.`,
    why: 'The web console does not let a reporting time zone be changed once it is set.',
    next: `Start a new execution with the time zone ${known} for this app, or with none: it is taken over then.`,
    redrive: 'no',
    ids: idsOf(plan, wanted.appId),
  });
}

function withoutEffect(plan: ProjectPlan, { appId, timezone }: Timezone): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.ConsoleRefused,
    what: `The reporting time zone of app ${appId} in project ${plan.projectId} is still not ${timezone}.`,
    why: `The web console was asked ${String(MOST_CALLS)} times; its record of the pipeline shows nothing of it.`,
    next: 'Set it in the web console, or find out why its API does not answer; then redrive.',
    redrive: 'yes',
    ids: idsOf(plan, appId),
  });
}
