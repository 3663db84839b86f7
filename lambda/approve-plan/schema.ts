import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'approve-plan';
export const target = z.object({});
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
export const deadlineMs = 3_600_000;
/** Beside the envelope: the callback token of the Task, which waits for it and not for this Lambda's answer. */
export const taskToken = z.object({ taskToken: z.string().min(1) });
export const actsWithoutLock = 'It comes before the lock, and answers a Task of our own machine only.';
