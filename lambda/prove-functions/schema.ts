import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'prove-functions';
export const target = z.object({});
/** Projects whose warehouses are proved, in the order of the plan. */
export const progress = z.object({
  proved: z.number().int().nonnegative(),
  /** What comes next for the warehouse after those. */
  part: z.enum(['prepare', 'declare', 'call']).default('prepare'),
  /** Under which redrive: a failed probe begins again at its beginning. */
  redrive: z.number().int().nonnegative().default(0),
  /** Why the permissions were not given here. */
  ungranted: z.string().optional(),
});
export const environment = z.object(commonEnvironment);
/** A role is associated within minutes; a warehouse that sleeps has to wake. */
export const deadlineMs = 12 * 3_600_000;
export const paced = true;
