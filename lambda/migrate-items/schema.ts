import * as z from 'zod';
import { appTarget } from '../shared/plan/app-plan';
import { commonEnvironment } from '../shared/step';

export const name = 'migrate-items';
export const target = appTarget;
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
export const deadlineMs = 7 * 24 * 3_600_000;
