import * as z from 'zod';
import { appTarget } from '../shared/plan/app-plan';
import { commonEnvironment } from '../shared/step';

export const name = 'wait-for-schema';
/** An app without legacy data needs the new tables only. */
export const target = appTarget.extend({ schemaOnly: z.boolean().optional() });
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
/** The workflow ends itself after two hours, and is redriven once. */
export const deadlineMs = 6 * 3_600_000;
export const paced = true;
