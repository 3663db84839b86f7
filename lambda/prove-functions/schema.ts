import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'prove-functions';
export const target = z.object({});
/** Projects whose warehouses are proved, in the order of the plan. */
export const progress = z.object({ proved: z.number().int().nonnegative() });
export const environment = z.object(commonEnvironment);
/** A role is associated within minutes; a warehouse that sleeps has to wake. */
export const deadlineMs = 4 * 3_600_000;
