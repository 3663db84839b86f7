import type { ExecutionStatus } from '@aws-sdk/client-sfn';
import { isHeld, type ProcessingRule } from '../shared/processing/rules';
import type { LoadRecord } from './load-record';

export interface ResumeObservation {
  projectId: string;
  rules: readonly ProcessingRule[];
  load: {
    /** None where the project has no Redshift. */
    stateMachineArn: string | undefined;
    record: LoadRecord | undefined;
    /** Of the record's execution, as far as it has one. */
    execution: { status: ExecutionStatus; error: string | undefined } | undefined;
    /** Somebody else's run: ours would end at once, having done nothing. */
    busy: boolean;
  };
  attempt: { root: string; redrive: number };
}

export type ResumeAction =
  /** No hold of this project: nothing was paused, or everything is as it was before. */
  | { do: 'nothing' }
  | { do: 'enable'; rule: ProcessingRule }
  | { do: 'start load'; pausedAtMs: number }
  /** Its answer was lost: the same name again. */
  | { do: 'start again'; record: LoadRecord }
  | { do: 'wait for another' }
  | { do: 'wait for load'; record: LoadRecord }
  | { do: 'fail'; record: LoadRecord; why: string }
  /** `loaded`: a run of ours has ended well. */
  | { do: 'give back'; rules: readonly ProcessingRule[]; loaded: LoadRecord | undefined };

/**
 * Pure. Rules first, so that a load that fails keeps nothing paused; the holds are given back last, because they say that a
 * load is due. A rule that was disabled before stays so, and one that somebody else has enabled meanwhile is left alone.
 */
export function decide(seen: ResumeObservation): ResumeAction {
  const held = seen.rules.filter((rule) => isHeld(rule, seen.projectId));
  const [first] = held;
  if (first === undefined) return { do: 'nothing' };
  const disabled = held.find((rule) => rule.state === 'disabled' && wasEnabled(rule));
  if (disabled !== undefined) return { do: 'enable', rule: disabled };
  // The schedule's stands first, and is given back last: as long as there is a hold, it is the same pause.
  return loading(seen, held, first.hold?.takenAtMs ?? 0);
}

function loading(seen: ResumeObservation, held: readonly ProcessingRule[], pausedAtMs: number): ResumeAction {
  const { load, attempt } = seen;
  if (load.stateMachineArn === undefined) return { do: 'give back', rules: held, loaded: undefined };
  const record = load.record?.pausedAtMs === pausedAtMs ? load.record : undefined;
  const start: ResumeAction = load.busy ? { do: 'wait for another' } : { do: 'start load', pausedAtMs };
  switch (record?.state) {
    case undefined:
      return start;
    case 'open':
      return { do: 'start again', record };
    case 'done':
      return { do: 'give back', rules: held, loaded: record };
    case 'started':
    case 'failed':
      break;
  }
  switch (load.execution?.status) {
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return { do: 'wait for load', record };
    case 'SUCCEEDED':
      return { do: 'give back', rules: held, loaded: record };
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
    case undefined: {
      const isNewAttempt = attempt.root !== record.root || attempt.redrive > record.redrive;
      if (isNewAttempt) return start;
      const status = load.execution?.status ?? 'unknown to Step Functions';
      return { do: 'fail', record, why: load.execution?.error ?? `The execution is ${status}.` };
    }
  }
}

export function wasEnabled({ hold }: Pick<ProcessingRule, 'hold'>): boolean {
  return hold?.original['state'] === 'ENABLED';
}
