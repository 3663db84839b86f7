import type { ConsoleObservation } from './observe';

export type ConsoleAction =
  /** Stack, API function and dictionary agree on the target. */
  | { do: 'done' }
  /** An update runs: ours (whose beginning may have to be written down), or somebody else's. */
  | { do: 'wait'; whose: 'ours' | 'another' }
  /** The update is complete, and API function or dictionary do not show it yet. */
  | { do: 'wait for evidence' }
  /** Our update ended without success: `fresh` when nobody was told yet. */
  | { do: 'report failure'; ended: string; reasons: string[]; fresh: boolean }
  /** The recorded update is over and is no business of this root any more: it was another's, or was followed by another. */
  | { do: 'close record'; succeeded: boolean }
  /** The stack is in a status that no update leads out of. */
  | { do: 'refuse'; why: 'gone' | 'rollback failed' | 'not updatable' }
  /** Nothing is under way, and this attempt may begin an update. */
  | { do: 'update' };

export interface Attempt {
  root: string;
  redrive: number;
}

/** Statuses in which an update may begin. Source: CloudFormation User Guide, stack status codes */
const AT_REST = /^(?:CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE$/;
const COMPLETE = /^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/;

/**
 * Pure. The goal is judged by the world alone; only where it is not reached does the journal tell whether an update was
 * begun, and whether this attempt may begin another.
 */
export function decide(seen: ConsoleObservation, target: string, attempt: Attempt): ConsoleAction {
  const { status, record, trace } = seen;
  if (status === undefined) return { do: 'refuse', why: 'gone' };
  const complete = COMPLETE.test(status);
  const isAtTarget = seen.apiRelease === target && seen.dictionaryRelease === target;
  if (complete && isAtTarget && !seen.owed) return { do: 'done' };
  const begun = record?.state === 'alive' || (record?.state === 'open' && trace.seen);
  if (status.endsWith('_IN_PROGRESS')) return { do: 'wait', whose: begun ? 'ours' : 'another' };
  if (begun) return afterUpdate(seen, { status, complete, own: record.root === attempt.root });
  if (record?.state === 'dead' && record.root === attempt.root && attempt.redrive <= record.redrive) {
    return { do: 'report failure', ended: record.ended ?? status, reasons: record.reasons, fresh: false };
  }
  if (status === 'UPDATE_ROLLBACK_FAILED') return { do: 'refuse', why: 'rollback failed' };
  if (!AT_REST.test(status)) return { do: 'refuse', why: 'not updatable' };
  if (complete && seen.apiRelease === target && !seen.owed) return { do: 'wait for evidence' };
  return { do: 'update' };
}

/** An update was begun, and the stack is at rest. Events of the last months are kept; without them the status tells. */
function afterUpdate(
  { trace, owed }: ConsoleObservation,
  { status, complete, own }: { status: string; complete: boolean; own: boolean },
): ConsoleAction {
  const ended = trace.ended ?? status;
  const succeeded = COMPLETE.test(ended);
  if (!own) return { do: 'close record', succeeded };
  if (!succeeded) return { do: 'report failure', ended, reasons: trace.reasons, fresh: true };
  return complete && !owed ? { do: 'wait for evidence' } : { do: 'close record', succeeded };
}
