import * as z from 'zod';
import { ErrorCode, UpgradeError } from '../errors';
import type { ConsoleRef } from '../plan/console-plan';
import { callByHttps } from './https';
import { callByInvoke } from './invoke';

/** How a step reaches the web console's API. */
export const consoleApiEnvironment = {
  /** `invoke`: its Lambda; `https`: its public address, with a token; `manual`: a person in the web console. */
  PIPELINE_TRIGGER: z.enum(['invoke', 'https', 'manual']),
  /** With `https`: ARN of the secret with the token; empty otherwise. */
  CONSOLE_TOKEN_SECRET: z.string().default(''),
};
type ConsoleApiEnvironment = z.infer<z.ZodObject<typeof consoleApiEnvironment>>;

/** One request. */
export interface ConsoleCall {
  method: 'GET' | 'POST' | 'PUT';
  /** For example `/api/pipeline/<id>/upgrade`. */
  path: string;
  query?: Record<string, string>;
  body?: Record<string, unknown>;
  /**
   * Header X-Click-Stream-Request-Id of a call that changes something: the console takes each id once.
   * Source: awslabs/clickstream-analytics-on-aws, api/common/request-valid.ts (isRequestIdExisted)
   */
  requestId?: string;
}

/** What became of a request. */
export type ConsoleAnswer =
  | { is: 'accepted'; data: unknown }
  /** The console said no, and did nothing. */
  | { is: 'refused'; status: number; message: string }
  /** It may have acted, or not: no answer, a time-out, an error on its side. */
  | { is: 'unknown'; why: string };

/** A way to the API; `manual` has none. */
export type ConsoleTrigger =
  { kind: 'manual' } | { kind: 'api'; call: (request: ConsoleCall) => Promise<ConsoleAnswer> };

/**
 * The way to a console's API that the stack was deployed with.
 *
 * @throws UpgradeError ConsoleRefused when this console cannot be reached that way
 */
export function consoleTrigger(settings: ConsoleApiEnvironment, console: ConsoleRef): ConsoleTrigger {
  const { PIPELINE_TRIGGER: kind, CONSOLE_TOKEN_SECRET: secretArn } = settings;
  switch (kind) {
    case 'manual':
      return { kind };
    case 'https':
      if (secretArn === '') throw notReachable(console, 'No secret with a token for its API is configured.');
      return { kind: 'api', call: (request) => callByHttps(console, secretArn, request) };
    case 'invoke':
      if (console.behindLoadBalancer) {
        throw notReachable(console, 'It stands behind a load balancer and verifies the token of every caller itself.');
      }
      return { kind: 'api', call: (request) => callByInvoke(console, request) };
  }
}

function notReachable(console: ConsoleRef, why: string): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.ConsoleRefused,
    what: `The API of the web console ${console.stackName} cannot be called as this stack is deployed.`,
    why,
    next:
      'Deploy this stack with the context pipelineTrigger=https and consoleTokenSecret=<ARN of a secret with a token>, ' +
      'or with pipelineTrigger=manual; then redrive.',
    redrive: 'yes',
    ids: { console: console.stackName, region: console.region },
  });
}
