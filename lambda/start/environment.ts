import * as z from 'zod';

const json = z.string().transform((text, context): Record<string, unknown> => {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    context.addIssue('is no JSON object');
    return z.NEVER;
  }
});

/** What the construct gives the Lambda that stack events call. */
export const environment = z.object({
  /** Region of the web console, where this stack is deployed. */
  AWS_REGION: z.string().min(1),
  STATE_TABLE: z.string().min(1),
  PLAN_BUCKET: z.string().min(1),
  /** ARN of the machine to start. */
  MACHINE_ARN: z.string().min(1),
  /** Stack of the web console that is watched. */
  CONSOLE_STACK: z.string().min(1),
  /** Input of the executions, as the operator has deployed it. */
  EXECUTION_INPUT: json,
});
export type Environment = z.infer<typeof environment>;
