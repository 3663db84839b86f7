import * as z from 'zod';
import { commonEnvironment } from '../shared/step';
import { usage } from './report-document';

export const name = 'report';
export const target = z.object({});
/** What each warehouse charged, as far as it has been asked; and since when the next one is being asked. */
export const progress = z.object({ usages: z.array(usage), since: z.number().int() });
export const environment = z.object(commonEnvironment);
export const deadlineMs = 6 * 3_600_000;
export const actsWithoutLock = 'It writes to our own bucket only.';
