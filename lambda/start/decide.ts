import { OPERATION_PREFIX } from '../shared/change-set/names';
import type { PipelineStack } from '../shared/solution/find-pipeline-stacks';
import type { StackEvent } from './event';

/** Why an event starts nothing: also the dimension it is counted under. */
export type Ignored =
  /** The status is not one that an update ends well with. */
  | 'other-status'
  /** The update is our own. */
  | 'own-update'
  /** The stack is gone, or is being changed again. */
  | 'moved-on'
  /** The stack that holds it tells the same. */
  | 'nested-stack'
  /** It is no stack of a pipeline of this web console. */
  | 'other-stack'
  /** The operator's input names other projects. */
  | 'other-project'
  /** An upgrade that includes it is running. */
  | 'running-upgrade'
  /** Not every stack of the pipeline is at the version of the console. */
  | 'unfinished-pipeline';

export type StartDecision =
  | { do: 'ignore'; because: Exclude<Ignored, 'running-upgrade'>; what: string }
  /** What is running may be what an event of this same update has started. */
  | { do: 'ignore'; because: 'running-upgrade'; what: string; key: UpdateKey }
  | { do: 'start'; input: Record<string, unknown>; key: UpdateKey };

/** What makes two events tell of the same update. */
export interface UpdateKey {
  /** Stack of the console, or id of the project. */
  subject: string;
  version: string;
  updatedMs: number;
}

/** The stack as it is now. */
export interface SeenStack {
  isNested: boolean;
  status: string;
  updatedMs: number;
}

/** What is known of a running upgrade of this console; `everything` where its plan cannot be told. */
export type RunningUpgrade = { root: string; projects: readonly string[] | 'everything' } | undefined;

export type StartObservation = {
  /** Undefined where there is no such stack any more. */
  stack: SeenStack | undefined;
  /** Full version of the web console, build included. */
  version: string;
  running: RunningUpgrade;
} & ({ kind: 'console' } | { kind: 'pipeline'; project: SeenProject | undefined });

export interface SeenProject {
  projectId: string;
  /** At least the one that the event tells of. */
  stacks: readonly PipelineStack[];
}

/** Pure, and of the event alone: what needs no look at the world. The rule leaves most of it out already. */
export function decideByEvent({ detail }: StackEvent): StartDecision | undefined {
  const { status } = detail['status-details'];
  if (status !== 'UPDATE_COMPLETE') return ignore('other-status', `the stack is ${status}`);
  const token = detail['client-request-token'] ?? '';
  if (token.startsWith(OPERATION_PREFIX)) return ignore('own-update', `the update is our own, ${token}`);
  return undefined;
}

/** Where a stack stands when its last update went well: a rollback is also "complete". */
const GOOD_STATUS = /^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/;

/**
 * Pure: does this start an execution, and with what input?
 *
 * @param input the operator's
 */
export function decide(
  seen: StartObservation,
  { consoleStack, input }: { consoleStack: string; input: Readonly<Record<string, unknown>> },
): StartDecision {
  const { stack, version, running } = seen;
  if (stack === undefined) return ignore('moved-on', 'the stack is gone');
  if (stack.isNested) return ignore('nested-stack', 'the stack that holds it tells the same');
  if (!GOOD_STATUS.test(stack.status)) return ignore('moved-on', `the stack is ${stack.status} by now`);
  const console = { ...asRecord(input['console']), stackName: consoleStack };
  if (seen.kind === 'console') {
    const key = { subject: consoleStack, version, updatedMs: stack.updatedMs };
    if (running !== undefined) return upgrading(`${running.root} is upgrading this console`, key);
    return { do: 'start', input: { ...input, console }, key };
  }

  const { project } = seen;
  if (project === undefined) return ignore('other-stack', 'no pipeline of this web console has this stack');
  const { projectId, stacks } = project;
  const chosen = chosenProject(input['projects'], projectId);
  if (chosen === undefined) return ignore('other-project', `the input of the trigger does not name ${projectId}`);
  const key = { subject: projectId, version, updatedMs: Math.max(...stacks.map((one) => one.updatedMs)) };
  if (running !== undefined && (running.projects === 'everything' || running.projects.includes(projectId))) {
    return upgrading(`${running.root} is upgrading ${projectId}`, key);
  }
  const behind = stacks.filter((one) => !GOOD_STATUS.test(one.status) || one.version !== version || version === '');
  if (behind.length > 0) {
    const names = behind.map(({ type, status, version: its }) => `${type} is ${status} at ${its ?? 'no version'}`);
    return ignore('unfinished-pipeline', `of ${projectId}, the console being at ${version}: ${names.join(', ')}`);
  }
  return {
    do: 'start',
    // A project is brought to where its console is; the console itself stays where it is.
    input: { ...input, console: { stackName: consoleStack }, projects: [chosen] },
    key,
  };
}

/** The project as the operator's input has it, time zones included; undefined where it names others only. */
function chosenProject(projects: unknown, projectId: string): Record<string, unknown> | undefined {
  if (!Array.isArray(projects)) return { projectId };
  const chosen: unknown = projects.find((one) => asRecord(one)['projectId'] === projectId);
  return chosen === undefined ? undefined : asRecord(chosen);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function ignore(because: Exclude<Ignored, 'running-upgrade'>, what: string): StartDecision {
  return { do: 'ignore', because, what };
}

function upgrading(what: string, key: UpdateKey): StartDecision {
  return { do: 'ignore', because: 'running-upgrade', what, key };
}
