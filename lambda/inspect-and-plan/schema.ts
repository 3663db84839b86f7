import * as z from 'zod';
import { commonEnvironment } from '../shared/step';

export const name = 'inspect-and-plan';
export const target = z.object({
  /** `confirm`: nothing is planned, the plan that is to be executed is compared with the world. */
  act: z.enum(['plan', 'confirm']).default('plan'),
  /** The execution's input, as the operator wrote it; not read by `confirm`. */
  input: z.unknown().optional(),
});
export const progress = z.object({
  /** Frozen at the first pass: events from here on are migrated. A UTC midnight, epoch milliseconds. */
  cutoffMs: z.number().int(),
  /** How many projects have been inspected. */
  inspected: z.number().int().nonnegative(),
});
export const environment = z.object({
  ...commonEnvironment,
  /** Region of the web console, where this stack is deployed. */
  AWS_REGION: z.string().min(1),
  /** How a pipeline's upgrade is asked for. */
  PIPELINE_TRIGGER: z.enum(['invoke', 'https', 'manual']),
  /** Whether CloudFormation gets an execution policy for a console without a service role. */
  EXECUTION_POLICY: z.enum(['yes', 'no']),
  /** Name of the Lambda function that can replace Python functions, where its stack is deployed. */
  UDF_NAME: z.string().min(1),
});
export const deadlineMs = 6 * 3_600_000;
export const actsWithoutLock = 'It changes nothing but our own files; its probe of Python functions is rolled back.';
