import * as z from 'zod';
import { projectTarget } from '../shared/plan/plan';
import { commonEnvironment } from '../shared/step';

export const name = 'resume-processing';
export const target = projectTarget;
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
/** What waited to be loaded may be days of data. */
export const deadlineMs = 24 * 3_600_000;
export const paced = true;
