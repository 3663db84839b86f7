import type { Change, HeldWorkgroup, Workgroup } from './settings';

export type RestoreAction =
  /** `left`: settings that somebody else changed meanwhile. */
  | { do: 'done'; text: string }
  | { do: 'wait'; for: string }
  /** This project needs it no longer. */
  | { do: 'release' }
  | { do: 'change'; change: Change }
  | { do: 'restored'; left: string[] };

export interface RestoreObservation {
  workgroup: Workgroup;
  held: HeldWorkgroup | undefined;
  holder: string;
  /** Calls of this project that may still be under way, by unit. */
  living: readonly string[];
}

/**
 * Pure: the next thing to do so that the workgroup is what it was. As long as a call lives, or another project needs it, it
 * stays as large as it is, because a smaller base capacity may cancel running queries (Redshift Management Guide,
 * serverless-capacity). What no longer has the value that we gave it is somebody else's by now.
 */
export function decideRestore({ workgroup, held, holder, living }: RestoreObservation): RestoreAction {
  if (held === undefined) return { do: 'done', text: 'nothing to put back' };
  if (held.holders.includes(holder)) {
    return living.length > 0 ? { do: 'wait', for: `still at work: ${living.join(', ')}` } : { do: 'release' };
  }
  if (held.holders.length > 0) return { do: 'done', text: `still needed by ${held.holders.join(', ')}` };
  if (workgroup.status === 'DELETING') return { do: 'restored', left: ['the workgroup is being deleted'] };
  if (workgroup.status !== 'AVAILABLE') return { do: 'wait', for: `it is ${workgroup.status}` };
  const change = nextChange(workgroup, held);
  return change === undefined ? { do: 'restored', left: leftAlone(workgroup, held) } : { do: 'change', change };
}

/** The base before the maximum, which may not fall below it. Source: hashicorp/terraform-provider-aws, issue 36030 */
function nextChange(now: Workgroup, { original, given }: HeldWorkgroup): Change | undefined {
  const { targetLevel } = original;
  if (given.targetOff && targetLevel !== undefined && now.targetLevel === undefined) {
    // Redshift chooses the base again; -1, as it reads then, is no capacity that could be set.
    return { set: 'target', level: targetLevel };
  }
  if (isOursBase(now, { original, given }) && now.baseRpu !== original.baseRpu)
    return { set: 'base', rpu: original.baseRpu };
  const { maxRpu } = original;
  if (maxRpu !== undefined && isOurs(now.maxRpu, given.maxRpu) && now.maxRpu !== maxRpu && now.baseRpu <= maxRpu)
    return { set: 'max', rpu: maxRpu };
  const { maxQuerySeconds } = original;
  if (
    maxQuerySeconds !== undefined &&
    isOurs(now.maxQuerySeconds, given.maxQuerySeconds) &&
    now.maxQuerySeconds !== maxQuerySeconds
  ) {
    return { set: 'query limit', seconds: maxQuerySeconds };
  }
  return undefined;
}

function isOurs(value: number | undefined, given: readonly number[]): boolean {
  return value !== undefined && given.includes(value);
}

/** While the target was on there was no base capacity to go back to. */
function isOursBase(now: Workgroup, { original, given }: Pick<HeldWorkgroup, 'original' | 'given'>): boolean {
  return original.targetLevel === undefined && now.targetLevel === undefined && isOurs(now.baseRpu, given.baseRpu);
}

/** Settings that we changed and that are neither ours nor what they were. */
function leftAlone(now: Workgroup, { original, given }: HeldWorkgroup): string[] {
  const left: string[] = [];
  const base = original.targetLevel === undefined;
  if (base && now.targetLevel !== undefined) left.push('a price-performance target was switched on');
  else if (base && given.baseRpu.length > 0 && now.baseRpu !== original.baseRpu)
    left.push(`the base capacity is ${String(now.baseRpu)} RPU, it was ${String(original.baseRpu)}`);
  if (given.targetOff && now.targetLevel !== original.targetLevel)
    left.push(
      `the price-performance target is at ${String(now.targetLevel)}, it was at ${String(original.targetLevel)}`,
    );
  if (given.maxRpu.length > 0 && now.maxRpu !== original.maxRpu)
    left.push(`the maximum capacity is ${String(now.maxRpu ?? 'gone')}, it was ${String(original.maxRpu)} RPU`);
  if (given.maxQuerySeconds.length > 0 && now.maxQuerySeconds !== original.maxQuerySeconds) {
    const seconds = now.maxQuerySeconds === undefined ? 'gone' : `${String(now.maxQuerySeconds)} s`;
    left.push(`max_query_execution_time is ${seconds}, it was ${String(original.maxQuerySeconds)} s`);
  }
  return left;
}
