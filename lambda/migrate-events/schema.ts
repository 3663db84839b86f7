import * as z from 'zod';
import { appTarget } from '../shared/plan/app-plan';
import { commonEnvironment } from '../shared/step';

export const name = 'migrate-events';
export const target = appTarget;
/** What a rate can be told from. */
export const progress = z.object({
  /** When the first measurement of this loop was made, epoch milliseconds, and what remained then. */
  startedMs: z.number().int(),
  remainingAtStart: z.number().int().nonnegative(),
  /** What remained at the last measurement. */
  remaining: z.number().int().nonnegative(),
});
export const environment = z.object(commonEnvironment);
export const deadlineMs = 14 * 24 * 3_600_000;
