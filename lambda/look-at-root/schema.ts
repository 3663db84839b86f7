import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'look-at-root';
export const target = z.object({});
export const progress = z.record(z.string(), z.never());
export const environment = z.object(commonEnvironment);
export const deadlineMs = 3_600_000;
export const actsWithoutLock = 'It only looks: at the root, its lock and its plan.';
