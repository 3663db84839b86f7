import { createHash } from 'node:crypto';
import type { VirtualClock } from '../../clock';
import { deterministicUuid } from '../../template/physical-names';
import { partitionOf } from '../arns';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';

/** A function the Lambda API can describe: ours, or the solution's own. */
export interface RegisteredFunction {
  name: string;
  arn: string;
  runtime: string;
  handler: string;
  roleArn: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Record<string, string>;
  description?: string;
  lastModifiedMs?: number;
  tags?: Record<string, string>;
  /** What the function does; without it, it can be described but not invoked. Takes no virtual time unless it hangs. */
  run?: (event: unknown) => Promise<unknown>;
}

/** Thrown by a function's `run` to say that it never answers: it is ended by its time-out. */
export class NeverAnswers extends Error {
  override readonly name = 'NeverAnswers';
}

/**
 * The Lambda API over functions that were registered: they are described, and those that can run are invoked. Our own
 * functions are invoked by the state machine, through `LambdaRuntime`.
 * Source: Lambda API Reference, GetFunctionConfiguration, GetFunction, GetAccountSettings, Invoke
 */
export class LambdaApi implements SimulatedService {
  readonly signingName = 'lambda';
  /** How many executions there may be at once, in every region. A new account has 10 of them. */
  readonly concurrency = { ...DEFAULT_CONCURRENCY };
  private readonly functions = new Map<string, RegisteredFunction>();
  private invocations = 0;

  /** @param clock what a function's time-out is told by; without it no function is invoked */
  constructor(private readonly clock?: VirtualClock) {}

  /** Adds a function, or replaces it (an upgraded console has another environment under the same name). */
  register(fn: RegisteredFunction): void {
    this.functions.set(fn.arn, fn);
  }

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    if (call.operation === 'Invoke') return this.invoke(call);
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  /** Synchronous only. A function that fails is a good answer of Lambda's, with `FunctionError`. */
  private async invoke(call: ServiceCall): Promise<Record<string, unknown>> {
    const { input, region, caller } = call;
    refuseOtherMembers(call, ['FunctionName', 'InvocationType', 'Payload']);
    if ((input['InvocationType'] ?? 'RequestResponse') !== 'RequestResponse') {
      throw notSimulated(`lambda:Invoke with InvocationType ${String(input['InvocationType'])}`);
    }
    const fn = this.find(input['FunctionName'], region, caller.accountId);
    const { clock } = this;
    if (fn.run === undefined || clock === undefined) throw notSimulated(`what the function ${fn.name} does`);
    this.invocations += 1;
    const requestId = deterministicUuid(`${fn.arn}/${this.invocations}`);
    const good = { StatusCode: 200, ExecutedVersion: '$LATEST' };
    try {
      return { ...good, Payload: bytes(await fn.run(eventOf(input['Payload']))) };
    } catch (error) {
      if (error instanceof NeverAnswers) await this.letTimePass(clock, fn.timeoutSeconds * 1_000);
      return { ...good, FunctionError: 'Unhandled', Payload: bytes(failureOf(error, requestId, fn.timeoutSeconds)) };
    }
  }

  /** Whoever invokes holds the clock, and is parked until the time-out. */
  private async letTimePass(clock: VirtualClock, ms: number): Promise<void> {
    const resume = clock.park();
    try {
      await clock.sleep(ms);
    } finally {
      resume();
    }
  }

  private answer(call: ServiceCall): Record<string, unknown> {
    const { operation, input, region, caller } = call;
    switch (operation) {
      case 'GetFunctionConfiguration':
        refuseOtherMembers(call, ['FunctionName']);
        return configurationOf(this.find(input['FunctionName'], region, caller.accountId));
      case 'GetFunction': {
        refuseOtherMembers(call, ['FunctionName']);
        const fn = this.find(input['FunctionName'], region, caller.accountId);
        return {
          Configuration: configurationOf(fn),
          Code: { RepositoryType: 'S3', Location: `https://awslambda-${region}-tasks.invalid/${fn.name}` },
          ...(fn.tags === undefined ? {} : { Tags: fn.tags }),
        };
      }
      case 'GetAccountSettings':
        refuseOtherMembers(call, []);
        return this.settings(region);
      default:
        throw notSimulated(`lambda:${operation}`);
    }
  }

  private settings(region: string): Record<string, unknown> {
    const here = [...this.functions.values()].filter(({ arn }) => arn.split(':')[3] === region);
    return {
      AccountLimit: { ...SIZE_LIMITS, ...this.concurrency },
      AccountUsage: { TotalCodeSize: here.length * CODE_SIZE, FunctionCount: here.length },
    };
  }

  private find(nameOrArn: unknown, region: string, accountId: string): RegisteredFunction {
    // A name, a partial ARN (account:function:name) or an ARN, each with an optional qualifier.
    const form =
      /^(?:arn:(aws[a-z-]*):lambda:([a-z0-9-]+):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9_-]+)(?::(\$LATEST|[a-zA-Z0-9_-]+))?$/;
    const parts = typeof nameOrArn === 'string' ? form.exec(nameOrArn) : null;
    if (parts === null) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${String(nameOrArn)}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern`,
      );
    }
    const [, , arnRegion, account = accountId, name = '', qualifier] = parts;
    if (arnRegion !== undefined && arnRegion !== region) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Functions from '${arnRegion}' are not reachable in this region ('${region}')`,
        404,
        {
          Type: 'User',
        },
      );
    }
    const found = [...this.functions.values()].find((fn) => {
      const [, , , fnRegion, fnAccount] = fn.arn.split(':');
      return fn.name === name && fnRegion === region && fnAccount === account;
    });
    const hasQualifier = qualifier !== undefined && qualifier !== '$LATEST';
    if (found !== undefined && !hasQualifier) return found;
    const arn = `arn:${partitionOf(region)}:lambda:${region}:${account}:function:${name}`;
    const wanted = hasQualifier ? `${arn}:${qualifier}` : arn;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${wanted}`, 404, { Type: 'User' });
  }
}

/** Nothing is reserved. Source: Lambda Developer Guide, gettingstarted-limits */
const DEFAULT_CONCURRENCY = { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 1_000 };
/** Source: the same; 75 GB of code, 250 MB of it unzipped in a function, 50 MB zipped. */
const SIZE_LIMITS = { TotalCodeSize: 80_530_636_800, CodeSizeUnzipped: 262_144_000, CodeSizeZipped: 52_428_800 };
const CODE_SIZE = 1;

function eventOf(payload: unknown): unknown {
  const body = payload instanceof Uint8Array ? Buffer.from(payload).toString('utf8') : '{}';
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
}

function bytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value ?? null));
}

/** Source: Lambda Developer Guide, "Understanding function errors" and nodejs-exceptions */
function failureOf(error: unknown, requestId: string, timeoutSeconds: number): Record<string, unknown> {
  if (error instanceof NeverAnswers) {
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
    return { errorType: 'Sandbox.Timedout', errorMessage };
  }
  if (error instanceof Error) return { errorType: error.name, errorMessage: error.message, trace: [] };
  return { errorType: 'Error', errorMessage: String(error), trace: [] };
}

function configurationOf(fn: RegisteredFunction): Record<string, unknown> {
  return {
    FunctionName: fn.name,
    FunctionArn: fn.arn,
    Runtime: fn.runtime,
    Role: fn.roleArn,
    Handler: fn.handler,
    CodeSize: CODE_SIZE,
    Description: fn.description ?? '',
    Timeout: fn.timeoutSeconds,
    MemorySize: fn.memoryMb,
    LastModified: new Date(fn.lastModifiedMs ?? 0).toISOString().replace('Z', '+0000'),
    CodeSha256: createHash('sha256').update(fn.arn).digest('base64'),
    Version: '$LATEST',
    Environment: { Variables: fn.environment },
    TracingConfig: { Mode: 'PassThrough' },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: ['arm64'],
  };
}
