import * as z from 'zod';

/**
 * What the machine sends to a step's Lambda, and what it answers. Requests stay readable for 14 days of old
 * definitions: a redriven execution keeps the definition it was started with but calls today's Lambda.
 */
export const requestEnvelope = z.object({
  v: z.literal(1),
  /** Epoch milliseconds, from the machine's `$millis()`: code here never reads a clock. */
  now: z.number().int(),
  target: z.unknown(),
  progress: z.unknown().optional(),
  attempt: z.object({
    /** Only grows: redrives of the root and of this execution, together. */
    redrive: z.number().int().nonnegative(),
    /** Retries of this Task since the state was entered or redriven. */
    retry: z.number().int().nonnegative(),
  }),
  root: z.object({
    /** ARN of the execution an operator started, and redrives. */
    id: z.string().min(1),
    redrive: z.number().int().nonnegative(),
    /** S3 key of the plan; absent only before there is one. */
    plan: z.string().min(1).optional(),
  }),
  execution: z.object({
    id: z.string().min(1),
    /** Loop passes this execution has made so far, redrives included: what its history budget is measured in. */
    passes: z.number().int().nonnegative().default(0),
  }),
});
export type RequestEnvelope = z.infer<typeof requestEnvelope>;

/** A request whose target and progress are known to be a step's own. */
export interface StepRequest<Target, Progress> extends Omit<RequestEnvelope, 'target' | 'progress'> {
  target: Target;
  progress: Progress | undefined;
}

/** What a loop remembers beside the step's own progress. */
export const loopProgress = z.object({
  /** When this loop began under this redrive, epoch milliseconds: deadlines count from here. */
  since: z.number().int(),
  redrive: z.number().int(),
  /** Passes of the execution when this loop began under this redrive. */
  passesAtBegin: z.number().int().nonnegative().optional(),
  /** Reading statements of a pass that could not end for waiting, by name: the next pass asks them again. */
  reads: z.record(z.string(), z.string()).optional(),
  /** Since when passes have been ending for waiting on those, epoch milliseconds. */
  readingSince: z.number().int().optional(),
  /** Passes that were kept for later loops and are not needed there, once the plan was read. */
  extraPasses: z.number().int().nonnegative().optional(),
  step: z.unknown().optional(),
});
export type LoopProgress = z.infer<typeof loopProgress>;

export type StepFacts = Record<string, string | number | boolean>;

/** What a step's converge function answers. */
export type StepAnswer<Progress, Result> =
  | { status: 'IN_PROGRESS'; progress?: Progress; waitSeconds: number; summary: string }
  /** `facts` go into the step's record, for the report: counts, ids, names. */
  | { status: 'DONE'; result: Result; summary: string; facts?: StepFacts }
  | { status: 'AGAIN'; items: unknown[]; summary: string }
  /** A guardian gave back what the step needs: it is to be taken again first. */
  | { status: 'TAKE_AGAIN'; summary: string };

/** What the machine gets. */
export type StepResponse =
  | { status: 'IN_PROGRESS'; progress: LoopProgress; waitSeconds: number; summary: string }
  | { status: 'DONE'; result: unknown; summary: string }
  | { status: 'AGAIN'; items: unknown[]; summary: string }
  | { status: 'TAKE_AGAIN'; summary: string };
