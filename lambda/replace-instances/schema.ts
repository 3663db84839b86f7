import * as z from 'zod';
import { projectTarget } from '../shared/plan/plan';
import { commonEnvironment } from '../shared/step';

export const name = 'replace-instances';
export const target = projectTarget.extend({
  /** `put back`: old instances stay; the fleet gets the size and the scaling back that it had. */
  act: z.enum(['replace', 'put back']).default('replace'),
});
export const progress = z.object({
  /** What has been waited for, in words that change as soon as anything moves, and since when. */
  standstill: z.object({ of: z.string(), sinceMs: z.number().int() }).optional(),
  /** Instances that do not hear that their tasks shall stop have had their time, and are terminated one after the other. */
  givenUp: z.literal(true).optional(),
  /** How many were, with tasks on them. */
  lost: z.number().int().optional(),
});
export const environment = z.object(commonEnvironment);
/** Four rounds at the most, each with a launch and a drain of an hour, and as much again. */
export const deadlineMs = 12 * 3_600_000;
export const paced = true;
