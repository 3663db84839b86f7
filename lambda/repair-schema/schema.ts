import * as z from 'zod';
import { appTarget } from '../shared/plan/app-plan';
import { commonEnvironment } from '../shared/step';

export const name = 'repair-schema';
/** An app without legacy data needs the new tables only. */
export const target = appTarget.extend({ schemaOnly: z.boolean().optional() });
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
/** The workflow that fails ends itself after two hours, and so does the repaired one. */
export const deadlineMs = 8 * 3_600_000;
export const paced = true;
