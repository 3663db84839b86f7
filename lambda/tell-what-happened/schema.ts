import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'tell-what-happened';
export const target = z.object({
  /** Map Run that put the projects back; absent where there was nothing to put back. */
  mapRunArn: z.string().min(1).optional(),
});
export const progress = z.record(z.string(), z.never());
export const environment = z.object({
  ...commonEnvironment,
  /** Where people are told. */
  TOPIC_ARN: z.string().min(1),
});
export const deadlineMs = 3_600_000;
export const actsWithoutLock = 'People are told also of an execution that never had the lock.';
