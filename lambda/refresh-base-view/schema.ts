import * as z from 'zod';
import { appTarget } from '../shared/plan/app-plan';
import { commonEnvironment } from '../shared/step';

export const name = 'refresh-base-view';
export const target = appTarget;
/** Days that were without proof at the last pass. */
export const progress = z.object({ left: z.number().int().nonnegative() });
export const environment = z.object(commonEnvironment);
export const deadlineMs = 7 * 24 * 3_600_000;
