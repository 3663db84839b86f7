import * as z from 'zod';
import { appTarget } from '../shared/plan/app-plan';
import { commonEnvironment } from '../shared/step';

export const name = 'check';
export const target = appTarget;
/** The preflight has passed, with so many other statements at work; what is left is to refresh the legacy view of users. */
export const progress = z.object({ checked: z.boolean(), busyStatements: z.number().int().optional() });
export const environment = z.object(commonEnvironment);
export const deadlineMs = 6 * 3_600_000;
