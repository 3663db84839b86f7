import * as z from 'zod';
import { projectTarget } from '../shared/plan/plan';
import { commonEnvironment } from '../shared/step';

export const name = 'list-apps';
export const target = projectTarget;
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
export const deadlineMs = 3_600_000;
