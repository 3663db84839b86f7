import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'back-up';
export const target = z.object({});
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
/** The first snapshot of a large cluster copies all of it; later ones are incremental. */
export const deadlineMs = 12 * 3_600_000;
export const paced = true;
