import type { ProjectPlan } from '../shared/plan/project-plan';
import type { PipelineStack } from '../shared/solution/find-pipeline-stacks';
import type { PipelineCall } from './call-record';

/** What a pass has seen of a pipeline. */
export interface PipelineObservation {
  act: 'start' | 'finish';
  planned: ProjectPlan['pipeline'];
  pipelineId: string;
  /** Full version of the console now, build included: what its API compares pipelines with. */
  version: string;
  stacks: readonly PipelineStack[];
  /** The console's record; the execution's status is that of Step Functions where the record says it runs. */
  record: { templateVersion: string | undefined; execution: { name: string; status: string } | undefined };
  call: PipelineCall | undefined;
  manual: boolean;
  attempt: { root: string; redrive: number };
  nowMs: number;
}

export type Route = 'upgrade' | 'retry';

export type PipelineAction =
  | { do: 'done' }
  | { do: 'wait'; for: 'stacks' | 'workflow' | 'answer' | 'person' }
  /** The call whose answer was lost has begun its work. */
  | { do: 'adopt'; call: PipelineCall }
  | { do: 'call'; route: Route; tries: number }
  | { do: 'fail'; because: FailureKind };

export type FailureKind =
  /** The upgrade ended, and not every stack is at the version. */
  | 'incomplete'
  | 'refused'
  | 'unanswered'
  /** Every stack is at the version, and the console's record knows nothing of it. */
  | 'unrecorded'
  | 'no stacks';

/** How long nothing may move before a call without an answer counts as one that did nothing. */
export const SETTLING_MS = 2 * 60_000;

/** Calls without an answer under one redrive, before a person has to look. */
export const MOST_CALLS = 5;

/** Where a stack stands when its last update went well: a rollback is also "complete". */
const GOOD_STATUS = /^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/;

/** Pure. What shows that it is done is the stacks' state and version tag; that the workflow succeeded proves nothing. */
export function decide(seen: PipelineObservation): PipelineAction {
  const { act, stacks, call, record, attempt } = seen;
  if (stacks.length === 0) return { do: 'fail', because: 'no stacks' };
  if (call?.state === 'open' && hasBegun(seen, call)) return { do: 'adopt', call };
  if (act === 'start' && isStarted(seen)) return { do: 'done' };
  if (stacks.some(isMoving)) return { do: 'wait', for: 'stacks' };
  if (record.execution?.status === 'RUNNING') return { do: 'wait', for: 'workflow' };

  // Everything is at rest from here on.
  const healthy = !isSick(seen);
  if (healthy && allReached(seen)) return { do: 'done' };
  if (isUnrecorded(seen)) return { do: 'fail', because: 'unrecorded' };
  const mine = call?.root === attempt.root ? call : undefined;
  const isNewAttempt = mine !== undefined && attempt.redrive > mine.redrive;
  if (call?.state === 'open') return unanswered(seen, call, isNewAttempt || mine === undefined);
  if (mine?.state === 'refused' && !isNewAttempt) return { do: 'fail', because: 'refused' };
  if (!healthy) {
    const hasTried = mine?.state === 'accepted' || mine?.state === 'failed';
    const isAllowed = isNewAttempt || (seen.planned === 'retry' && !hasTried);
    return isAllowed ? { do: 'call', route: 'retry', tries: 1 } : { do: 'fail', because: 'incomplete' };
  }
  // Accepted and ended, yet the record is at another version: nothing that waiting would change.
  if (mine?.state === 'accepted' && mine.route === 'upgrade' && !isNewAttempt) {
    return { do: 'fail', because: 'incomplete' };
  }
  return { do: 'call', route: 'upgrade', tries: 1 };
}

/** Nobody knows whether it did anything: asked again only when nothing has moved for a while. */
function unanswered(seen: PipelineObservation, call: PipelineCall, isNewAttempt: boolean): PipelineAction {
  if (seen.manual) return { do: 'wait', for: 'person' };
  if (seen.nowMs - call.calledAtMs < SETTLING_MS) return { do: 'wait', for: 'answer' };
  if (call.tries >= MOST_CALLS && !isNewAttempt) return { do: 'fail', because: 'unanswered' };
  return { do: 'call', route: routeOf(seen), tries: isNewAttempt ? 1 : call.tries + 1 };
}

/** After a failed upgrade the console answers `/upgrade` with "already the latest version". */
export function routeOf(seen: PipelineObservation): Route {
  return isSick(seen) ? 'retry' : 'upgrade';
}

/** The console would call it Warning or Failed. Source: awslabs/clickstream-analytics-on-aws, api/common/utils.ts (getPipelineStatusType) */
function isSick({ stacks, record }: PipelineObservation): boolean {
  return (
    ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(record.execution?.status ?? '') ||
    stacks.some((stack) => isBroken(stack) || isAtOther(stack, record.templateVersion))
  );
}

export function isBroken(stack: PipelineStack): boolean {
  return !isMoving(stack) && !GOOD_STATUS.test(stack.status);
}

export function isMoving({ status }: PipelineStack): boolean {
  return status.endsWith('_IN_PROGRESS');
}

/** Complete, not rolled back, and tagged with the version. */
export function isReached({ status, version }: PipelineStack, wanted: string): boolean {
  return GOOD_STATUS.test(status) && version === wanted;
}

function isAtOther({ version }: PipelineStack, templateVersion: string | undefined): boolean {
  return version !== undefined && templateVersion !== undefined && version !== templateVersion;
}

function allReached({ stacks, version }: PipelineObservation): boolean {
  return stacks.every((stack) => isReached(stack, version));
}

/** New instances are needed as soon as the ingestion stack is new; the others may still be at work. */
function isStarted(seen: PipelineObservation): boolean {
  const ingestion = seen.stacks.filter(({ type }) => type === 'Ingestion');
  if (ingestion.length > 0) return ingestion.every((stack) => isReached(stack, seen.version));
  const isAccepted = seen.call?.state === 'accepted' && seen.call.root === seen.attempt.root;
  return allReached(seen) || (isAccepted && !isSick(seen)) || (isAccepted && seen.stacks.some(isMoving));
}

/** The workflow was started, and the console could not write it down. Source: same repository, api/model/pipeline.ts (upgrade) */
function isUnrecorded(seen: PipelineObservation): boolean {
  return allReached(seen) && seen.record.templateVersion !== undefined && seen.record.templateVersion !== seen.version;
}

/** A newer execution in the record, or a stack that was touched since. */
function hasBegun({ record, stacks, pipelineId }: PipelineObservation, { before }: PipelineCall): boolean {
  const name = record.execution?.name ?? '';
  const isNewer = name !== before.execution && startedMs(name, pipelineId) > startedMs(before.execution, pipelineId);
  return isNewer || stacks.some(({ updatedMs }) => updatedMs > before.updatedMs);
}

/** Names of executions end in the time of their start. Source: same repository, api/common/utils.ts (getStateMachineExecutionName) */
function startedMs(name: string | undefined, pipelineId: string): number {
  const [, ms] = new RegExp(`^main-${pipelineId}-(\\d+)$`).exec(name ?? '') ?? [];
  return ms === undefined ? 0 : Number(ms);
}
