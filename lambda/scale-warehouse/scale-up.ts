import { NOTHING_GIVEN, type Change, type Given, type HeldWorkgroup, type Settings, type Workgroup } from './settings';

/** The longest that a serverless workgroup lets a query run. Source: Redshift Management Guide, serverless-usage-considerations */
export const LONGEST_QUERY_SECONDS = 86_399;

export type UpAction =
  | { do: 'done'; text: string }
  /** It is being changed. */
  | { do: 'wait'; status: string }
  /** It is going away. */
  | { do: 'fail'; why: string }
  /** The hold, written before the first change. */
  | { do: 'take'; original: Settings; given: Given }
  | { do: 'change'; change: Change };

export interface UpObservation {
  workgroup: Workgroup;
  held: HeldWorkgroup | undefined;
  /** Who asks: the project. */
  holder: string;
  /** Base capacity that the plan wants; undefined: it stays as it is. */
  rpu: number | undefined;
}

/**
 * Pure: the next thing to do so that the workgroup is as large as the migration wants it. Nothing is ever lowered. A hold of
 * another project is joined also while the workgroup is being changed: it says what the workgroup was, and if it ended before
 * the change, the settings would go back and have to be raised once more. The price-performance target goes first, because
 * Redshift takes no base capacity while it is on; then the maximum, which the base may not exceed; then the base.
 * Sources: hashicorp/terraform-provider-aws, issues 40915 and 36030
 */
export function decideUp({ workgroup, held, holder, rpu }: UpObservation): UpAction {
  const { status, ...now } = workgroup;
  if (status === 'DELETING') return { do: 'fail', why: 'The workgroup is being deleted.' };
  const rests = status === 'AVAILABLE';
  if (held === undefined && !rests) return { do: 'wait', status };
  const original = held?.original ?? now;
  const given = goal(original, rpu, held?.given ?? NOTHING_GIVEN);
  if (held === undefined && isNothing(given)) return { do: 'done', text: asItIs(now) };
  if (held?.holders.includes(holder) !== true || grows(held.given, given)) return { do: 'take', original, given };
  if (!rests) return { do: 'wait', status };
  const change = nextChange(now, given);
  return change === undefined ? { do: 'done', text: asItIs(now) } : { do: 'change', change };
}

/** What has to be given, beside what others were given already. */
function goal(original: Settings, rpu: number | undefined, before: Given): Given {
  const { baseRpu, maxRpu, targetLevel, maxQuerySeconds } = original;
  const targetOn = targetLevel !== undefined;
  const grown = rpu !== undefined && (targetOn || baseRpu < rpu);
  // 0 means no limit.
  const limited = maxQuerySeconds !== undefined && maxQuerySeconds > 0 && maxQuerySeconds < LONGEST_QUERY_SECONDS;
  return {
    targetOff: before.targetOff || (rpu !== undefined && targetOn),
    baseRpu: added(before.baseRpu, grown ? rpu : undefined),
    maxRpu: added(before.maxRpu, grown && maxRpu !== undefined && maxRpu < rpu ? rpu : undefined),
    maxQuerySeconds: added(before.maxQuerySeconds, limited ? LONGEST_QUERY_SECONDS : undefined),
  };
}

/** A value that is no more than one given already adds nothing: another project wants more. */
function added(values: readonly number[], value: number | undefined): number[] {
  return value === undefined || values.some((other) => other >= value) ? [...values] : [...values, value];
}

function grows(before: Given, after: Given): boolean {
  return (
    after.targetOff !== before.targetOff ||
    after.baseRpu.length > before.baseRpu.length ||
    after.maxRpu.length > before.maxRpu.length ||
    after.maxQuerySeconds.length > before.maxQuerySeconds.length
  );
}

function isNothing(given: Given): boolean {
  return !grows(NOTHING_GIVEN, given);
}

function nextChange(now: Settings, given: Given): Change | undefined {
  const max = given.maxRpu.at(-1);
  const base = given.baseRpu.at(-1);
  const seconds = given.maxQuerySeconds.at(-1);
  if (given.targetOff && now.targetLevel !== undefined) return { set: 'target', level: 'off' };
  if (max !== undefined && now.maxRpu !== undefined && now.maxRpu < max) return { set: 'max', rpu: max };
  if (base !== undefined && now.baseRpu < base) return { set: 'base', rpu: base };
  const limit = now.maxQuerySeconds;
  if (seconds !== undefined && limit !== undefined && limit > 0 && limit < seconds)
    return { set: 'query limit', seconds };
  return undefined;
}

function asItIs({ baseRpu, targetLevel, maxQuerySeconds }: Settings): string {
  const capacity =
    targetLevel === undefined ? `${String(baseRpu)} RPU` : `price-performance target at level ${String(targetLevel)}`;
  const limit =
    maxQuerySeconds === undefined || maxQuerySeconds === 0
      ? ''
      : `, queries may run for ${String(Math.floor(maxQuerySeconds / 3_600))} h`;
  return `${capacity}${limit}`;
}
