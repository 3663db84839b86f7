import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { StepAnswer, StepRequest } from '../contract';
import { ErrorCode, UpgradeError } from '../errors';
import { isGuardians } from '../executions';
import { guarded } from '../guard/guard';

/** A root execution as Step Functions knows it. */
export interface RootState {
  status: string;
  /** How often it was redriven. */
  redrives: number;
  /** REDRIVABLE or not; words nobody knows yet are possible. */
  redriveStatus: string;
  redriveReason: string | undefined;
  error: string | undefined;
  cause: string | undefined;
}

/** Ends after which a guardian has work. Source: Step Functions API Reference, DescribeExecution */
export const DEAD: readonly string[] = ['FAILED', 'TIMED_OUT', 'ABORTED'];

let client: SFNClient | undefined;

export async function describeRoot(executionArn: string): Promise<RootState> {
  client ??= guarded(new SFNClient({}));
  const shown = await client.send(new DescribeExecutionCommand({ executionArn }));
  return {
    status: shown.status ?? '',
    redrives: shown.redriveCount ?? 0,
    redriveStatus: shown.redriveStatus ?? '',
    redriveReason: shown.redriveStatusReason,
    error: shown.error,
    cause: shown.cause,
  };
}

/**
 * Pure: is the root still as dead as the guardian was told? Redriven since, or at an end that needs no guardian, it is
 * nobody's to act for: after a later end comes a guardian of its own.
 */
export function isStillDead({ status, redrives }: RootState, redrivesThen: number): boolean {
  return DEAD.includes(status) && redrives <= redrivesThen;
}

type Converge<Target, Progress, Environment, Result> = (
  request: StepRequest<Target, Progress>,
  environment: Environment,
) => Promise<StepAnswer<Progress, Result>>;

/**
 * For steps that a guardian uses: each pass looks at the root first. When that runs again the step is done, having done
 * nothing, and so are all after it; the guardian's execution comes to a good end. A root's own requests pass through.
 */
export function unlessRootRuns<Target, Progress, Tools, Result>(
  converge: Converge<Target, Progress, Tools, Result>,
): Converge<Target, Progress, Tools, Result | Record<string, never>> {
  return async (request, tools) => {
    if (!isGuardians(request)) return converge(request, tools);
    if (!isStillDead(await describeRoot(request.root.id), request.root.redrive)) return quietly(ROOT_RUNS);
    return converge(request, tools).catch((error: unknown) => {
      // Redriven, or taken over by another execution, while this pass was at work: not a failure of the guardian.
      if (error instanceof UpgradeError && error.name === ErrorCode.LockLost) return quietly(error.report.what);
      throw error;
    });
  };
}

function quietly(summary: string): { status: 'DONE'; result: Record<string, never>; summary: string } {
  return { status: 'DONE', result: {}, summary };
}

export const ROOT_RUNS = 'the root execution goes on by itself: nothing is done';
