import * as z from 'zod';
import { appTarget } from '../shared/plan/app-plan';
import { commonEnvironment } from '../shared/step';

export const name = 'clean-up';
export const target = appTarget;
export const progress = z.object({
  /** The drop that was begun last. */
  drop: z.object({
    statementId: z.string().min(1),
    object: z.string(),
    /** Under which it was begun: a higher one is permission to begin it again when it failed. */
    redrive: z.number().int().nonnegative(),
    sinceMs: z.number().int(),
  }),
});
export const environment = z.object(commonEnvironment);
export const deadlineMs = 6 * 3_600_000;
