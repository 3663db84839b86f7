import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DeployedFunction } from '../../template/deployment';
import { LambdaFunctionError } from './errors';
import type { LogBuffer } from './log-buffer';

export interface WorkerInvocation {
  id: string;
  /** The event, as JSON. */
  payload: string;
  deadlineInMs: number;
  context: Record<string, unknown>;
}

export interface WorkerEvents {
  /** It takes no more invocations. */
  retired(): void;
  /** Its thread is gone. */
  ended(): void;
}

interface Waiting {
  succeed: (payload: string) => void;
  fail: (error: Error) => void;
}

/** An execution environment: one thread that runs one function, several invocations at a time. */
export class FunctionWorker {
  private readonly worker: Worker;
  private readonly waiting = new Map<string, Waiting>();
  private retired = false;

  constructor(
    fn: DeployedFunction,
    environment: Record<string, string>,
    logs: LogBuffer,
    private readonly on: WorkerEvents,
  ) {
    const dot = fn.handler.lastIndexOf('.');
    this.worker = new Worker(join(__dirname, 'worker.mjs'), {
      env: environment,
      // The host's loaders and flags are no part of a Lambda.
      execArgv: [],
      argv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: fn.memoryMb, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      workerData: {
        modulePath: modulePathOf(fn.assetDirectory, fn.handler.slice(0, dot)),
        handlerName: fn.handler.slice(dot + 1),
        handler: fn.handler,
      },
    });
    logs.capture(fn.name, this.worker.stdout);
    logs.capture(fn.name, this.worker.stderr);
    this.worker.on('message', (message: Message) => this.receive(message));
    this.worker.on('error', (error: Error & { code?: string }) =>
      this.end((id) =>
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? exitError(id, 'signal: killed')
          : new LambdaFunctionError(error.name, error.message),
      ),
    );
    this.worker.on('exit', (code) => {
      this.end((id) => exitError(id, `exit status ${code}`));
      on.ended();
    });
  }

  get idle(): boolean {
    return this.waiting.size === 0;
  }

  /** Resolves to the answer as JSON, or rejects with LambdaFunctionError. */
  invoke(invocation: WorkerInvocation): Promise<string> {
    return new Promise((succeed, fail) => {
      this.waiting.set(invocation.id, { succeed, fail });
      this.worker.postMessage(invocation);
    });
  }

  /** Nobody waits for this invocation any more; its handler keeps running until the thread is ended. */
  forget(id: string): void {
    this.waiting.delete(id);
  }

  /** Takes no more invocations; the thread ends when the last one waited for is answered. */
  retire(): void {
    this.announce();
    if (this.idle) void this.worker.terminate();
  }

  async terminate(): Promise<void> {
    this.end((id) => exitError(id, 'signal: killed'));
    await this.worker.terminate();
  }

  private receive(message: Message): void {
    if (message.type === 'crash') {
      const { errorType, errorMessage, trace } = message.failure;
      this.end(() => new LambdaFunctionError(errorType, errorMessage, trace));
      void this.worker.terminate();
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.type === 'returned') waiting?.succeed(message.payload);
    else
      waiting?.fail(
        new LambdaFunctionError(message.failure.errorType, message.failure.errorMessage, message.failure.trace),
      );
    if (this.retired && this.idle) void this.worker.terminate();
  }

  private end(errorFor: (id: string) => Error): void {
    this.announce();
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const [id, { fail }] of waiting) fail(errorFor(id));
  }

  private announce(): void {
    if (this.retired) return;
    this.retired = true;
    this.on.retired();
  }
}

/** Some thirty workers live at once; with less than this, an eighth of a pass is garbage collection. */
const YOUNG_GENERATION_MB = 32;

type Message =
  | { type: 'returned'; id: string; payload: string }
  | { type: 'failed'; id: string; failure: Failure }
  | { type: 'crash'; failure: Failure };

interface Failure {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** Lambda looks for the module in this order. Source: Lambda Developer Guide, nodejs-handler */
function modulePathOf(directory: string, moduleName: string): string {
  const candidates = ['.js', '.mjs', '.cjs'].map((extension) => join(directory, `${moduleName}${extension}`));
  return candidates.find((path) => existsSync(path)) ?? join(directory, `${moduleName}.js`);
}

function exitError(requestId: string, how: string): LambdaFunctionError {
  return new LambdaFunctionError(
    'Runtime.ExitError',
    `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
  );
}
