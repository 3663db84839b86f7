import * as z from 'zod';
import { consoleApiEnvironment } from '../shared/console-api/console-api';
import { projectTarget } from '../shared/plan/plan';
import { commonEnvironment } from '../shared/step';

export const name = 'set-timezones';
export const target = projectTarget;
export const progress = z.object({
  /** Calls that went unanswered or showed nothing, by app. */
  calls: z.record(z.string(), z.number().int()),
});
export const environment = z.object({ ...commonEnvironment, ...consoleApiEnvironment });
/** A person may have to set them. */
export const deadlineMs = 3 * 24 * 3_600_000;
export const paced = true;
