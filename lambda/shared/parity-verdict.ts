import * as z from 'zod';
import type { AppTarget, DayCount } from './plan/app-plan';

/** What *Verify parity* found, by name: how many of what. */
export const parityCounts = z.record(z.string(), z.number());
export type ParityCounts = z.infer<typeof parityCounts>;

/** The record that an app is migrated: what every later run, and the clean-up, rests on. */
export const parityVerdict = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  projectId: z.string(),
  appId: z.string(),
  /** `proved`: nothing differs. `accepted`: a person has accepted these differences. `open`: a person has to look. */
  state: z.enum(['proved', 'accepted', 'open']),
  /** Judged over legacy events from here on. */
  cutoffMs: z.number().int(),
  /** Legacy events there were, for later runs to see whether that is still so. */
  legacyEvents: z.number().int(),
  counts: parityCounts,
  /** When it was reached, by the machine's clock and by the warehouse's. */
  atMs: z.number().int(),
  warehouseAtMs: z.number().int(),
  root: z.string(),
  execution: z.string(),
  /** Who has accepted these counts, and when, epoch milliseconds. Greater ones have to be accepted anew. */
  acceptedBy: z.string().optional(),
  acceptedAtMs: z.number().int().optional(),
});
export type ParityVerdict = z.infer<typeof parityVerdict>;

/** What begins the key of every verdict. */
export const PARITY_VERDICT_PREFIX = 'verdict/';

export function parityVerdictKey(app: AppTarget): string {
  return `${PARITY_VERDICT_PREFIX}${app.region}/${app.projectId}/${app.appId}`;
}

/** Who has accepted a verdict and when: what one that is reached anew, within the accepted counts, takes over. */
export function acceptanceOf(
  verdict: ParityVerdict | undefined,
): Partial<Pick<ParityVerdict, 'acceptedBy' | 'acceptedAtMs'>> {
  const { acceptedBy, acceptedAtMs } = verdict ?? {};
  return {
    ...(acceptedBy === undefined ? {} : { acceptedBy }),
    ...(acceptedAtMs === undefined ? {} : { acceptedAtMs }),
  };
}

/**
 * Does a verdict still hold for what is asked now? It has to cover the cutoff, and the legacy table must not have grown
 * since: nothing writes to it any more once the pipeline is upgraded.
 *
 * @param histogram legacy events by UTC day from `cutoffMs` on
 */
export function stillHolds(
  verdict: ParityVerdict | undefined,
  cutoffMs: number,
  histogram: readonly DayCount[],
): boolean {
  if (verdict === undefined || verdict.state === 'open' || verdict.cutoffMs > cutoffMs) return false;
  const events = histogram.reduce((sum, [, count]) => sum + count, 0);
  return verdict.cutoffMs === cutoffMs ? events === verdict.legacyEvents : events <= verdict.legacyEvents;
}
