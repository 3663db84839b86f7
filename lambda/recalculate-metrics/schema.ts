import * as z from 'zod';
import { appTarget } from '../shared/plan/app-plan';
import { commonEnvironment } from '../shared/step';

export const name = 'recalculate-metrics';
export const target = appTarget;
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
/** The workflow has no time-out of its own; the guide's benchmark takes 2 h 20 min for 300 million events. */
export const deadlineMs = 3 * 24 * 3_600_000;
