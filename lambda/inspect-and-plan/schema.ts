import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'inspect-and-plan';
export const target = z.object({
  /** The execution's input, as the operator wrote it. */
  input: z.unknown(),
});
export const progress = z.object({
  /** Frozen at the first pass: events from here on are migrated. A UTC midnight, epoch milliseconds. */
  cutoffMs: z.number().int(),
  /** How many projects' warehouses have been measured. */
  measured: z.number().int().nonnegative(),
});
export const environment = z.object({
  ...commonEnvironment,
  /** Region of the web console, where this stack is deployed. */
  AWS_REGION: z.string().min(1),
});
export const deadlineMs = 6 * 3_600_000;
