import * as z from 'zod';
import { consoleApiEnvironment } from '../shared/console-api/console-api';
import { projectTarget } from '../shared/plan/plan';
import { commonEnvironment } from '../shared/step';

export const name = 'upgrade-pipeline';
export const target = projectTarget.extend({
  /** `start`: accepted, and the ingestion stack is at the new version; `finish`: every stack is. */
  act: z.enum(['start', 'finish']),
});
export const progress = z.record(z.string(), z.never());
export const environment = z.object({ ...commonEnvironment, ...consoleApiEnvironment });
/** The solution's own workflow ends after three days. Source: awslabs/clickstream-analytics-on-aws, stack-workflow-state-machine-construct.ts */
export const deadlineMs = 3 * 24 * 3_600_000;
export const paced = true;
