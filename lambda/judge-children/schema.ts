import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'judge-children';
export const target = z.object({
  /** What the children are, for messages: `apps` or `projects`. */
  children: z.enum(['apps', 'projects']),
  mapRunArn: z.string().min(1),
  /** `attempt.redrive` when the Map's output was made: a higher one is permission to run the unfinished again. */
  mapRedrive: z.number().int().nonnegative(),
});
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
export const deadlineMs = 3_600_000;
