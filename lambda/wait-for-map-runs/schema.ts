import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'wait-for-map-runs';
export const target = z.object({});
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
/** A Map Run ends soon after its parent; its children's Tasks are cut off. */
export const deadlineMs = 6 * 3_600_000;
export const paced = true;
export const actsWithoutLock = 'It only looks: at the Map Runs of the root.';
