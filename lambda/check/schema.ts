import * as z from 'zod';
import { appTarget } from '../shared/plan/app-plan';
import { commonEnvironment } from '../shared/step';

export const name = 'check';
export const target = appTarget;
/** The preflight has passed; what is left is to refresh the legacy view of users. */
export const progress = z.object({ checked: z.boolean() });
export const environment = z.object(commonEnvironment);
export const deadlineMs = 6 * 3_600_000;
