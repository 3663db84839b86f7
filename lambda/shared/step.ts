import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { describeAwsError } from './aws-errors';
import {
  loopProgress,
  requestEnvelope,
  type LoopProgress,
  type RequestEnvelope,
  type StepAnswer,
  type StepFacts,
  type StepRequest,
  type StepResponse,
} from './contract';
import { ErrorCode, UpgradeError, type Problem } from './errors';
import { isGuardians } from './executions';
import { guardedBy, UNDECLARED, WITHOUT_LOCK, type Guard } from './guard/guard';
import { NotYet } from './not-yet';
import { beginReadingPlans } from './plan/store';
import { pollGapSeconds } from './polling';
import { Reads, StillReading } from './redshift/reads';
import { StateTable } from './state-table';
import { recordStep, stepRecordKey } from './step-record';
import { withTakeOver } from './take-over';

/** Schemas of a step: they type its request, its answer and the environment the construct must give it. */
export interface StepSchema<Target, Progress, Environment> {
  /** Folder name, for example `migrate-events`. */
  name: string;
  target: z.ZodType<Target>;
  progress: z.ZodType<Progress>;
  environment: z.ZodType<Environment>;
  /** How long a loop may take under one redrive before a person has to look. */
  deadlineMs: number;
  /** It polls the world, not statements: the longer it has been waiting, the rarer it looks, within the history budget. */
  paced?: boolean;
  /** Why it may act although its root need not have the lock. All other steps are given a guard. */
  actsWithoutLock?: string;
}

/** Makes the guard of one pass. */
export type MakeGuard = (
  request: Pick<RequestEnvelope, 'root' | 'execution'>,
  memory: { STATE_TABLE: string; PLAN_BUCKET: string },
) => Guard;

type Handler = (event: unknown, context?: Context) => Promise<StepResponse>;
type Converging<Target, Progress, Environment, Result> = (
  request: StepRequest<Target, Progress>,
  tools: Tools<Environment>,
) => Promise<StepAnswer<Progress, Result>>;
type CommonEnvironment = z.infer<z.ZodObject<typeof commonEnvironment>>;

/** Environment every step has. */
export const commonEnvironment = {
  /** Name of the state table. */
  STATE_TABLE: z.string().min(1),
  /** Bucket of plans, results and reports. */
  PLAN_BUCKET: z.string().min(1),
  /** Loop passes one execution may make in all, redrives included. */
  HISTORY_PASSES: z.coerce.number().int().positive(),
  /** Passes this step has to leave for the steps after it in the same execution. */
  HISTORY_PASSES_TO_LEAVE: z.coerce.number().int().nonnegative(),
};

export interface Tools<Environment> {
  environment: Environment;
  logger: Logger;
  reads: Reads;
  budget: PassBudget;
  /** When this loop began under this redrive, epoch milliseconds. */
  loopSinceMs: number;
}

/** Loop passes that a step may still make in its execution. */
export class PassBudget {
  constructor(
    private readonly own: number,
    private extraPasses: number,
  ) {}

  get left(): number {
    return this.own + this.extraPasses;
  }

  /** Passes kept for later loops that will not need them; remembered until the loop ends. */
  get extra(): number {
    return this.extraPasses;
  }

  /** The plan tells how many passes the later loops do not need. */
  release(passes: number): void {
    this.extraPasses = passes;
  }
}

/**
 * Makes a Lambda handler of a step: parses environment and request at the door, watches deadline and history budget,
 * keeps unfinished reads in the progress, and lets nothing but typed errors out.
 *
 * @param makeGuard asked before every act of the step; a step without one says in its schema why it acts without the lock
 */
export function stepHandler<Target, Progress, Environment extends CommonEnvironment, Result>(
  schema: StepSchema<Target, Progress, Environment>,
  converge: Converging<Target, Progress, Environment, Result>,
  makeGuard: MakeGuard,
): Handler;
export function stepHandler<Target, Progress, Environment extends CommonEnvironment, Result>(
  schema: StepSchema<Target, Progress, Environment> & { actsWithoutLock: string },
  converge: Converging<Target, Progress, Environment, Result>,
): Handler;
export function stepHandler<Target, Progress, Environment extends CommonEnvironment, Result>(
  schema: StepSchema<Target, Progress, Environment>,
  converge: Converging<Target, Progress, Environment, Result>,
  makeGuard: MakeGuard = () => (schema.actsWithoutLock === undefined ? UNDECLARED : WITHOUT_LOCK),
): Handler {
  const logger = new Logger({ serviceName: schema.name });
  return async (event, context) => {
    if (context !== undefined) logger.addContext(context);
    let known: { envelope: RequestEnvelope; environment: Environment } | undefined;
    try {
      const environment = parsed(schema.environment, process.env, `environment of ${schema.name}`);
      const envelope = parsed(requestEnvelope, event, 'request');
      known = { envelope, environment };
      const loop = parsed(loopProgress.optional(), envelope.progress, 'request.progress');
      const request = {
        ...envelope,
        target: parsed(schema.target, envelope.target, 'request.target'),
        progress: loop?.step === undefined ? undefined : parsed(schema.progress, loop.step, 'request.progress.step'),
      };
      logger.appendKeys({ root: envelope.root.id, execution: envelope.execution.id, target: request.target });
      if (loop === undefined) beginReadingPlans();
      const begun = begin(loop, envelope);
      const own = environment.HISTORY_PASSES - environment.HISTORY_PASSES_TO_LEAVE - envelope.execution.passes;
      const budget = new PassBudget(own, begun.extraPasses ?? 0);
      // A first pass is always made: it reads the plan, which may release more passes.
      const passesLeft = loop === undefined ? Math.max(1, budget.left) : budget.left;
      watchLimits(schema, begun, envelope.now, passesLeft, envelope.execution.id);
      const reads = new Reads(
        begun.reads,
        `${envelope.execution.id} ${String(envelope.now)} ${String(envelope.execution.passes)}`,
        { isRedriven: loop !== undefined && envelope.attempt.redrive > loop.redrive },
      );
      const tools = { environment, logger, reads, budget, loopSinceMs: begun.since };
      const answer = await guardedBy(makeGuard(envelope, environment), () => converge(request, tools)).catch(
        (error: unknown) => {
          if (error instanceof StillReading || error instanceof NotYet) return error;
          throw error;
        },
      );
      const response =
        answer instanceof StillReading
          ? stillReading(answer, begun, reads, envelope.now, budget)
          : answer instanceof NotYet
            ? notYet(answer, begun, envelope.now, budget)
            : respond(paced(answer, schema, begun, envelope, budget), begun, budget);
      if ('status' in answer && answer.status === 'DONE') {
        await remember(answer, schema.name, envelope, begun.since, environment.STATE_TABLE);
      }
      logger.info('Pass', { status: response.status, summary: response.summary });
      return response;
    } catch (error) {
      const described = typed(describeAwsError(error), schema.name);
      logger.error('Step failed', { error: described });
      if (known === undefined) throw described;
      throw await withTakeOver(described, known.envelope, known.environment).catch((unread: unknown) => {
        logger.warn('Who has the lock could not be read', { error: unread instanceof Error ? unread : String(unread) });
        return described;
      });
    } finally {
      logger.resetKeys();
    }
  };
}

/** A loop that is done under a plan leaves a record for the report. */
async function remember(
  answer: { summary: string; facts?: StepFacts },
  step: string,
  envelope: RequestEnvelope,
  sinceMs: number,
  tableName: string,
): Promise<void> {
  const { root, target, now } = envelope;
  if (root.plan === undefined) return;
  // What a guardian has done is no part of what the root tells of itself.
  const by = isGuardians(envelope) ? 'guardian' : 'root';
  const key = stepRecordKey(root.id, step, target ?? {}, by);
  const { summary, facts = {} } = answer;
  await recordStep(new StateTable(tableName), key, { step, sinceMs, nowMs: now, summary, facts });
}

/** A read that outlived its pass is long polled by the next one; a breath in between keeps the history small. */
const READING_PAUSE_SECONDS = 5;
/** Part of the passes left that one observation may spend on waiting for its reads. */
const READING_SHARE = 0.5;

/** A higher redrive begins the loop's deadline afresh; unfinished reads stay. */
function begin(
  loop: LoopProgress | undefined,
  { now, attempt: { redrive }, execution }: RequestEnvelope,
): LoopProgress {
  const begun = { since: now, redrive, passesAtBegin: execution.passes };
  if (loop === undefined) return begun;
  return redrive > loop.redrive ? { ...loop, ...begun } : loop;
}

function watchLimits<T, P, E>(
  schema: StepSchema<T, P, E>,
  loop: LoopProgress,
  now: number,
  passesLeft: number,
  execution: string,
): void {
  const ids = { step: schema.name, execution };
  if (now - loop.since > schema.deadlineMs) {
    throw new UpgradeError({
      code: ErrorCode.DeadlinePassed,
      what: `${schema.name} has not reached its goal in ${String(Math.round(schema.deadlineMs / 3_600_000))} hours.`,
      why: 'What it waits for has not happened; the last summary in its log says what that is.',
      next: 'Find out what holds it up, then redrive: the time begins afresh.',
      redrive: 'yes',
      ids,
    });
  }
  if (passesLeft <= 0) {
    throw new UpgradeError({
      code: ErrorCode.HistoryBudgetSpent,
      what: `${schema.name} cannot wait any longer in this execution.`,
      why: 'An execution may have 25,000 history events, redrives included, and polling has used up its share.',
      next: 'Start a new execution with the same input: it attaches to what is running and skips what is done.',
      redrive: 'no',
      ids,
    });
  }
}

/** Part of the passes left at its begin that one loop plans with when it polls the world; the loops after it may need the rest. */
const WORLD_SHARE = 0.25;

function paced<Progress, Result>(
  answer: StepAnswer<Progress, Result>,
  schema: { paced?: boolean },
  { since, passesAtBegin }: LoopProgress,
  { now, execution: { passes } }: RequestEnvelope,
  budget: PassBudget,
): StepAnswer<Progress, Result> {
  if (schema.paced !== true || answer.status !== 'IN_PROGRESS' || answer.waitSeconds <= 0) return answer;
  const spent = passes - (passesAtBegin ?? passes);
  const gap = pollGapSeconds((now - since) / 1_000, (budget.left + spent) * WORLD_SHARE - spent);
  return { ...answer, waitSeconds: Math.max(answer.waitSeconds, gap) };
}

function respond<Progress, Result>(
  answer: StepAnswer<Progress, Result>,
  loop: LoopProgress,
  budget: PassBudget,
): StepResponse {
  if (answer.status === 'DONE') return { status: 'DONE', result: answer.result, summary: answer.summary };
  if (answer.status === 'AGAIN' || answer.status === 'TAKE_AGAIN') return answer;
  const { status, waitSeconds, summary, progress: step } = answer;
  const extra = budget.extra > 0 ? { extraPasses: budget.extra } : {};
  const { since, redrive, passesAtBegin } = loop;
  const counted = passesAtBegin === undefined ? {} : { passesAtBegin };
  const progress = { since, redrive, ...counted, ...extra, ...(step === undefined ? {} : { step }) };
  return { status, progress, waitSeconds, summary };
}

/** The pass could not end: what it began to read is remembered, and the step's own progress stays as it was. */
function stillReading(
  reason: StillReading,
  loop: LoopProgress,
  reads: Reads,
  now: number,
  budget: PassBudget,
): StepResponse {
  const { readingSince = now } = loop;
  const gap = pollGapSeconds((now - readingSince) / 1_000, budget.left * READING_SHARE);
  return {
    status: 'IN_PROGRESS',
    progress: {
      ...loop,
      ...(budget.extra > 0 ? { extraPasses: budget.extra } : {}),
      reads: reads.remembered(),
      readingSince,
    },
    waitSeconds: Math.max(READING_PAUSE_SECONDS, gap),
    summary: `${reason.message}.`,
  };
}

/** Others have to come to their end first: the step's own time begins after that, and its reads are made anew. */
function notYet(
  { summary, waitSeconds }: NotYet,
  loop: LoopProgress,
  now: number,
  { extra: extraPasses }: PassBudget,
): StepResponse {
  const { redrive, passesAtBegin, step } = loop;
  const progress = {
    since: now,
    redrive,
    ...(passesAtBegin === undefined ? {} : { passesAtBegin }),
    ...(extraPasses > 0 ? { extraPasses } : {}),
    ...(step === undefined ? {} : { step }),
  };
  return { status: 'IN_PROGRESS', progress, waitSeconds, summary: `${summary}.` };
}

/** Nothing leaves a step without saying what to do about it. */
function typed(error: unknown, step: string): UpgradeError {
  if (error instanceof UpgradeError) return error;
  return new UpgradeError(
    {
      code: ErrorCode.Unexpected,
      what: `${step} met something it was not written for.`,
      why: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      next: 'Redrive once. If it comes again, it is a defect: report it with the log of this step’s Lambda.',
      redrive: 'yes',
      ids: { step },
    },
    { cause: error },
  );
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UpgradeError({
    code: ErrorCode.InvalidRequest,
    what: `The ${path} is not what this Lambda understands.`,
    why: 'The machine that called it and this Lambda do not belong together, or the Lambda was called by hand.',
    next: 'Deploy the stack again so that both are of one version, then redrive.',
    redrive: 'yes',
    ids: {},
    problems: problemsOf(result.error, path),
  });
}

/** Every issue zod found, with its path; of a union, what is wrong with the option that comes nearest. */
export function problemsOf(error: z.ZodError, root: string): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, root));
}

function problemsOfIssue(issue: z.core.$ZodIssue, root: string): Problem[] {
  const path = [root, ...issue.path.map(String)].join('.');
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, message: issue.message }];
  const depths = issue.errors.map((option) => Math.max(0, ...option.map((inner) => inner.path.length)));
  const deepest = Math.max(...depths);
  // No option recognises anything in the value: all of them tell what they expected.
  if (deepest === 0)
    return [
      {
        path,
        message: issue.errors
          .flat()
          .map(({ message }) => message)
          .join(', or '),
      },
    ];
  return (issue.errors[depths.indexOf(deepest)] ?? []).flatMap((inner) => problemsOfIssue(inner, path));
}
