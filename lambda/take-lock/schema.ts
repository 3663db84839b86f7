import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'take-lock';
/** `takeOver`: the execution whose lock is taken although it could still be redriven. Absent in definitions of old builds. */
export const target = z.object({ takeOver: z.string().min(1).optional() });
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
export const deadlineMs = 3_600_000;
export const actsWithoutLock = 'It is what takes the lock.';
