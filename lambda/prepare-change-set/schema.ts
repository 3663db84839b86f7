import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'prepare-change-set';
export const target = z.object({});
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
/** A change set takes a minute; an update of somebody else's, which is waited for, may take hours. */
export const deadlineMs = 6 * 3_600_000;
export const paced = true;
export const actsWithoutLock = 'It comes before the lock: a change set changes nothing until it is executed.';
