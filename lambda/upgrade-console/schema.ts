import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'upgrade-console';
export const target = z.object({});
export const progress = z.object({
  /** Since when the stack has been complete without the rest agreeing, epoch milliseconds, and under which redrive. */
  lagging: z.object({ sinceMs: z.number().int(), redrive: z.number().int() }).optional(),
});
export const environment = z.object(commonEnvironment);
/** A CloudFront distribution takes half an hour; a rollback as long as the update. */
export const deadlineMs = 12 * 3_600_000;
export const paced = true;
