import * as z from 'zod';
import { projectTarget } from '../shared/plan/plan';
import { commonEnvironment } from '../shared/step';

export const name = 'pause-processing';
export const target = projectTarget.extend({
  /** `pause`: before the pipeline is upgraded; `keep`: after it, on the rules as they are then. */
  act: z.enum(['pause', 'keep']),
});
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
/** A job ends after twelve hours, and the load after it may take as long. */
export const deadlineMs = 36 * 3_600_000;
export const paced = true;
