import { consoleRefused } from '../shared/console-api/refused';
import { assertNever, ErrorCode, UpgradeError, type Problem } from '../shared/errors';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { failedResources } from '../shared/solution/failed-resources';
import type { PipelineStack } from '../shared/solution/find-pipeline-stacks';
import { manyText } from '../shared/summary';
import type { PipelineCall } from './call-record';
import { isBroken, isReached, MOST_CALLS, type FailureKind, type PipelineObservation } from './decide';

/** What an operator is told when an upgrade cannot go on. */
export async function failure(
  because: FailureKind,
  plan: ProjectPlan,
  seen: PipelineObservation,
): Promise<UpgradeError> {
  const { projectId } = plan;
  switch (because) {
    case 'incomplete':
      return incomplete(plan, seen);
    case 'refused':
      return refused(plan, seen.call);
    case 'unanswered':
      return error(plan, {
        code: ErrorCode.ConsoleRefused,
        what: `The web console did not begin the upgrade of project ${projectId}.`,
        why: `It was asked ${String(MOST_CALLS)} times without an answer, and no stack has moved.`,
        next: `Look at the log of its function ${plan.console.apiFunction}, then redrive: it is asked again.`,
      });
    case 'unrecorded':
      return error(plan, {
        code: ErrorCode.PipelineUpgradeFailed,
        what: `Every stack of project ${projectId} is at ${seen.version}, but the web console's record of it is not.`,
        why: `The record says ${seen.record.templateVersion ?? 'nothing'}: its workflow was started, and writing that down failed.`,
        next:
          'Do not press Retry in the console: it would take the stacks back to the recorded version. Set templateVersion in ' +
          `the record (table ${plan.console.metadataTable}) to ${seen.version} after a backup of the item, then redrive.`,
      });
    case 'no stacks':
      return error(plan, {
        code: ErrorCode.PipelineUpgradeFailed,
        what: `No stack of project ${projectId} was found.`,
        why: `None is named ${plan.stackPrefix}-<type>-${plan.pipelineId} in ${plan.region}.`,
        next: 'Find out whether the pipeline was deleted or made anew, then start a new execution.',
        redrive: 'no',
      });
    default:
      return assertNever(because);
  }
}

/** The console said no. */
export function refused(plan: ProjectPlan, call: PipelineCall | undefined): UpgradeError {
  const order = call?.route === 'retry' ? 'retry' : 'upgrade';
  return consoleRefused(
    `The web console does not ${order} the pipeline of project ${plan.projectId}.`,
    call?.error ?? { status: 0, message: 'no reason is known' },
    idsOf(plan),
  );
}

/** The console's own view is another one than that of the stacks. */
export function notActive(plan: ProjectPlan, version: string, status: string): UpgradeError {
  return error(plan, {
    code: ErrorCode.PipelineUpgradeFailed,
    what: `Every stack of project ${plan.projectId} is at ${version}, but the web console shows the pipeline as ${status}.`,
    why: 'It compares its record of the pipeline with the stacks, and they differ for it.',
    next: 'Open the project in the web console and resolve what it names, then redrive.',
  });
}

async function incomplete(plan: ProjectPlan, seen: PipelineObservation): Promise<UpgradeError> {
  const unfinished = seen.stacks.filter((stack) => !isReached(stack, seen.version));
  const problems = await Promise.all(unfinished.map((stack) => problemOf(plan.region, stack)));
  const isStuck = unfinished.some(({ status }) => status.endsWith('ROLLBACK_FAILED'));
  return error(
    plan,
    {
      code: ErrorCode.PipelineUpgradeFailed,
      what:
        `The upgrade of project ${plan.projectId} has ended with ${String(unfinished.length)} of ` +
        `${manyText(seen.stacks.length, 'stack')} not at ${seen.version}.`,
      why: problems[0]?.message ?? `Its workflow ended ${seen.record.execution?.status ?? 'without a trace'}.`,
      next: isStuck
        ? 'A stack in UPDATE_ROLLBACK_FAILED needs "Continue update rollback" in CloudFormation first, as the ' +
          'solution’s troubleshooting guide says. Resolve the reasons, then redrive: the console is asked to retry.'
        : 'Resolve the reasons named here, then redrive: the console is asked to retry what is unfinished.',
    },
    problems,
  );
}

/** A stack with its status, its version, and what failed in it first. */
async function problemOf(region: string, stack: PipelineStack): Promise<Problem> {
  const { name, status, version = 'without a version' } = stack;
  const [first] = isBroken(stack) ? await failedResources(region, name) : [];
  const reason = first === undefined ? '' : `: ${first.logicalId} (${first.type}): ${first.reason}`;
  return { path: name, message: `${name} is ${status} at ${version}${reason}` };
}

function idsOf({ projectId, pipelineId, region }: ProjectPlan): Record<string, string> {
  return { projectId, pipelineId, region };
}

function error(
  plan: ProjectPlan,
  report: { code: ErrorCode; what: string; why: string; next: string; redrive?: 'yes' | 'no' },
  problems: Problem[] = [],
): UpgradeError {
  return new UpgradeError({
    redrive: 'yes',
    ...report,
    ids: idsOf(plan),
    ...(problems.length === 0 ? {} : { problems }),
  });
}
