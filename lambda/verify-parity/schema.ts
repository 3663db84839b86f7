import * as z from 'zod';
import { appTarget } from '../shared/plan/app-plan';
import { commonEnvironment } from '../shared/step';

export const name = 'verify-parity';
/** `reprove`: before a clean-up, judge once more what it would take away, and change nothing but the verdict's time. */
export const target = appTarget.extend({ act: z.literal('reprove').optional() });
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
export const deadlineMs = 12 * 3_600_000;
