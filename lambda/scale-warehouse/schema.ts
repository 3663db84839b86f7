import * as z from 'zod';
import { projectTarget } from '../shared/plan/plan';
import { commonEnvironment } from '../shared/step';

export const name = 'scale-warehouse';
export const target = projectTarget.extend({ act: z.enum(['up', 'restore']) });
/** Since when Redshift has been refusing the change that is due, epoch milliseconds. */
export const progress = z.object({ refusedSinceMs: z.number().int().optional() });
export const environment = z.object(commonEnvironment);
/** *Restore capacity* waits for what still runs, and a statement runs for a day at the most. */
export const deadlineMs = 26 * 3_600_000;
export const paced = true;
