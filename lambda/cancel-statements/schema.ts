import * as z from 'zod';
import { projectTarget } from '../shared/plan/plan';
import { commonEnvironment } from '../shared/step';

export const name = 'cancel-statements';
export const target = projectTarget;
export const progress = z.object({
  /** Calls that were asked to end, as `<app> <unit>`. */
  cancelled: z.array(z.string()),
  /** Since when every sweep has found nothing, epoch milliseconds. */
  quietSinceMs: z.number().int().optional(),
});
export const environment = z.object(commonEnvironment);
/** A cancel takes minutes at the most; a session that has to be rolled back may take as long as its statement did. */
export const deadlineMs = 26 * 3_600_000;
