import type { VirtualClock } from '../../clock';
import { deterministicUuid } from '../../template/physical-names';
import type { DeployedFunction } from '../../template/deployment';
import { functionEnvironment, LOG_STREAM, type FunctionCredentials } from './environment';
import { LambdaFunctionError, ServiceError } from './errors';
import { FunctionWorker } from './function-worker';
import { LogBuffer } from './log-buffer';
import type { WarmEnvironments } from './warm-environments';

export interface LambdaRuntimeOptions {
  clock: VirtualClock;
  functions: DeployedFunction[];
  /** URL of the embedded account's door. */
  endpointUrl: string;
  /** Makes credentials of a session of a function's role; Lambda names the session after the function. */
  issueForRole(roleArn: string, sessionName: string): FunctionCredentials;
  /** Asked before each invocation: lets a scenario lose one. */
  intercept?(call: InterceptedCall): Interception;
  /** All log lines go here as well. */
  logFile?: string;
  /** Threads that are kept when this runtime ends, and are there when it begins. */
  warm?: WarmEnvironments;
  /** Threads kept when idle; the least recently used one is ended to make room. */
  maxWorkers?: number;
  /** Real milliseconds after which a handler that stands still, with the virtual clock standing too, counts as timed out. */
  stuckAfterRealMs?: number;
}

export interface InterceptedCall {
  functionArn: string;
  functionName: string;
  payload: unknown;
  /** Counts the invocations of this function, from 1. */
  invocation: number;
}

/**
 * - `pass`: nothing happens to it
 * - `crash-before`: the environment dies before the handler begins
 * - `crash-after`: the handler runs to its end, but its answer is lost
 */
export type Interception = 'pass' | 'crash-before' | 'crash-after';

/**
 * Runs the bundled functions of a deployment, each in a thread of its own that starts on first use.
 * Whoever invokes holds the virtual clock meanwhile, as the engine does. The runtime takes no hold of its own: a long
 * poll inside the handler parks exactly one, and a second one would keep the clock standing for ever.
 */
export class LambdaRuntime {
  readonly logs: LogBuffer;
  private readonly functions = new Map<string, DeployedFunction>();
  /** Living workers by function ARN, least recently used first. */
  private readonly workers: Map<string, FunctionWorker>;
  private readonly invocations = new Map<string, number>();
  /** Threads that take no new work but have not ended. */
  private readonly leaving = new Set<FunctionWorker>();
  private disposed = false;

  constructor(private readonly options: LambdaRuntimeOptions) {
    this.workers = options.warm?.workers ?? new Map<string, FunctionWorker>();
    this.logs = new LogBuffer(() => options.clock.now(), undefined, options.logFile);
    for (const fn of options.functions) this.functions.set(fn.arn, fn);
  }

  /**
   * Invokes a function synchronously and answers its parsed result.
   * Throws LambdaFunctionError when the handler failed or timed out, ServiceError when the invocation did.
   * @param call.functionArn ARN of the function, or its name where only one region has one of that name
   */
  async invoke(call: { functionArn: string; payload: unknown }): Promise<unknown> {
    const fn = this.functionOf(call.functionArn);
    const payload = JSON.stringify(call.payload ?? {});
    const size = Buffer.byteLength(payload);
    if (size > REQUEST_LIMIT_BYTES) {
      throw new ServiceError(
        'Lambda.RequestTooLargeException',
        `${size} byte payload is too large for the RequestResponse invocation type (limit ${REQUEST_LIMIT_BYTES} bytes)`,
      );
    }
    const invocation = (this.invocations.get(fn.arn) ?? 0) + 1;
    this.invocations.set(fn.arn, invocation);
    if (invocation === 1) this.beginNext(fn);
    const requestId = deterministicUuid(`${fn.arn}/${invocation}`);
    const fate =
      this.options.intercept?.({ functionArn: fn.arn, functionName: fn.name, payload: call.payload, invocation }) ??
      'pass';
    if (fate === 'crash-before') throw answerLost(requestId);
    const answer = await this.run(fn, requestId, payload).catch((error: unknown) => {
      throw fate === 'crash-after' ? answerLost(requestId) : error;
    });
    if (fate === 'crash-after') throw answerLost(requestId);
    return parsed(answer);
  }

  /** Ends a function's environment at once: its process is killed in the middle of what it does. */
  kill(functionName: string): void {
    void this.workers.get(this.functionOf(functionName).arn)?.terminate();
  }

  /** New code of every function: what is invoked from now on starts cold, with these variables beside its own. */
  deploy(environment: Record<string, string>): void {
    for (const [arn, fn] of this.functions) {
      this.functions.set(arn, { ...fn, environment: { ...fn.environment, ...environment } });
      this.workers.get(arn)?.retire();
    }
  }

  /** Ends every thread. Invocations in flight fail. */
  async dispose(): Promise<void> {
    this.disposed = true;
    const ending = [...this.workers.values()].filter(({ idle }) => this.options.warm === undefined || !idle);
    await Promise.all([...ending, ...this.leaving].map((worker) => worker.terminate()));
    await this.logs.close();
  }

  private async run(fn: DeployedFunction, requestId: string, payload: string): Promise<string> {
    const worker = this.workerFor(fn);
    const answered = worker.invoke({
      id: requestId,
      payload,
      deadlineInMs: fn.timeoutSeconds * 1000,
      context: contextOf(fn, requestId),
    });
    const timeout = this.timeoutOf(fn, requestId);
    try {
      return await Promise.race([answered, timeout.passed]);
    } catch (error) {
      if (error instanceof LambdaFunctionError && error.errorType === 'Sandbox.Timedout') {
        // Lambda kills the environment. So is this thread, unless it runs other invocations too: then it takes no new
        // ones and ends with them, and until then the handler that timed out can still act.
        answered.catch(() => undefined);
        worker.forget(requestId);
        worker.retire();
      }
      throw error;
    } finally {
      timeout.cancel();
    }
  }

  /** Virtual time-out of one invocation, and the real one that catches a handler which waits for nothing. */
  private timeoutOf(fn: DeployedFunction, requestId: string): { passed: Promise<never>; cancel: () => void } {
    const { clock } = this.options;
    const startedMs = clock.now();
    let cancel = (): void => undefined;
    const passed = new Promise<never>((_, fail) => {
      const timedOut = (): void => {
        const seconds = fn.timeoutSeconds.toFixed(2);
        const message = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
        this.logs.add(fn.name, message);
        fail(new LambdaFunctionError('Sandbox.Timedout', message));
      };
      const cancelVirtual = clock.at(startedMs + fn.timeoutSeconds * 1000, timedOut);
      const watchdog = setInterval(() => {
        if (clock.now() === startedMs) timedOut();
      }, this.options.stuckAfterRealMs ?? STUCK_AFTER_REAL_MS);
      cancel = () => {
        cancelVirtual();
        clearInterval(watchdog);
      };
    });
    return { passed, cancel: () => cancel() };
  }

  private workerFor(fn: DeployedFunction): FunctionWorker {
    if (this.disposed) throw new Error('The Lambda runtime has been disposed of');
    const worker = this.workers.get(fn.arn) ?? this.startWorker(fn);
    // Moved to the end: the most recently used.
    this.workers.delete(fn.arn);
    this.workers.set(fn.arn, worker);
    this.makeRoom();
    return worker;
  }

  /**
   * Whoever has come from one function to the next goes on to the one after that, for the template has them in the order of the
   * machine: its environment is begun while this one is at work, as Lambda may do. A fifth of a second that nobody waits for.
   */
  private beginNext(fn: DeployedFunction): void {
    const functions = [...this.functions.values()];
    const at = functions.indexOf(fn);
    const [before, next] = [functions[at - 1], functions[at + 1]];
    if (this.disposed || before === undefined || next === undefined) return;
    if (!this.invocations.has(before.arn) || this.invocations.has(next.arn) || this.workers.has(next.arn)) return;
    this.workers.set(next.arn, this.startWorker(next));
  }

  private startWorker(fn: DeployedFunction): FunctionWorker {
    const region = fn.arn.split(':')[3] ?? '';
    const credentials = this.options.issueForRole(fn.roleArn, fn.name);
    const environment = functionEnvironment(fn, region, this.options.endpointUrl, credentials);
    const worker: FunctionWorker = new FunctionWorker(fn, environment, this.logs, {
      retired: () => {
        if (this.workers.get(fn.arn) === worker) this.workers.delete(fn.arn);
        this.leaving.add(worker);
      },
      ended: () => this.leaving.delete(worker),
    });
    return worker;
  }

  private makeRoom(): void {
    const excess = this.workers.size - (this.options.maxWorkers ?? MAX_WORKERS);
    // The last one is about to be used.
    const idle = [...this.workers.values()].slice(0, -1).filter((worker) => worker.idle);
    for (const worker of idle.slice(0, Math.max(0, excess))) worker.retire();
  }

  private functionOf(functionArn: string): DeployedFunction {
    const unqualified = functionArn.replace(/:\$LATEST$/, '');
    const fn = this.functions.get(unqualified);
    if (fn !== undefined) return fn;
    const named = [...this.functions.values()].filter(({ name }) => name === unqualified);
    if (named[0] === undefined) {
      throw new ServiceError('Lambda.ResourceNotFoundException', `Function not found: ${functionArn}`);
    }
    if (named.length > 1) throw new Error(`Which ${unqualified}? ${named.map(({ arn }) => arn).join(', ')}`);
    return named[0];
  }
}

/** Source: Lambda Developer Guide, gettingstarted-limits (invocation payload, 6 MB each way). */
const REQUEST_LIMIT_BYTES = 6_291_456;
const RESPONSE_LIMIT_BYTES = 6_291_556;
/** Room for every step: a cold start costs as much as twenty warm passes. */
const MAX_WORKERS = 40;
const STUCK_AFTER_REAL_MS = 120_000;

function parsed(answer: string): unknown {
  if (Buffer.byteLength(answer) > RESPONSE_LIMIT_BYTES) {
    throw new LambdaFunctionError(
      'Function.ResponseSizeTooLarge',
      `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`,
    );
  }
  return JSON.parse(answer) as unknown;
}

/** Source: Step Functions Developer Guide, concepts-error-handling (Lambda.Unknown). */
function answerLost(requestId: string): ServiceError {
  const payload = JSON.stringify({ errorMessage: `RequestId: ${requestId} Process exited before completing request` });
  return new ServiceError(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  );
}

/** Members of the handler's second argument. Source: Lambda Developer Guide, nodejs-context */
function contextOf(fn: DeployedFunction, requestId: string): Record<string, unknown> {
  return {
    awsRequestId: requestId,
    functionName: fn.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: fn.arn,
    memoryLimitInMB: String(fn.memoryMb),
    logGroupName: `/aws/lambda/${fn.name}`,
    logStreamName: LOG_STREAM,
  };
}
